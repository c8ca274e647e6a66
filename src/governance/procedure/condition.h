// A condition from its JSON: what can be counted, compared and joined (docs/formats.md, "Conditions").
#pragma once

#include "governance/procedure/procedure.h"
#include "json/value.h"

namespace comity::governance {

// Houses, weights, parameters and earlier votes are those of the procedure, which must be read before.
Result<Condition> parse_condition(const json::Value& value, const std::string& path,
                                  const Procedure& procedure);

}  // namespace comity::governance
