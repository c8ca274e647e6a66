// The commands of `comity body`, a function each, as commands.h has the others.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_body_list(Command& body, Context& context);
void add_body_show(Command& body, Context& context);
void add_body_found(Command& body, Context& context);
void add_body_amend(Command& body, Context& context);
void add_body_appoint(Command& body, Context& context);
void add_body_dissolve(Command& body, Context& context);

}  // namespace comity::cli
