// A secret election and its result, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/election/belenios.h"

namespace comity::cli {

// {"votes","elected","counted","ballots","invalid":[{"ballot","why"}]}.
json::Object result_json(const json::Object& election, const BeleniosResult& result);
void print_result(Context& context, const json::Object& election, const BeleniosResult& result);
// Where what members have certified differs from what was counted, a line each.
std::vector<std::string> result_discrepancies(const json::Object& election, const BeleniosResult& result);

}  // namespace comity::cli
