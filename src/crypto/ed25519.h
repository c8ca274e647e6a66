// Ed25519 (RFC 8032), by libsodium. Thread-safe.
#pragma once

#include <array>

#include "base/bytes.h"
#include "base/error.h"

namespace comity::crypto {

struct PublicKey {
    std::array<std::uint8_t, 32> bytes{};
    static Result<PublicKey> from_bytes(ByteView bytes);  // 32 bytes, a point that libsodium accepts
    friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

struct Signature {
    std::array<std::uint8_t, 64> bytes{};
    static Result<Signature> from_bytes(ByteView bytes);
    friend auto operator<=>(const Signature&, const Signature&) = default;
};

// A secret key; its memory is wiped when it goes.
class SecretKey {
  public:
    static SecretKey generate();
    static Result<SecretKey> from_seed(ByteView seed);  // 32 bytes
    SecretKey(const SecretKey&);
    SecretKey& operator=(const SecretKey&);
    SecretKey(SecretKey&&) noexcept;
    SecretKey& operator=(SecretKey&&) noexcept;
    ~SecretKey();

    PublicKey public_key() const;
    Signature sign(ByteView message) const;
    ByteView seed() const;  // 32 bytes, for storing; handle as the secret it is

  private:
    SecretKey() = default;
    std::array<std::uint8_t, 64> bytes_{};
};

bool verify(const PublicKey& key, ByteView message, const Signature& signature);

}  // namespace comity::crypto
