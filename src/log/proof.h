// Offline proofs that an entry stands in a log (C2SP tlog-proof): what a .tlog-proof file holds.
//
//     c2sp.org/tlog-proof@v1
//     extra <base64>                  (optional, not authenticated)
//     index 42
//     <base64 hash>                   (from the leaf to the root, a line each)
//
//     <the checkpoint, a signed note, as it is>
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "log/checkpoint.h"
#include "log/tree.h"

namespace comity::log {

struct Proof {
    std::uint64_t index = 0;
    std::vector<Digest> hashes;
    std::string checkpoint;  // the signed note, with cosignatures
    std::optional<Bytes> extra;

    std::string write() const;
    // kInvalid, with the line; the checkpoint's form is checked too. Of what parses, write() is the same
    // text.
    static Result<Proof> parse(std::string_view text);
};

struct ProofVerdict {
    Checkpoint checkpoint;
    std::vector<std::pair<crypto::NamedKey, Time>> cosigned;  // by which of the trusted witnesses, and when
};

// Does the entry stand at proof.index in the log that `log_key` signs? kRefused says which step failed.
// Signatures by others than the keys given are passed over; a bad one in a given key's name refuses the
// whole. The time of a witness that signed twice is the earlier.
Result<ProofVerdict> verify_proof(const Proof& proof, ByteView entry, const crypto::NamedKey& log_key,
                                  std::span<const crypto::NamedKey> witnesses);

}  // namespace comity::log
