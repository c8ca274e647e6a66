// Commands of `comity rule` that look across rules, a function each, as commands.h has the others.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_rule_matrix(Command& rule, Context& context);
void add_rule_due(Command& rule, Context& context);

}  // namespace comity::cli
