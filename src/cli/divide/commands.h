// The commands of `comity divide`, a function each, as commands.h has the others: apart, for the noun is a
// pillar's own.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_divide_import(Command& divide, Context& context);
void add_divide_show(Command& divide, Context& context);
void add_divide_inequality(Command& divide, Context& context);
void add_divide_distance(Command& divide, Context& context);
void add_divide_forecast(Command& divide, Context& context);
void add_divide_index(Command& divide, Context& context);
void add_divide_define(Command& divide, Context& context);
void add_divide_map(Command& divide, Context& context);

}  // namespace comity::cli
