// Secrets that two parties share without having told each other: X25519 (RFC 7748), by libsodium, and long
// runs of bytes from such a secret (ChaCha20, RFC 8439). Thread-safe.
#pragma once

#include <array>
#include <cstddef>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

namespace comity::crypto {

struct AgreementKey {
    std::array<std::uint8_t, 32> bytes{};
    // kInvalid where it has not 32 bytes, or is a point with which everybody would share the same secret.
    static Result<AgreementKey> from_bytes(ByteView bytes);
    friend auto operator<=>(const AgreementKey&, const AgreementKey&) = default;
};

// A secret key; its memory is wiped when it goes.
class AgreementSecret {
  public:
    static AgreementSecret generate();
    static Result<AgreementSecret> from_bytes(ByteView bytes);  // 32 bytes
    AgreementSecret(const AgreementSecret&) = default;
    AgreementSecret& operator=(const AgreementSecret&) = default;
    ~AgreementSecret();

    AgreementKey public_key() const;
    ByteView bytes() const { return bytes_; }  // for storing; handle as the secret it is
    // The same for both: SHA-256 of `context` and what the two keys share. Who knows neither secret key can't
    // tell it from random bytes.
    Result<Digest> agree(const AgreementKey& other, ByteView context) const;

  private:
    AgreementSecret() = default;
    std::array<std::uint8_t, 32> bytes_{};
};

// ChaCha20's stream under the seed, with a nonce of zeros: a seed serves once.
Bytes stream_of(const Digest& seed, std::size_t size);

}  // namespace comity::crypto
