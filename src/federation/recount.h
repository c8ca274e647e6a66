// A vote counted again by somebody who believes nobody: out of logs and statements, wherever they come from,
// and the logs' public keys. Every entry is hashed into the tree that the log has signed, every statement
// held against its entry, every signature verified, and when a ballot was witnessed is what the checkpoints
// say.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "federation/peer_source.h"
#include "governance/voting/tally.h"

namespace comity::federation {

struct RecountOptions {
    std::string vote;                          // an id of the proposal or the vote, or its beginning
    std::vector<crypto::NamedKey> log_keys{};  // only logs of these keys; empty: all that the source offers
    std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

struct RecountedLog {
    crypto::NamedKey key;
    std::uint64_t size = 0;
    std::uint64_t without_statement =
        0;  // entries whose statements the source does not show: restricted, or withheld
};

struct Recount {
    governance::Tally tally;
    std::vector<RecountedLog> logs;
    std::uint64_t statements = 0;  // of governance
    // What does not fit, in the order in which it was found: a log against its own signature, a statement
    // against its entry, a certified result against what was counted.
    std::vector<std::string> discrepancies;
};

// One thread; the source is read once from end to end. Fails where the vote cannot be counted at all; what
// does not fit is told in `discrepancies`.
Result<Recount> recount(PeerSource& source, const RecountOptions& options);

}  // namespace comity::federation
