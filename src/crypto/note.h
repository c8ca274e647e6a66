// Signed notes (C2SP signed-note v1.0.0): a text and the signatures of those who stand for it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/key_text.h"

namespace comity::crypto {

inline constexpr std::size_t kMaxNoteSignatures = 64;
inline constexpr std::size_t kMaxNoteSize = 1'000'000;

struct NoteSignature {
    std::string name;
    std::uint32_t id = 0;
    Bytes bytes;               // what follows the key id
    std::string line() const;  // "— name base64\n"
    friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
    std::string text;  // ends with a line feed
    std::vector<NoteSignature> signatures;
    std::string write() const;
};

// The form alone: nothing is verified. kInvalid.
Result<Note> parse_note(std::string_view text);

// Signs `text` (which must be a note's text: UTF-8, ends with a line feed) as a kEd25519 key does.
NoteSignature sign_note(std::string_view text, const NamedSecret& secret);

// The given keys of type kEd25519 that have signed. As the specification has it: signatures by unknown keys
// are passed over; a known key's bad signature refuses the whole note (kInvalid); none of the keys: kRefused.
Result<std::vector<NamedKey>> verify_note(const Note& note, std::span<const NamedKey> keys);

}  // namespace comity::crypto
