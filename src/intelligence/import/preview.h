// An understanding as JSON: what `comity share --json` prints and REST answers.
#pragma once

#include <map>
#include <string>

#include "intelligence/import/plan.h"
#include "json/value.h"

namespace comity::intelligence {

// How many of each kind: of indicators ("domain", "sha256") where lines were read, else of objects' types.
std::map<std::string, std::size_t> counts_of(const Understanding& understood);

// {"kind","title","objects":N,"kinds":{},"repeated","understood":[{"line","kind","value"}],"left_out":[{"line","text",
// "why"}],"not_understood":[..],"columns":[{"header","meaning"}],"lost":[{"path","why"}],"unchanged","renewed",
// "revoked":[..],"statements":[{"audience","objects":N}]}; lists end after `most` items (0: none left out),
// counts do not.
json::Object preview_json(const Understanding& understood, const SharePlan& plan, std::size_t most = 0);

}  // namespace comity::intelligence
