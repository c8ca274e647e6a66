// What REST (POST /api/v1/network/plan) and the command line both answer of planning networks. It is computed
// out of what is asked alone: no view, no statement.
#pragma once

#include "development/network/build_out.h"
#include "json/value.h"

namespace comity::development {

// What is planned while somebody waits for it over the network: a plan takes the square of it.
inline constexpr std::size_t kMostAskedSites = 5'000;

// The plan in the order in which it is worth doing. With `whole` also every place, with what each technology
// would cost there and what stands against it, and the nodes.
json::Object build_plan_form(const BuildOut& build, const BuildPlan& plan, bool whole);
json::Object site_cost_form(const SiteCost& cost);

// {"places":csv,"nodes"?:csv,"costs":{...},"budget","country"?,"technologies"?:[...],"years"?,"mbps"?,
// "mbps_per_thousand"?,"least"?,"skip"?} -> {"defects":[...],"plan":{...}|null}: nothing is planned where
// there is a defect, unless their rows are to be left out. kInvalid names the field, kTooLarge.
Result<json::Object> answer_network(const json::Value& request);

}  // namespace comity::development
