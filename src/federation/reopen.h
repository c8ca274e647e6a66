// Sealed bids opened again by somebody who believes nobody: out of logs and statements, wherever they come
// from, and the logs' public keys (recount.h has the same of votes).
#pragma once

#include <string>
#include <vector>

#include "federation/log_walk.h"

namespace comity::federation {

struct ReopenOptions {
    std::string call;                          // "member/name", or the beginning of its statement's id
    std::vector<crypto::NamedKey> log_keys{};  // only logs of these keys; empty: all that the source offers
    WalkProgress progress{};
};

struct Reopened {
    json::Object opening;  // development::bid_opening_json, as of the newest checkpoint
    std::vector<RecountedLog> logs;
    std::vector<std::string> uncounted;  // what no key of its author makes count, a line each
    std::vector<std::string> discrepancies;
};

// kNotFound, kInvalid where the call is not one of them.
Result<Reopened> reopen(PeerSource& source, const ReopenOptions& options);

}  // namespace comity::federation
