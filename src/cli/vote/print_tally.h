// A tally for people: the outcome, each condition, the roll call, and what does not count.
#pragma once

#include <string>

#include "cli/context.h"
#include "json/value.h"

namespace comity::cli {

// Of a close that is not settled: whom and what it waits for.
std::string waits_text(const json::Object& close);

// Why what such a vote adopts binds nobody; empty: it binds, or is nothing that could.
std::string unbinding_text(const json::Object& tally);

void print_tally(Context& context, const json::Object& tally);  // as GET /api/v1/votes/{id} answers it

}  // namespace comity::cli
