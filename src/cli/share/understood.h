// What was understood of a file, as people and programs are shown it before it is signed.
#pragma once

#include <string>

#include "cli/context.h"
#include "intelligence/import/plan.h"
#include "json/value.h"

namespace comity::cli {

// Says line by line what was understood and what not, on standard error (all = every line that was, too).
void print_understood(Context& context, const intelligence::Understanding& understood,
                      const std::string& file, bool all);
// What is new of it, and who may read what.
void print_plan(Context& context, const intelligence::SharePlan& plan, const std::string& file);

}  // namespace comity::cli
