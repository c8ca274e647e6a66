// The commands of `comity network`, a function each, as commands.h has the others.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_network_plan(Command& network, Context& context);
void add_network_cost(Command& network, Context& context);

}  // namespace comity::cli
