// Sealing bytes away: with a password, for what leaves a machine in a file, and to the holders of Ed25519
// keys, for what others carry and must not read. By libsodium: Argon2id, XChaCha20-Poly1305, and sealed boxes
// (X25519) to the keys that belong to the Ed25519 ones. Thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "crypto/ed25519.h"

namespace comity::crypto {

// One line of text, "COMITY+SEALED+<base64>", with the parameters inside. About a second and 128 MiB.
// kUnavailable when memory is short.
Result<std::string> seal_with_password(std::string_view secret, std::string_view password);
// kInvalid where it is no such text; kRefused where the password is another, or it was changed.
Result<std::string> open_with_password(std::string_view sealed, std::string_view password);

// For several readers: each of them alone can open it, and nobody else, its maker included. What is told to
// anybody are their number and the size. The bytes:
//     "comity-sealed/v1\n", 2 bytes: number of readers, big-endian,
//     for each: 4 bytes of its key (the first of SHA-256 of the Ed25519 key), 80 bytes: a sealed box (X25519)
//     that holds the content's key,
//     24 bytes: nonce, then the content under XChaCha20-Poly1305; all that stands before is authenticated.
// kInvalid where a key is none that can be sealed to, or there are none or more than 1000.
Result<Bytes> seal_to(std::span<const PublicKey> readers, ByteView content);
// kInvalid where it is no such thing; kRefused where it is not sealed to that key, or was changed.
Result<Bytes> open_sealed(ByteView sealed, const SecretKey& reader);

}  // namespace comity::crypto
