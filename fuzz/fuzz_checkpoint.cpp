// Checkpoints: the text has one spelling; opening one with a key never fails but by an error.
#include "fuzz/target.h"
#include "log/checkpoint.h"

using namespace comity;
using fuzz::hold;

namespace {

const crypto::NamedKey& log_key() {
    static const crypto::NamedKey key = *crypto::parse_public_key(
        "cert-ke.example/log+038a72cb+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU");
    return key;
}
const crypto::NamedKey& witness_key() {
    static const crypto::NamedKey key = *crypto::parse_public_key(
        "cert-ke.example/witness+fb2d890f+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR");
    return key;
}

void read_text(std::string_view text) {
    if (const auto checkpoint = log::Checkpoint::parse(text)) {
        hold(checkpoint->text() == text, "a checkpoint is written as it was read");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    read_text(text);
    const auto note = crypto::parse_note(text);
    if (note) {
        read_text(note->text);
        for (const crypto::NoteSignature& signature : note->signatures) {
            const auto time = log::verify_cosignature(note->text, signature, witness_key());
            if (time) hold(time->micros >= 0, "a cosignature's time is none before 1970");
        }
    }
    if (const auto open = log::open_checkpoint(text, log_key())) {
        hold(note && open->note.text == open->checkpoint.text(), "the checkpoint is the note's text");
        hold(open->checkpoint.origin == log_key().name, "the checkpoint is the key's log's");
    }
    return 0;
}
