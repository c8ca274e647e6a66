#include "crypto/ed25519.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/sodium.h"

namespace comity::crypto {

// libsodium's secret key is the seed and, after it, the public key.
static_assert(crypto_sign_SECRETKEYBYTES == 64);
static_assert(crypto_sign_SEEDBYTES == 32);
static_assert(crypto_sign_PUBLICKEYBYTES == 32);

namespace {

// To find that a key is a point takes as long as to verify, and the same keys are read again and again, with
// every roll that is made. So each thread remembers some.
bool is_point(const std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES>& key) {
    struct Known {
        bool any = false;
        std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> key;
    };
    thread_local std::array<Known, 1024> known{};
    Known& place = known[(key[0] | (key[1] << 8U)) % known.size()];
    if (place.any && place.key == key) return true;
    if (crypto_core_ed25519_is_valid_point(key.data()) != 1) return false;
    place = {true, key};
    return true;
}

}  // namespace

Result<PublicKey> PublicKey::from_bytes(ByteView bytes) {
    ready_sodium();
    PublicKey out;
    if (bytes.size() != out.bytes.size()) {
        return invalid("public key", "has " + std::to_string(bytes.size()) + " bytes instead of 32");
    }
    std::ranges::copy(bytes, out.bytes.begin());
    if (!is_point(out.bytes)) {
        return invalid("public key", "is no point of the curve that a key can be");
    }
    return out;
}

Result<Signature> Signature::from_bytes(ByteView bytes) {
    Signature out;
    if (bytes.size() != out.bytes.size()) {
        return invalid("signature", "has " + std::to_string(bytes.size()) + " bytes instead of 64");
    }
    std::ranges::copy(bytes, out.bytes.begin());
    return out;
}

SecretKey SecretKey::generate() {
    ready_sodium();
    SecretKey out;
    std::array<std::uint8_t, 32> public_key;
    crypto_sign_keypair(public_key.data(), out.bytes_.data());
    return out;
}

Result<SecretKey> SecretKey::from_seed(ByteView seed) {
    ready_sodium();
    if (seed.size() != crypto_sign_SEEDBYTES) {
        return invalid("secret key", "has " + std::to_string(seed.size()) + " bytes instead of 32");
    }
    SecretKey out;
    std::array<std::uint8_t, 32> public_key;
    crypto_sign_seed_keypair(public_key.data(), out.bytes_.data(), seed.data());
    return out;
}

SecretKey::SecretKey(const SecretKey&) = default;
SecretKey& SecretKey::operator=(const SecretKey&) = default;
SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) {
    sodium_memzero(other.bytes_.data(), other.bytes_.size());
}
SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
    if (this == &other) return *this;
    bytes_ = other.bytes_;
    sodium_memzero(other.bytes_.data(), other.bytes_.size());
    return *this;
}
SecretKey::~SecretKey() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

PublicKey SecretKey::public_key() const {
    PublicKey out;
    std::copy_n(bytes_.begin() + 32, 32, out.bytes.begin());
    return out;
}

Signature SecretKey::sign(ByteView message) const {
    Signature out;
    crypto_sign_detached(out.bytes.data(), nullptr, message.data(), message.size(), bytes_.data());
    return out;
}

ByteView SecretKey::seed() const {
    return ByteView(bytes_).first(32);
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    ready_sodium();
    return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                       key.bytes.data()) == 0;
}

}  // namespace comity::crypto
