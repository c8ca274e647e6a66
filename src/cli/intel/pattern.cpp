#include "cli/command.h"
#include "cli/commands.h"

namespace comity::cli {

void add_intel_pattern(Command& intel, Context& context) {
    Command pattern = intel.add_noun({.name = "pattern",
                                      .summary = "Check STIX patterns and match them",
                                      .description = "",
                                      .examples = {}});
    add_intel_pattern_check(pattern, context);
    add_intel_pattern_match(pattern, context);
}

}  // namespace comity::cli
