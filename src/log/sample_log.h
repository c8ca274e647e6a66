// A log of ten entries with one checkpoint and one witness, as golang.org/x/mod/sumdb (note, tlog) and Go's
// crypto/ed25519 made it: what other implementations write, for the tests of this room. In no program.
//
// Entry i is SHA-256("statement i"); the log's key has the seed of 32 bytes 0x02, the witness's that of 0x03.
#pragma once

#include <string_view>

#include "base/digest.h"
#include "crypto/key_text.h"
#include "crypto/sha256.h"

namespace comity::log::sample {

inline constexpr std::string_view kLogKey =
    "cert-ke.example/log+038a72cb+AYE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";
inline constexpr std::string_view kWitnessKey =
    "cert-ke.example/witness+fb2d890f+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR";
inline constexpr std::int64_t kWitnessed = 1'764'000'000;

inline constexpr std::string_view kText =
    "cert-ke.example/log\n10\nHGHqZ3Sj/Fh3OkpG2d15mtEap7deYU8ZP3Un5a7U5Vs=\n";
inline constexpr std::string_view kLogSignature =
    "— cert-ke.example/log "
    "A4pyy88aoqdNh6GbFUAgcSmuO1WAqZOxVf9xmKbRD7ZXyd0SUCnX3LPtij3BuCMfV0RyWcZrKFX30Sk41C5Xwv/QTQQ=\n";
inline constexpr std::string_view kCosignature =
    "— cert-ke.example/witness "
    "+y2JDwAAAABpJIEAjmxzMBskAqb9OLuu21fh/aZ6e8tIhZ/"
    "wAQyUhwic3L0sCCJEevbaDnvx7EnqKn4371RUqIu4tnrBdeidTfuaAg==\n";
inline constexpr std::string_view kProofOfEntry9 =
    "c2sp.org/tlog-proof@v1\nindex 9\n"
    "gnY5CR8xKOLnq0FWJI8HaC6r3AEv7n1z7GqVEvqnnDw=\n4w9s3in8rLkGiQqgU24U9sn/R8zS6gbSJiQniZRlRKQ=\n\n";

inline std::string note() {
    return std::string(kText) + '\n' + std::string(kLogSignature) + std::string(kCosignature);
}
inline std::string proof() {
    return std::string(kProofOfEntry9) + note();
}
inline Digest entry(int i) {
    return crypto::sha256(as_bytes("statement " + std::to_string(i)));
}

inline crypto::NamedKey log_key() {
    return crypto::parse_public_key(kLogKey).value();
}
inline crypto::NamedKey witness_key() {
    return crypto::parse_public_key(kWitnessKey).value();
}
inline crypto::NamedSecret secret(std::string_view name, crypto::KeyType type, std::uint8_t seed_byte) {
    return {std::string(name), type, crypto::SecretKey::from_seed(Bytes(32, seed_byte)).value()};
}
inline crypto::NamedSecret log_secret() {
    return secret("cert-ke.example/log", crypto::KeyType::kEd25519, 2);
}
inline crypto::NamedSecret witness_secret() {
    return secret("cert-ke.example/witness", crypto::KeyType::kEd25519Cosignature, 3);
}

}  // namespace comity::log::sample
