// A plan as a file that stands for itself: what was shared out, to whom, and the prices that prove how good
// it is. docs/clearing.md describes it.
//
//     {"format":"comity-plan/1", "fairness":"share", "keep":1, "method":"linear program",
//      "value","bound","gap","people",
//      "groups":[{"id","weight","size","floor","reached","missed","price"}],
//      "needs":[{"id","amount","lot","value","weight","groups":["ldc"],"given","price", "about"?}],
//      "offers":[{"id","amount","cost"?:{"amount","fund"},"given","price", "about"?}],
//      "pairs":[[need, offer, fit],...]    by place in these lists
//      "assignments":[{"need","offer","amount","people"}],
//      "levels":[{"level","needs":[...],"offers":[...],"floors":[...]}]}
//
// What follows from the rest (given, reached, missed, people, value, bound, gap) is read back and held
// against what it comes to.
#pragma once

#include "development/allocation/check.h"
#include "json/value.h"

namespace comity::development {

inline constexpr std::string_view kPlanFormat = "comity-plan/1";

struct PlanFile {
    PlanProblem problem;
    Plan plan;
};

json::Object plan_json(const PlanProblem& problem, const Plan& plan);
// kInvalid with the place; checks everything: the problem, the plan (check_plan) and the figures told.
// Members that it does not know are left alone: they decide nothing.
Result<PlanFile> parse_plan(const json::Value& value);
json::Object curve_point_json(const PlanProblem& problem, double keep, double value, double bound,
                              const std::vector<double>& reached);

}  // namespace comity::development
