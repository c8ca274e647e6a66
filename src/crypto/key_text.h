// How keys are written down: as C2SP signed-note has them, so that one form serves members, logs and
// witnesses.
//
//     public   cert-ke+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k      (a "vkey")
//     secret   PRIVATE+KEY+cert-ke+530d903a+AS4...                                   (as
//     golang.org/x/mod/sumdb/note)
//
// The part after the name is the key id: SHA-256(name ‖ 0x0A ‖ type ‖ key), its first four bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/ed25519.h"

namespace comity::crypto {

enum class KeyType : std::uint8_t {
    kEd25519 = 0x01,             // signs notes: checkpoints; and statements
    kEd25519Cosignature = 0x04,  // signs timestamped cosignatures (C2SP tlog-cosignature)
};

struct NamedKey {
    std::string name;  // non-empty, no Unicode space, no '+'
    KeyType type = KeyType::kEd25519;
    PublicKey key;

    std::uint32_t id() const;  // as it stands in a signature, read as a big-endian number
    std::string text() const;  // the vkey
    friend bool operator==(const NamedKey&, const NamedKey&) = default;
};

struct NamedSecret {
    std::string name;
    KeyType type = KeyType::kEd25519;
    SecretKey key;

    NamedKey public_part() const;
    std::string text() const;
};

std::uint32_t key_id(std::string_view name, KeyType type, const PublicKey& key);
Result<void> check_key_name(std::string_view name);
Result<NamedKey> parse_public_key(std::string_view text);  // refuses a wrong id; kInvalid
Result<NamedSecret> parse_secret_key(std::string_view text);

}  // namespace comity::crypto
