// A log read from end to end by somebody who believes nobody: every entry is hashed into the tree that the
// log has signed, every statement held against its entry, its signature verified, and its second taken from
// the checkpoints.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "federation/peer_source.h"
#include "federation/recount_facts.h"
#include "governance/voting/acts.h"

namespace comity::federation {

struct RecountedLog {
    crypto::NamedKey key;
    std::uint64_t size = 0;
    std::uint64_t without_statement =
        0;  // entries whose statements the source does not show: restricted, or withheld
};

// Told how many entries of a log have been read.
using WalkProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// What comes of walking one log after the other.
struct WalkedLogs {
    governance::Acts acts;    // governance's
    governance::Acts said;    // what witnesses said, and whose logs there are
    governance::Acts market;  // calls for sealed bids, bids, and their opening
    governance::SpokenKeys keys;
    std::vector<ReadLog> read;
    std::vector<RecountedLog> logs;
    ledger::Witnessed newest = 0;            // the last second that a checkpoint states
    std::vector<std::string> discrepancies;  // in the order in which they were found
};

// `log.checkpoint` is its newest. Reads the source from this thread, and statements on all cores.
Result<void> walk_log(PeerSource& source, const OfferedLog& log, WalkedLogs& walked,
                      const WalkProgress& progress);

// All logs that the source offers, or those of these keys alone; whose signatures they bear is looked for.
Result<void> walk_logs(PeerSource& source, const std::vector<crypto::NamedKey>& keys, WalkedLogs& walked,
                       const WalkProgress& progress);

}  // namespace comity::federation
