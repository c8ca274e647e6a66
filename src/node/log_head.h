// The log as it stands: its newest checkpoint, opened.
#pragma once

#include <optional>
#include <string>

#include "ledger/ledger.h"

namespace comity::node {

struct LogHead {
    std::string note;  // the checkpoint, signed
    log::Checkpoint checkpoint;
    std::optional<Time> cosigned;  // when this node's cosigner has signed it
};

// Verifies both signatures. As Ledger::checkpoint() fails; kRefused where a signature is not this log's.
Result<LogHead> log_head(ledger::Ledger& ledger);

}  // namespace comity::node
