// A vote, or all of them, counted again by somebody who believes nobody: out of logs and statements, wherever
// they come from, and the logs' public keys. Every entry is hashed into the tree that the log has signed,
// every statement held against its entry, every signature verified, and when a ballot was witnessed is what
// the checkpoints say.
#pragma once

#include <string>
#include <vector>

#include "federation/log_walk.h"
#include "governance/election/state.h"
#include "governance/voting/tally.h"

namespace comity::federation {

struct RecountOptions {
    std::string vote;  // an id of the proposal, the vote or the election, or its beginning; empty: all
    std::vector<crypto::NamedKey> log_keys{};  // only logs of these keys; empty: all that the source offers
    WalkProgress progress{};
};

struct Recount {
    std::vector<governance::Tally> tallies;                 // of the vote, or of all: the first opened first
    std::vector<std::pair<Digest, std::string>> uncounted;  // of all: the votes that are void, and why
    std::vector<governance::SecretElection> elections;      // the one, or all
    std::vector<RecountedLog> logs;
    std::uint64_t statements = 0;  // of governance
    // What does not fit, in the order in which it was found: a log against its own signature, a statement
    // against its entry, a certified result against what was counted.
    std::vector<std::string> discrepancies;
};

// The source is read once from end to end, from this thread; statements are read and verified on all cores.
// Of each act some 700 bytes are kept until the end. Fails where the vote cannot be counted at all; what does
// not fit is told in `discrepancies`.
Result<Recount> recount(PeerSource& source, const RecountOptions& options);

}  // namespace comity::federation
