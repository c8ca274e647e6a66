// Plans of the clearing house: needs by offers with budgets and floors; and whether the proof holds.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "bench/must.h"
#include "bench/report.h"
#include "development/allocation/make_plan.h"

namespace comity::bench {
namespace {

using development::Fairness;
using development::PlanProblem;

constexpr std::uint32_t kCandidates = 20;  // offers that fit a need
constexpr std::uint32_t kFunds = 10;
constexpr double kPaid = 0.6;  // which part of all needs the funds could pay for

double between(std::mt19937_64& random, double low, double high) {
    return low + (high - low) * static_cast<double>(random() >> 11) * 0x1.0p-53;
}

// The same in each run: whole needs of four groups, offers that cost money out of ten funds.
PlanProblem made_problem(std::uint32_t size, Fairness fairness, bool money) {
    std::mt19937_64 random(7);
    PlanProblem problem;
    problem.fairness = fairness;
    for (const char* id : {"ldc", "lldc", "other", "sids"}) problem.groups.push_back({id, 1, 0});
    for (std::uint32_t n = 0; n < size; ++n) {
        const auto group = static_cast<std::uint32_t>(random() % 4);
        const double people = std::floor(between(random, 100, 1000));
        problem.needs.push_back({fmt::format("need-{:06}", n), 1, 1, people, 1, {group}});
        problem.groups[group].size += people;  // levels are parts of what a group asks for
    }
    for (std::uint32_t o = 0; o < size; ++o) {
        problem.offers.push_back({fmt::format("offer-{:06}", o), 1, 0, std::nullopt});
        if (!money) continue;
        problem.offers.back().price = std::floor(between(random, 5, 20));
        problem.offers.back().fund = size + static_cast<std::uint32_t>(random() % kFunds);
    }
    if (money)
        for (std::uint32_t f = 0; f < kFunds; ++f)
            problem.offers.push_back(
                {fmt::format("zfund-{:02}", f), 10.0 * size / kFunds * kPaid, 0, std::nullopt});
    for (std::uint32_t n = 0; n < size; ++n) {
        std::vector<std::uint32_t> fitting;
        while (fitting.size() < kCandidates) {
            const auto offer = static_cast<std::uint32_t>(random() % size);
            if (std::ranges::find(fitting, offer) == fitting.end()) fitting.push_back(offer);
        }
        for (const std::uint32_t offer : fitting)
            problem.pairs.push_back({n, offer, between(random, 0.2, 1)});
    }
    return sorted(std::move(problem));
}

void measure(const Report& report, const std::string& name, std::uint32_t size, int rounds) {
    struct Kind {
        const char* what;
        Fairness fairness;
        bool money;
    };
    for (const auto& [what, fairness, money] :
         {Kind{"matching", Fairness::kNone, false}, Kind{"budgets", Fairness::kNone, true},
          Kind{"budgets, each group its share", Fairness::kShare, true},
          Kind{"budgets, most to the last", Fairness::kMaxMin, true}}) {
        const PlanProblem problem = made_problem(size, fairness, money);
        std::vector<double> times;
        development::Plan plan;
        for (int round = 0; round < rounds; ++round)
            times.push_back(seconds_of([&] { plan = must(development::make_plan(problem)); }));
        must(development::check_plan(problem, plan));
        const development::PlanTold told = development::tell(problem, plan);
        double missed = 0;
        for (std::size_t g = 0; g < told.missed.size(); ++g)
            if (plan.floors[g] > 0) missed = std::max(missed, told.missed[g] / plan.floors[g]);
        report.add(
            {.name = name, .variant = fmt::format("{}: seconds", what), .value = median(times), .unit = "s"});
        report.add({.name = name,
                    .variant = fmt::format("{}: gap to the bound", what),
                    .value = told.gap.value_or(1) * 100,
                    .unit = "%"});
        report.add({.name = name,
                    .variant = fmt::format("{}: a floor is missed by", what),
                    .value = missed * 100,
                    .unit = "%"});
    }
}

}  // namespace

void plan(const Report& report, const std::string&) {
    measure(report, "plan", 1'000, 5);
}

void plan_large(const Report& report, const std::string&) {
    measure(report, "plan-large", 10'000, 1);
}

}  // namespace comity::bench
