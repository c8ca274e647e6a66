// What an operator did with an account, said to the community where it concerns it (comity moderation list).
#pragma once

#include <string>

#include "cli/context.h"
#include "governance/consultation/round_bodies.h"

namespace comity::cli {

// Signs as the acting member and submits.
Result<void> say_of_account(Context& context, governance::ModerationBody::Act act, const std::string& account,
                            const std::string& reason);

}  // namespace comity::cli
