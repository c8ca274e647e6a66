// Logs and statements to be read by somebody who believes nobody, wherever they lie.
#pragma once

#include <memory>
#include <string>

#include "cli/context.h"
#include "federation/peer_source.h"

namespace comity::cli {

// A node over the line (https://...), a carry file, or a data folder (the node's own log and those that it
// mirrors, read as the public reads); empty: the data folder.
Result<std::unique_ptr<federation::PeerSource>> open_peer_source(Context& context, const std::string& from);

}  // namespace comity::cli
