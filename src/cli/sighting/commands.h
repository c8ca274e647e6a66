// Commands of `comity sighting`: what one's own scans met, and who has seen what.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_sighting_list(Command& sighting, Context& context);
void add_sighting_approve(Command& sighting, Context& context);
void add_sighting_discard(Command& sighting, Context& context);
void add_sighting_policy(Command& sighting, Context& context);
void add_sighting_show(Command& sighting, Context& context);
void add_sighting_overview(Command& sighting, Context& context);

}  // namespace comity::cli
