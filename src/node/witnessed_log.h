// The log as it is served: its checkpoints with the cosignatures of the node's witnesses, and proofs against
// the newest checkpoint that the community's policy calls witnessed.
#pragma once

#include <string>

#include "node/node.h"

namespace comity::node {

// The newest checkpoint, with every cosignature that is known of it. It grows faster than witnesses answer,
// so it may have fewer than the quorum asks for.
Result<std::string> served_checkpoint(Node& node);
// The newest checkpoint that meets the policy's quorum; the newest where the policy asks for nobody.
// kNotFound where none meets it, with whom it waits for.
Result<std::string> witnessed_checkpoint(Node& node);

// Against the newest checkpoint that meets the quorum where that holds the statement; else against the newest
// with the cosignatures it has. kNotFound as Ledger::prove().
Result<log::Proof> prove(Node& node, const Digest& id);

}  // namespace comity::node
