// That a node would not take a statement, signed by its log's key: what a member holds in hand when its node
// refuses it. With the statement's proof from another log (a statement counts by who signed it, law 6) anyone
// sees that it was good, and that this node would not have it.
//
// A signed note (C2SP signed-note) of six lines: "comity refusal/v1", the community (64 hex), the statement
// (64 hex), the time by the node's clock, the kind of error ("refused"), and the reason in one line. No
// checkpoint can be read as one, nor the other way round: its first line is no log's name. Pure functions,
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/time.h"
#include "crypto/key_text.h"

namespace comity::federation {

inline constexpr std::string_view kRefusalHead = "comity refusal/v1";
inline constexpr std::size_t kMaxRefusalReason = 2000;  // bytes; what is longer is cut off

struct Refusal {
    Digest community;
    Digest statement;
    Time at;
    std::string kind;
    std::string reason;

    std::string sign(const crypto::NamedSecret& log) const;  // the note
    // kInvalid where it is no such note; kRefused where that key has not signed it.
    static Result<Refusal> open(std::string_view note, const crypto::NamedKey& log);
};

// Is that an error for which a node owes its reason: it has looked at the statement and will not take it? Not
// where it cannot now, or has not let the caller in.
bool owes_reason(ErrorKind kind);

}  // namespace comity::federation
