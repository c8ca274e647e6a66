// What a plan says, and what anyone can check of it without a solver.
//
// A bound on what any plan could reach comes from prices alone (weak duality): whatever prices at or above 0
// are put on needs, offers and floors,
//
//     sum(need's amount x its price) + sum(offer's amount x its price) - sum(floor x its price)
//       + sum over pairs of the most it could give x what is left of its worth after prices, where above 0
//
// is no less than the value of any plan that keeps to amounts and floors. Good prices make it tight; bad ones
// make it loose, never wrong. So prices are the proof, and it does not matter who made them.
#pragma once

#include <string>
#include <vector>

#include "development/allocation/problem.h"

namespace comity::development {

struct Prices {
    std::vector<double> needs;   // of a unit of each need
    std::vector<double> offers;  // of a unit of each offer
    std::vector<double> floors;  // of a unit of value in each group; may be empty
    friend bool operator==(const Prices&, const Prices&) = default;
};

// That a group's floor (kShare) can't be higher than stated; of kMaxMin one level after the other, the lowest
// first: that with those groups at their floors which the levels before have settled, not all others can get
// more than this level. The groups on which its prices lie are settled by it (settled_by).
struct LevelProof {
    double level = 0;
    Prices prices;
};

struct PlanAssignment {
    std::uint32_t pair = 0;  // place in the problem's pairs
    double amount = 0;
    friend bool operator==(const PlanAssignment&, const PlanAssignment&) = default;
};

struct Plan {
    std::vector<PlanAssignment> assignments;  // by pair, amounts above 0
    std::vector<double> floors;               // of each group, before `keep`
    Prices prices;
    std::vector<LevelProof> levels;  // kShare: one a group; kMaxMin: one a level
    std::string method;              // what made it: "matching", "linear program"
};

// What a plan comes to. `value` is what is maximised: weighted people, or for kBalanced the weighted sum of
// logarithms (nothing where a group that could get something gets nothing).
struct PlanTold {
    std::optional<double> value;
    std::optional<double> bound;
    double people = 0;
    std::vector<double> reached;  // people of each group
    std::vector<double> missed;   // by how much its floor (times keep) is missed: lots are whole
    // How far below the bound, as a part of it; of kBalanced, in the sum of logarithms.
    std::optional<double> gap;
    std::vector<double> need_left;   // of each amount
    std::vector<double> offer_left;  // likewise
};
PlanTold tell(const PlanProblem& problem, const Plan& plan);

// Is it a plan of this problem at all: amounts in lots, no need over-served, no offer overdrawn, prices and
// floors for all, floors that the proofs confirm? kInvalid names the first fault.
Result<void> check_plan(const PlanProblem& problem, const Plan& plan);

// The bound above, for worths times `factors[need]`; floors counted are `floors` (may be empty).
double price_bound(const PlanProblem& problem, const Prices& prices, const std::vector<double>& factors,
                   const std::vector<double>& floors);
// What the group can get at the most of its part of everything.
double share_bound(const PlanProblem& problem, std::uint32_t group, const Prices& prices);
// The level that all `free` groups can be at together at the most, where the others get their floors.
// Infinite where the prices lie on none of them.
double level_bound(const PlanProblem& problem, const Prices& prices, const std::vector<bool>& free,
                   const std::vector<double>& floors);
// Which free groups a level's proof settles: those on which its prices lie, for whatever gave them more would
// leave another below the level. At least one, where there is a free group.
std::vector<bool> settled_by(const PlanProblem& problem, const Prices& prices, const std::vector<bool>& free);

// The groups whose floors count: kMaxMin leaves those out for which there is no pair.
std::vector<bool> groups_with_pairs(const PlanProblem& problem);
// What a unit of this pair's worth would leave after prices; see above.
double margin_of(const PlanProblem& problem, const PlanPair& pair, const Prices& prices, double factor);
// What a unit of people of each need counts in the plan's objective; where nothing is known to be reached,
// its weight.
std::vector<double> factors_of(const PlanProblem& problem, const std::vector<double>& reached);
// The problem as kShare has a group alone on its part of everything.
PlanProblem alone(const PlanProblem& problem, std::uint32_t group);

}  // namespace comity::development
