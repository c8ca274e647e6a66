// The plan that is recommended: most people reached within amounts and budgets, under floors for groups. A
// pure function of the sorted problem.
#pragma once

#include "development/allocation/check.h"

namespace comity::development {

// kInvalid: check_problem.
Result<Plan> make_plan(const PlanProblem& problem);

// What fairness costs: the plan for each part of the floors that is kept.
struct CurvePoint {
    double keep = 0;
    double value = 0;  // of the plan
    double bound = 0;
    std::vector<double> reached;  // people of each group
};
// kShare and kMaxMin; empty for the others, which have no floors. `plan` is this problem's.
Result<std::vector<CurvePoint>> price_of_fairness(const PlanProblem& problem, const Plan& plan,
                                                  const std::vector<double>& keeps);

// For each pair of a need what this offer would have to be worth more, per unit, to be as good as what it
// went to; at or below 0: as good. The most wanted first.
struct Alternative {
    std::uint32_t pair = 0;
    double short_of = 0;     // in people x factor, a unit of the need
    double worth = 0;        // what a unit counts for the need, with its groups' floors
    double offer_price = 0;  // what a unit of the offer is worth to others
    double money_price = 0;  // what the money for a unit is worth to others
    double given = 0;        // by the plan
};
std::vector<Alternative> alternatives_of(const PlanProblem& problem, const Plan& plan, std::uint32_t need);

}  // namespace comity::development
