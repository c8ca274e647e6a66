// The commands of `comity tender`, a function each, as commands.h has the others.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_tender_check(Command& tender, Context& context);
void add_tender_merge(Command& tender, Context& context);
void add_tender_flags(Command& tender, Context& context);

}  // namespace comity::cli
