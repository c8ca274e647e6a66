// Commands of `comity alert` beside those in cli/commands.h: where alerts go.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_alert_channel(Command& alert, Context& context);
void add_alert_outbox(Command& alert, Context& context);

}  // namespace comity::cli
