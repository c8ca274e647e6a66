// The commands of `comity consultation` and `comity moderation`, a function each, as commands.h has the
// others.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_consultation_list(Command& consultation, Context& context);
void add_consultation_show(Command& consultation, Context& context);
void add_consultation_open(Command& consultation, Context& context);
void add_consultation_comment(Command& consultation, Context& context);
void add_consultation_summarise(Command& consultation, Context& context);

void add_moderation_list(Command& moderation, Context& context);
void add_moderation_hide(Command& moderation, Context& context);
void add_moderation_show(Command& moderation, Context& context);

void add_agenda(Command& program, Context& context);

}  // namespace comity::cli
