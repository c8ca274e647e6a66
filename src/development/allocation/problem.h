// What is to be shared out: needs and offers, which offer could serve which need, and the groups that floors
// are for. Plain numbers: a plan is a pure function of them, and what follows can be checked by anyone who
// has them (check.h).
//
// Indices: a need, offer, group by its place in its list. Lists in the order of ids and pairs by (need,
// offer) are what sorted() makes; all else here asks for that order, so that what comes first in a file
// decides nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace comity::development {

struct PlanNeed {
    std::string id;
    double amount = 0;                  // in its unit, above 0
    double lot = 0;                     // it is given in multiples of this, above 0
    double value = 0;                   // of the whole of it: people who gain; at least 0
    double weight = 1;                  // what a unit of that value counts
    std::vector<std::uint32_t> groups;  // rising; may be several: an island can be least developed too
};

struct PlanOffer {
    std::string id;
    double amount = 0;
    double price = 0;                   // of a unit of it, taken out of the amount of `fund`
    std::optional<std::uint32_t> fund;  // another offer, which has no price of its own
};

struct PlanPair {
    std::uint32_t need = 0;
    std::uint32_t offer = 0;
    double fit = 1;  // which part of the need's value this offer makes, above 0, at most 1
};

struct PlanGroup {
    std::string id;
    double weight = 1;  // its part of all offers where floors are shares
    double size = 1;    // what its people reached are measured by where floors are levels
};

enum class Fairness {
    kNone,      // most value, whoever gets it
    kShare,     // each group gets at least what it could make of its part of every offer, alone
    kMaxMin,    // the group that gets least (value by size) gets as much as can be, then the next (leximin)
    kBalanced,  // most of the sum of weight x log(value): Nash, weighted proportional fairness
};
std::string_view to_string(Fairness fairness);  // "none", "share", "max-min", "balanced"
std::optional<Fairness> parse_fairness(std::string_view text);

struct PlanProblem {
    std::vector<PlanNeed> needs;
    std::vector<PlanOffer> offers;
    std::vector<PlanPair> pairs;
    std::vector<PlanGroup> groups;
    Fairness fairness = Fairness::kNone;
    double keep = 1;  // which part of their floors groups must get, 0 to 1
};

// Refuses numbers that mean nothing, names that stand there twice, indices beyond the lists.
Result<void> check_problem(const PlanProblem& problem);
// The same problem in the one order.
PlanProblem sorted(PlanProblem problem);

// How much of a need one offer could serve.
double most_of(const PlanProblem& problem, const PlanPair& pair);
// What a unit given by this pair is worth, in people.
double worth_of(const PlanProblem& problem, const PlanPair& pair);

}  // namespace comity::development
