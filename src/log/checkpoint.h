// Checkpoints (C2SP tlog-checkpoint v1.0.0) and their timestamped cosignatures (C2SP tlog-cosignature
// v1.0.1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "crypto/note.h"

namespace comity::log {

struct Checkpoint {
    std::string origin;  // the log's name: a schema-less URL
    std::uint64_t size = 0;
    Digest root;
    std::vector<std::string> extensions;  // non-empty lines

    std::string text() const;  // the note's text
    // kInvalid; of what parses, text() is the same text. A size of 0 with another root than empty_root()
    // parses.
    static Result<Checkpoint> parse(std::string_view text);
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A checkpoint that the log's key has signed, opened. kInvalid, or kRefused where the log's signature is not
// there, the origin is not the key's name, or the signature is wrong.
struct OpenCheckpoint {
    Checkpoint checkpoint;
    crypto::Note note;
};
Result<OpenCheckpoint> open_checkpoint(std::string_view note, const crypto::NamedKey& log_key);

// The cosignature of `secret` on a checkpoint's text at a time, of which the whole seconds count.
// Precondition: a kEd25519Cosignature key, a time not before 1970.
crypto::NoteSignature cosign(std::string_view checkpoint_text, const crypto::NamedSecret& secret, Time time);

// The time a cosignature states, after verifying it. kRefused where it is not this key's or does not verify.
Result<Time> verify_cosignature(std::string_view checkpoint_text, const crypto::NoteSignature& signature,
                                const crypto::NamedKey& key);

}  // namespace comity::log
