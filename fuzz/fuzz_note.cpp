// Signed notes: one spelling each; verifying never says more than who signed.
#include "crypto/note.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<crypto::NamedKey> keys = {
        *crypto::parse_public_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
        *crypto::parse_public_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")};
    const std::string_view text = fuzz::text_of(data, size);
    const auto note = crypto::parse_note(text);
    if (!note) return 0;
    hold(note->write() == text, "a note is written as it was read");
    hold(note->text.ends_with('\n'), "its text ends with a line feed");
    hold(!note->signatures.empty() && note->signatures.size() <= crypto::kMaxNoteSignatures, "it is signed");
    if (const auto signers = crypto::verify_note(*note, keys)) {
        hold(!signers->empty() && signers->size() <= keys.size(), "the signers are among the keys");
    }
    return 0;
}
