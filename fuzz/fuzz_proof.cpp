// Proof files: one spelling each; no proof but the real ones holds for the sample's entry.
#include "crypto/sha256.h"
#include "fuzz/target.h"
#include "log/proof.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const crypto::NamedKey log_key = *crypto::parse_public_key(
        "cert-ke.example/log+038a72cb+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU");
    static const std::vector<crypto::NamedKey> witnesses = {*crypto::parse_public_key(
        "cert-ke.example/witness+fb2d890f+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR")};
    static const Digest entry = crypto::sha256(as_bytes("statement 9"));
    const std::string_view text = fuzz::text_of(data, size);
    const auto proof = log::Proof::parse(text);
    if (!proof) return 0;
    hold(proof->write() == text, "a proof is written as it was read");
    const auto verdict = log::verify_proof(*proof, entry.view(), log_key, witnesses);
    if (!verdict) return 0;
    hold(proof->index < verdict->checkpoint.size, "what is proven stands in the log");
    hold(proof->index == 9 && verdict->checkpoint.size == 10, "only the entry's own place is proven");
    return 0;
}
