// What changed in a text, as people read it on a terminal.
#pragma once

#include "cli/context.h"
#include "json/value.h"

namespace comity::cli {

// Lines as they are, with what went as [-so-] and what came as {+so+}.
void print_changes(Context& context, const json::Array& changes);

}  // namespace comity::cli
