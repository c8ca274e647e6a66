// A tally for people: the outcome, each condition, the roll call, and what does not count.
#pragma once

#include "cli/context.h"
#include "json/value.h"

namespace comity::cli {

void print_tally(Context& context, const json::Object& tally);  // as GET /api/v1/votes/{id} answers it

}  // namespace comity::cli
