#include "crypto/agreement.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/sha256.h"
#include "crypto/sodium.h"

namespace comity::crypto {

static_assert(crypto_scalarmult_BYTES == 32);
static_assert(crypto_scalarmult_SCALARBYTES == 32);
static_assert(crypto_stream_chacha20_ietf_KEYBYTES == Digest::kSize);

Result<AgreementKey> AgreementKey::from_bytes(ByteView bytes) {
    ready_sodium();
    AgreementKey out;
    if (bytes.size() != out.bytes.size())
        return invalid("key", "has " + std::to_string(bytes.size()) + " bytes instead of 32");
    std::ranges::copy(bytes, out.bytes.begin());
    // Every scalar is a multiple of eight, so that any of them shows a point of small order.
    constexpr std::array<std::uint8_t, crypto_scalarmult_SCALARBYTES> kAny = {8};
    std::array<std::uint8_t, crypto_scalarmult_BYTES> shared{};
    if (crypto_scalarmult(shared.data(), kAny.data(), out.bytes.data()) != 0)
        return invalid("key", "is one with which everybody shares the same secret", "make a new one");
    return out;
}

AgreementSecret AgreementSecret::generate() {
    ready_sodium();
    AgreementSecret out;
    randombytes_buf(out.bytes_.data(), out.bytes_.size());
    return out;
}

Result<AgreementSecret> AgreementSecret::from_bytes(ByteView bytes) {
    ready_sodium();
    AgreementSecret out;
    if (bytes.size() != out.bytes_.size())
        return invalid("secret key", "has " + std::to_string(bytes.size()) + " bytes instead of 32");
    std::ranges::copy(bytes, out.bytes_.begin());
    return out;
}

AgreementSecret::~AgreementSecret() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

AgreementKey AgreementSecret::public_key() const {
    AgreementKey out;
    crypto_scalarmult_base(out.bytes.data(), bytes_.data());
    return out;
}

Result<Digest> AgreementSecret::agree(const AgreementKey& other, ByteView context) const {
    Bytes input = to_bytes(context);
    std::array<std::uint8_t, crypto_scalarmult_BYTES> shared{};
    if (crypto_scalarmult(shared.data(), bytes_.data(), other.bytes.data()) != 0)
        return invalid("key", "is one with which everybody shares the same secret", "make a new one");
    append(input, shared);
    const Digest digest = sha256(input);
    sodium_memzero(shared.data(), shared.size());
    sodium_memzero(input.data(), input.size());
    return digest;
}

Bytes stream_of(const Digest& seed, std::size_t size) {
    ready_sodium();
    constexpr std::array<std::uint8_t, crypto_stream_chacha20_ietf_NONCEBYTES> kNoNonce{};
    Bytes out(size);
    crypto_stream_chacha20_ietf(out.data(), out.size(), kNoNonce.data(), seed.bytes.data());
    return out;
}

}  // namespace comity::crypto
