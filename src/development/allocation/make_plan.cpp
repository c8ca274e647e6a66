#include "development/allocation/make_plan.h"

#include <algorithm>

#include "development/allocation/matching.h"
#include "development/allocation/program.h"
#include "development/allocation/rounding.h"

namespace comity::development {
namespace {

// What each group is to get before `keep`, and why it can't be more.
Result<void> find_floors(const PlanProblem& problem, Program& program, Plan& plan) {
    plan.floors.assign(problem.groups.size(), 0);
    if (problem.fairness == Fairness::kShare) {
        for (std::uint32_t g = 0; g < problem.groups.size(); ++g) {
            const PlanProblem part = alone(problem, g);
            Program parts(part);
            COMITY_TRY(const Fractions found, parts.best(std::vector<double>(part.needs.size(), 1), {}));
            plan.floors[g] = found.value;
            plan.levels.push_back({found.value, found.prices});
        }
    } else if (problem.fairness == Fairness::kMaxMin) {
        COMITY_TRY(plan.levels, program.levels());
        std::vector<bool> free = groups_with_pairs(problem);
        for (const LevelProof& each : plan.levels) {
            const std::vector<bool> settled = settled_by(problem, each.prices, free);
            for (std::size_t g = 0; g < free.size(); ++g) {
                if (!settled[g]) continue;
                plan.floors[g] = each.level * problem.groups[g].size;
                free[g] = false;
            }
        }
    }
    return {};
}

// What the solver found is a hair above what can be reached, or below: never asked for in full. Levels one
// after the other leave each other no room at all, so they get a little more of it.
std::vector<double> kept(const PlanProblem& problem, const std::vector<double>& floors, double keep) {
    const double hair = problem.fairness == Fairness::kMaxMin ? 1e-7 : 1e-9;
    std::vector<double> out = floors;
    for (double& floor : out) floor *= keep * (1 - hair);
    return out;
}

std::vector<double> reached_by(const PlanProblem& problem, const std::vector<double>& given) {
    std::vector<double> out(problem.groups.size(), 0);
    for (std::size_t p = 0; p < given.size(); ++p)
        for (const std::uint32_t g : problem.needs[problem.pairs[p].need].groups)
            out[g] += worth_of(problem, problem.pairs[p]) * given[p];
    return out;
}

Result<void> fill(const PlanProblem& problem, Program& program, Plan& plan) {
    std::vector<double> floors = kept(problem, plan.floors, problem.keep);
    std::vector<double> factors = factors_of(problem, plan.floors);
    Fractions found;
    if (problem.fairness == Fairness::kBalanced) {
        // The best balance, then whole lots that come as near to it as can be.
        COMITY_TRY(found, program.balanced());
        found.prices.floors.assign(problem.groups.size(), 0);  // they stand in the factors
        const std::vector<double> reached = reached_by(problem, found.given);
        factors = factors_of(problem, reached);
        floors = kept(problem, reached, 1);
    } else {
        COMITY_TRY(found, program.best(factors, floors));
    }
    plan.assignments = round_to_lots(problem, found, factors, floors);
    plan.prices = std::move(found.prices);
    return {};
}

// Where no offer fits any need.
Plan nothing(const PlanProblem& problem) {
    Plan plan;
    plan.method = "nothing fits";
    plan.floors.assign(problem.groups.size(), 0);
    plan.prices = {std::vector<double>(problem.needs.size(), 0),
                   std::vector<double>(problem.offers.size(), 0),
                   std::vector<double>(problem.groups.size(), 0)};
    if (problem.fairness == Fairness::kShare) plan.levels.assign(problem.groups.size(), {0, plan.prices});
    return plan;
}

}  // namespace

Result<Plan> make_plan(const PlanProblem& problem) {
    COMITY_CHECK(check_problem(problem));
    Plan plan;
    if (problem.pairs.empty()) return nothing(problem);
    if (is_matching(problem)) {
        plan.method = "matching";
        plan.floors.assign(problem.groups.size(), 0);
        COMITY_TRY(Fractions found, match(problem));
        const std::vector<double> factors = factors_of(problem, plan.floors);
        plan.assignments = round_to_lots(problem, found, factors, plan.floors);
        plan.prices = std::move(found.prices);
        return plan;
    }
    plan.method = "linear program";
    Program program(problem);
    COMITY_CHECK(find_floors(problem, program, plan));
    COMITY_CHECK(fill(problem, program, plan));
    return plan;
}

Result<std::vector<CurvePoint>> price_of_fairness(const PlanProblem& problem, const Plan& plan,
                                                  const std::vector<double>& keeps) {
    std::vector<CurvePoint> out;
    if (problem.fairness != Fairness::kShare && problem.fairness != Fairness::kMaxMin) return out;
    PlanProblem one = problem;
    Plan point = plan;
    Program program(problem);
    for (const double keep : keeps) {
        one.keep = keep;
        COMITY_CHECK(fill(one, program, point));
        const PlanTold told = tell(one, point);
        out.push_back({keep, told.value.value_or(0), told.bound.value_or(0), told.reached});
    }
    return out;
}

std::vector<Alternative> alternatives_of(const PlanProblem& problem, const Plan& plan, std::uint32_t need) {
    const PlanTold told = tell(problem, plan);
    const std::vector<double> factors = factors_of(problem, told.reached);
    std::vector<double> given(problem.pairs.size(), 0);
    for (const PlanAssignment& each : plan.assignments) given[each.pair] = each.amount;
    std::vector<Alternative> out;
    for (auto at = std::ranges::lower_bound(problem.pairs, need, {}, &PlanPair::need);
         at != problem.pairs.end() && at->need == need; ++at) {
        Alternative one;
        one.pair = static_cast<std::uint32_t>(at - problem.pairs.begin());
        const PlanOffer& offer = problem.offers[at->offer];
        one.offer_price = plan.prices.offers[at->offer];
        one.money_price = offer.fund ? offer.price * plan.prices.offers[*offer.fund] : 0;
        const double left = margin_of(problem, *at, plan.prices, factors[need]) + plan.prices.needs[need];
        one.worth = left + one.offer_price + one.money_price;
        one.short_of = -left;
        one.given = given[one.pair];
        out.push_back(one);
    }
    std::ranges::sort(out, {}, [](const Alternative& a) { return std::pair(a.short_of, a.pair); });
    return out;
}

}  // namespace comity::development
