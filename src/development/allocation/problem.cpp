#include "development/allocation/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace comity::development {
namespace {

constexpr std::array<std::string_view, 4> kFairnessWords{"none", "share", "max-min", "balanced"};
constexpr double kMostAmount = 1e15;

Result<void> check_number(double value, bool above_zero, const std::string& where) {
    if (!std::isfinite(value) || value > kMostAmount || value < 0 || (above_zero && value == 0))
        return invalid(
            where, fmt::format("{} is no number {} 0, at most 1e15", value, above_zero ? "above" : "from"));
    return {};
}

template <typename T>
Result<void> check_ids(const std::vector<T>& all, std::string_view what) {
    std::vector<std::string_view> ids;
    for (const T& each : all) {
        if (each.id.empty()) return invalid(std::string(what), "one has no id");
        ids.emplace_back(each.id);
    }
    std::ranges::sort(ids);
    if (const auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
        return invalid(std::string(what), fmt::format("{} stands there twice", *twice));
    return {};
}

// Where each stands once sorted by id.
template <typename T>
std::vector<std::uint32_t> sort_by_id(std::vector<T>& all) {
    std::vector<std::uint32_t> order(all.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::string_view(all[i].id); });
    std::vector<std::uint32_t> place(all.size());
    std::vector<T> out;
    out.reserve(all.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        out.push_back(std::move(all[order[i]]));
    }
    all = std::move(out);
    return place;
}

Result<void> check_offer(const PlanProblem& problem, const PlanOffer& offer) {
    COMITY_CHECK(check_number(offer.amount, true, offer.id + ".amount"));
    COMITY_CHECK(check_number(offer.price, false, offer.id + ".price"));
    if (!offer.fund) return {};
    if (*offer.fund >= problem.offers.size()) return invalid(offer.id + ".fund", "is none of the offers");
    if (problem.offers[*offer.fund].fund)
        return invalid(offer.id + ".fund", "has a price itself", "name one that pays for others alone");
    return {};
}

}  // namespace

std::string_view to_string(Fairness fairness) {
    return kFairnessWords[static_cast<std::size_t>(fairness)];
}

std::optional<Fairness> parse_fairness(std::string_view text) {
    for (std::size_t i = 0; i < kFairnessWords.size(); ++i)
        if (kFairnessWords[i] == text) return static_cast<Fairness>(i);
    return std::nullopt;
}

Result<void> check_problem(const PlanProblem& problem) {
    COMITY_CHECK(check_ids(problem.needs, "needs"));
    COMITY_CHECK(check_ids(problem.offers, "offers"));
    COMITY_CHECK(check_ids(problem.groups, "groups"));
    for (const PlanNeed& need : problem.needs) {
        COMITY_CHECK(check_number(need.amount, true, need.id + ".amount"));
        COMITY_CHECK(check_number(need.lot, true, need.id + ".lot"));
        COMITY_CHECK(check_number(need.value, false, need.id + ".value"));
        COMITY_CHECK(check_number(need.weight, false, need.id + ".weight"));
        for (std::size_t i = 0; i < need.groups.size(); ++i) {
            if (need.groups[i] >= problem.groups.size())
                return invalid(need.id + ".groups", "names none of the groups");
            if (i > 0 && need.groups[i] <= need.groups[i - 1])
                return invalid(need.id + ".groups", "do not rise");
        }
    }
    for (const PlanOffer& offer : problem.offers) COMITY_CHECK(check_offer(problem, offer));
    for (const PlanGroup& group : problem.groups) {
        COMITY_CHECK(check_number(group.weight, true, group.id + ".weight"));
        COMITY_CHECK(check_number(group.size, true, group.id + ".size"));
    }
    if (!(problem.keep >= 0 && problem.keep <= 1)) return invalid("keep", "is not from 0 to 1");
    std::vector<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (const PlanPair& pair : problem.pairs) {
        if (pair.need >= problem.needs.size() || pair.offer >= problem.offers.size())
            return invalid("pairs", "one names a need or an offer that is not there");
        if (!(pair.fit > 0 && pair.fit <= 1))
            return invalid("pairs", fmt::format("the fit of {} and {} is not above 0 and at most 1",
                                                problem.needs[pair.need].id, problem.offers[pair.offer].id));
        seen.emplace_back(pair.need, pair.offer);
    }
    std::ranges::sort(seen);
    if (const auto twice = std::ranges::adjacent_find(seen); twice != seen.end())
        return invalid("pairs", fmt::format("{} and {} stand there twice", problem.needs[twice->first].id,
                                            problem.offers[twice->second].id));
    return {};
}

PlanProblem sorted(PlanProblem problem) {
    const std::vector<std::uint32_t> groups = sort_by_id(problem.groups);
    for (PlanNeed& need : problem.needs) {
        for (std::uint32_t& group : need.groups) group = groups[group];
        std::ranges::sort(need.groups);
    }
    const std::vector<std::uint32_t> needs = sort_by_id(problem.needs);
    const std::vector<std::uint32_t> offers = sort_by_id(problem.offers);
    for (PlanOffer& offer : problem.offers)
        if (offer.fund) offer.fund = offers[*offer.fund];
    for (PlanPair& pair : problem.pairs) pair = {needs[pair.need], offers[pair.offer], pair.fit};
    std::ranges::sort(problem.pairs, {}, [](const PlanPair& p) { return std::pair(p.need, p.offer); });
    return problem;
}

double most_of(const PlanProblem& problem, const PlanPair& pair) {
    return std::min(problem.needs[pair.need].amount, problem.offers[pair.offer].amount);
}

double worth_of(const PlanProblem& problem, const PlanPair& pair) {
    const PlanNeed& need = problem.needs[pair.need];
    return need.value / need.amount * pair.fit;
}

}  // namespace comity::development
