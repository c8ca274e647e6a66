// Commitments as the clearing house tells of them.
#pragma once

#include "development/answer/clearing.h"
#include "development/answer/parts.h"

namespace comity::development {

Result<json::Object> answer_commitments(const ClearingAsking& asking, const QueryReader& parameters);

}  // namespace comity::development
