#include "development/allocation/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace comity::development {
namespace {

// Sums of many doubles, and lots that are no binary fractions, differ in the last digits.
constexpr double kSlack = 1e-7;
constexpr double kLevelSlack = 1e-5;
// Which part of a level's price must lie on a group to settle it. What is left free with less is settled by a
// later level, no lower; what were settled with less could be off by the last digits of a solver, many times.
constexpr double kSettles = 0.01;

bool beyond(double got, double most) {
    return got > most + kSlack * std::max(1.0, std::abs(most));
}

Result<void> check_prices(const Prices& prices, const PlanProblem& problem, std::string_view where) {
    if (prices.needs.size() != problem.needs.size() || prices.offers.size() != problem.offers.size() ||
        (!prices.floors.empty() && prices.floors.size() != problem.groups.size()))
        return invalid(std::string(where), "are not one for each need, offer and group");
    for (const auto* list : {&prices.needs, &prices.offers, &prices.floors}) {
        for (const double price : *list)
            if (!std::isfinite(price) || price < 0) return invalid(std::string(where), "one is below 0");
    }
    return {};
}

// Does the proof show that the level can't be higher, and is the level what was stated?
Result<void> check_level(const std::string& where, double stated, double proved, double bound) {
    if (!std::isfinite(bound))
        return invalid(where, "is proved by no price", "a floor must be as high as it can be");
    const double slack = kLevelSlack * std::max(1.0, std::abs(bound));
    if (std::abs(stated - proved) > slack)
        return invalid(where, fmt::format("is {}, its proof is about {}", stated, proved));
    if (bound > stated + slack)
        return invalid(where, fmt::format("is {}, and up to {} is not ruled out", stated, bound),
                       "a floor must be as high as it can be");
    return {};
}

// From the lowest up, each settles some groups; together they settle all, and the floors are what they say.
Result<void> check_levels(const PlanProblem& problem, const Plan& plan) {
    std::vector<bool> free = groups_with_pairs(problem);
    std::vector<double> floors(problem.groups.size(), 0);
    double before = 0;
    std::size_t next = 0;
    for (; std::ranges::any_of(free, std::identity{}); ++next) {
        if (next == plan.levels.size()) return invalid("levels", "leave a group out");
        const auto& [level, prices] = plan.levels[next];
        const std::string where = fmt::format("level {}", next + 1);
        if (level < before - kLevelSlack * std::max(1.0, before))
            return invalid(where, "is below the one before it");
        before = level;
        COMITY_CHECK(check_level(where, level, level, level_bound(problem, prices, free, floors)));
        const std::vector<bool> settled = settled_by(problem, prices, free);
        for (std::size_t g = 0; g < free.size(); ++g) {
            if (!settled[g]) continue;
            floors[g] = level * problem.groups[g].size;
            free[g] = false;
        }
    }
    if (next != plan.levels.size()) return invalid("levels", "are more than settle all groups");
    for (std::size_t g = 0; g < floors.size(); ++g)
        if (std::abs(plan.floors[g] - floors[g]) > kLevelSlack * std::max(1.0, floors[g]))
            return invalid("floor of " + problem.groups[g].id, fmt::format("is not {}", floors[g]));
    return {};
}

Result<void> check_floors(const PlanProblem& problem, const Plan& plan) {
    if (plan.floors.size() != problem.groups.size()) return invalid("floors", "are not one for each group");
    for (const LevelProof& proof : plan.levels)
        COMITY_CHECK(check_prices(proof.prices, problem, "levels.prices"));
    if (problem.fairness == Fairness::kShare) {
        if (plan.levels.size() != problem.groups.size())
            return invalid("levels", "are not one for each group");
        for (std::uint32_t g = 0; g < problem.groups.size(); ++g)
            COMITY_CHECK(check_level("floor of " + problem.groups[g].id, plan.floors[g], plan.levels[g].level,
                                     share_bound(problem, g, plan.levels[g].prices)));
        return {};
    }
    if (problem.fairness != Fairness::kMaxMin) {
        if (std::ranges::any_of(plan.floors, [](double f) { return f != 0; }))
            return invalid("floors", "there are none without fairness by floors");
        return {};
    }
    return check_levels(problem, plan);
}

}  // namespace

std::vector<bool> groups_with_pairs(const PlanProblem& problem) {
    std::vector<bool> out(problem.groups.size(), false);
    for (const PlanPair& pair : problem.pairs) {
        if (problem.needs[pair.need].value == 0) continue;
        for (const std::uint32_t g : problem.needs[pair.need].groups) out[g] = true;
    }
    return out;
}

double margin_of(const PlanProblem& problem, const PlanPair& pair, const Prices& prices, double factor) {
    const PlanNeed& need = problem.needs[pair.need];
    const PlanOffer& offer = problem.offers[pair.offer];
    double counted = factor;
    if (!prices.floors.empty())
        for (const std::uint32_t g : need.groups) counted += prices.floors[g];
    double margin = worth_of(problem, pair) * counted - prices.needs[pair.need] - prices.offers[pair.offer];
    if (offer.fund) margin -= offer.price * prices.offers[*offer.fund];
    return margin;
}

double price_bound(const PlanProblem& problem, const Prices& prices, const std::vector<double>& factors,
                   const std::vector<double>& floors) {
    double bound = 0;
    for (std::size_t n = 0; n < problem.needs.size(); ++n) bound += problem.needs[n].amount * prices.needs[n];
    for (std::size_t o = 0; o < problem.offers.size(); ++o)
        bound += problem.offers[o].amount * prices.offers[o];
    for (std::size_t g = 0; g < floors.size() && g < prices.floors.size(); ++g)
        bound -= floors[g] * prices.floors[g];
    for (const PlanPair& pair : problem.pairs)
        bound += most_of(problem, pair) * std::max(0.0, margin_of(problem, pair, prices, factors[pair.need]));
    return bound;
}

PlanProblem alone(const PlanProblem& problem, std::uint32_t group) {
    PlanProblem out = problem;
    double weights = 0;
    for (const PlanGroup& each : problem.groups) weights += each.weight;
    const double share = problem.groups[group].weight / weights;
    for (PlanOffer& offer : out.offers) offer.amount *= share;
    // A need of two groups counts for each with its part, so that all floors can be kept at once.
    for (PlanNeed& need : out.needs) {
        if (need.groups.size() < 2) continue;
        const auto parts = static_cast<double>(need.groups.size());
        need.amount /= parts;
        need.value /= parts;
    }
    std::erase_if(out.pairs, [&](const PlanPair& pair) {
        return std::ranges::find(problem.needs[pair.need].groups, group) ==
               problem.needs[pair.need].groups.end();
    });
    out.fairness = Fairness::kNone;
    return out;
}

double share_bound(const PlanProblem& problem, std::uint32_t group, const Prices& prices) {
    const PlanProblem part = alone(problem, group);
    return price_bound(part, prices, std::vector<double>(part.needs.size(), 1), {});
}

double level_bound(const PlanProblem& problem, const Prices& prices, const std::vector<bool>& free,
                   const std::vector<double>& floors) {
    double divisor = 0;
    std::vector<double> settled = floors;
    for (std::size_t g = 0; g < problem.groups.size() && g < prices.floors.size(); ++g) {
        if (!free[g]) continue;
        divisor += problem.groups[g].size * prices.floors[g];
        settled[g] = 0;
    }
    if (divisor <= 0) return std::numeric_limits<double>::infinity();
    return price_bound(problem, prices, std::vector<double>(problem.needs.size(), 0), settled) / divisor;
}

std::vector<bool> settled_by(const PlanProblem& problem, const Prices& prices,
                             const std::vector<bool>& free) {
    std::vector<double> parts(problem.groups.size(), -1);
    double sum = 0, most = 0;
    for (std::size_t g = 0; g < parts.size(); ++g) {
        if (!free[g]) continue;
        parts[g] = g < prices.floors.size() ? problem.groups[g].size * prices.floors[g] : 0;
        sum += parts[g];
        most = std::max(most, parts[g]);
    }
    std::vector<bool> out;
    out.reserve(parts.size());
    for (const double part : parts) out.push_back(part >= std::min(most, kSettles * sum));
    return out;
}

std::vector<double> factors_of(const PlanProblem& problem, const std::vector<double>& reached) {
    std::vector<double> factors;
    factors.reserve(problem.needs.size());
    for (const PlanNeed& need : problem.needs) {
        if (problem.fairness != Fairness::kBalanced || reached.empty()) {
            factors.push_back(need.weight);
            continue;
        }
        double factor = 0;
        for (const std::uint32_t g : need.groups)
            factor += reached[g] > 0 ? problem.groups[g].weight / reached[g] : 0;
        factors.push_back(factor);
    }
    return factors;
}

PlanTold tell(const PlanProblem& problem, const Plan& plan) {
    PlanTold out;
    out.reached.assign(problem.groups.size(), 0);
    for (const PlanNeed& need : problem.needs) out.need_left.push_back(need.amount);
    for (const PlanOffer& offer : problem.offers) out.offer_left.push_back(offer.amount);
    double weighted = 0;
    for (const PlanAssignment& each : plan.assignments) {
        const PlanPair& pair = problem.pairs[each.pair];
        const PlanNeed& need = problem.needs[pair.need];
        const PlanOffer& offer = problem.offers[pair.offer];
        const double people = worth_of(problem, pair) * each.amount;
        out.people += people;
        weighted += people * need.weight;
        for (const std::uint32_t g : need.groups) out.reached[g] += people;
        out.need_left[pair.need] -= each.amount;
        out.offer_left[pair.offer] -= each.amount;
        if (offer.fund) out.offer_left[*offer.fund] -= each.amount * offer.price;
    }
    std::vector<double> floors;
    for (std::size_t g = 0; g < problem.groups.size(); ++g) {
        const double floor = plan.floors[g] * problem.keep;
        out.missed.push_back(std::max(0.0, floor - out.reached[g]));
        // A plan of whole lots may miss a floor by a little: the bound is then one on plans that miss it as
        // much.
        floors.push_back(std::min(floor, out.reached[g]));
    }
    const double linear = price_bound(problem, plan.prices, factors_of(problem, out.reached), floors);
    if (problem.fairness != Fairness::kBalanced) {
        out.value = weighted;
        out.bound = std::max(linear, weighted);  // equal but for the last digits of sums
        out.gap = *out.bound > 0 ? (*out.bound - weighted) / *out.bound : 0;
        return out;
    }
    const std::vector<bool> counted = groups_with_pairs(problem);
    double sum = 0, weights = 0;
    for (std::size_t g = 0; g < problem.groups.size(); ++g) {
        if (!counted[g]) continue;
        if (out.reached[g] <= 0) return out;  // its logarithm has no value, nor has the bound
        sum += problem.groups[g].weight * std::log(out.reached[g]);
        weights += problem.groups[g].weight;
    }
    // The logarithm lies below its tangent at what the plan reaches.
    out.value = sum;
    out.bound = sum + std::max(0.0, linear - weights);
    out.gap = *out.bound - sum;
    return out;
}

Result<void> check_plan(const PlanProblem& problem, const Plan& plan) {
    COMITY_CHECK(check_prices(plan.prices, problem, "prices"));
    std::optional<std::uint32_t> last;
    for (const PlanAssignment& each : plan.assignments) {
        if (each.pair >= problem.pairs.size()) return invalid("assignments", "one is of no pair");
        if (last && each.pair <= *last) return invalid("assignments", "are not in order, each pair once");
        last = each.pair;
        const PlanPair& pair = problem.pairs[each.pair];
        const double lots = each.amount / problem.needs[pair.need].lot;
        if (!(each.amount > 0) || std::abs(lots - std::round(lots)) > kSlack * std::max(1.0, lots))
            return invalid("assignments", fmt::format("{} of {} is not in its lots", each.amount,
                                                      problem.needs[pair.need].id));
    }
    const PlanTold told = tell(problem, plan);
    for (std::size_t n = 0; n < problem.needs.size(); ++n)
        if (beyond(problem.needs[n].amount - told.need_left[n], problem.needs[n].amount))
            return invalid(problem.needs[n].id, fmt::format("is given {} too much", -told.need_left[n]));
    for (std::size_t o = 0; o < problem.offers.size(); ++o)
        if (beyond(problem.offers[o].amount - told.offer_left[o], problem.offers[o].amount))
            return invalid(problem.offers[o].id, fmt::format("gives {} too much", -told.offer_left[o]));
    return check_floors(problem, plan);
}

}  // namespace comity::development
