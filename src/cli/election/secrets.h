// What a member keeps of an election for itself: its credential, and a trustee's key. In DATA/elections,
// readable by nobody else, also where commands act on a node elsewhere (--node).
#pragma once

#include <filesystem>
#include <string>

#include "cli/context.h"

namespace comity::cli {

// DATA/elections/UUID.MEMBER.ENDING; the folder is made.
Result<std::filesystem::path> election_secret(Context& context, const std::string& uuid,
                                              const std::string& member, const std::string& ending);

}  // namespace comity::cli
