#include "crypto/sealing.h"

#include <sodium.h>
#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "crypto/sodium.h"

namespace comity::crypto {
namespace {

constexpr std::string_view kPrefix = "COMITY+SEALED+";
constexpr std::uint8_t kVersion = 1;
constexpr std::uint64_t kSealPasses = 3;
constexpr std::uint64_t kSealMemory = 128u << 20;  // bytes
constexpr std::uint64_t kMostPasses = 16;          // what is opened may ask for no more
constexpr std::uint64_t kMostMemory = 1024u << 20;
constexpr std::size_t kSalt = crypto_pwhash_SALTBYTES;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kHead = 1 + 8 + 8 + kSalt + kNonce;

constexpr std::string_view kMagic = "comity-sealed/v1\n";
constexpr std::size_t kMaxReaders = 1000;
constexpr std::size_t kHint = 4;
constexpr std::size_t kContentKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kBox = kContentKey + crypto_box_SEALBYTES;

using Key = std::array<std::uint8_t, kContentKey>;

// Wiped when it goes.
struct SecretBytes {
    Key bytes{};
    SecretBytes() = default;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { sodium_memzero(bytes.data(), bytes.size()); }
};

Bytes encrypt(ByteView content, ByteView head, ByteView nonce, const Key& key) {
    Bytes out(content.size() + kTag);
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(), &size, content.data(), content.size(), head.data(),
                                               head.size(), nullptr, nonce.data(), key.data());
    return out;
}

Result<Bytes> decrypt(ByteView box, ByteView head, ByteView nonce, const Key& key, const char* why) {
    if (box.size() < kTag) return invalid("sealed", "is cut off");
    Bytes out(box.size() - kTag);
    unsigned long long size = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(), &size, nullptr, box.data(), box.size(),
                                                   head.data(), head.size(), nonce.data(), key.data()) != 0)
        return refused("sealed", why);
    return out;
}

Result<void> derive(Key& key, std::string_view password, ByteView salt, std::uint64_t passes,
                    std::uint64_t memory) {
    if (crypto_pwhash(key.data(), key.size(), password.data(), password.size(), salt.data(), passes,
                      static_cast<std::size_t>(memory), crypto_pwhash_ALG_ARGON2ID13) != 0)
        return unavailable("password", "memory is short", "free some and try again");
    return {};
}

Bytes hint_of(const PublicKey& key) {
    const Digest digest = sha256(key.bytes);
    return {digest.bytes.begin(), digest.bytes.begin() + kHint};
}

}  // namespace

Result<std::string> seal_with_password(std::string_view secret, std::string_view password) {
    ready_sodium();
    Bytes sealed{kVersion};
    append_u64(sealed, kSealPasses);
    append_u64(sealed, kSealMemory);
    const Bytes salt = random_bytes(kSalt);
    const Bytes nonce = random_bytes(kNonce);
    append(sealed, salt);
    append(sealed, nonce);
    SecretBytes key;
    COMITY_CHECK(derive(key.bytes, password, salt, kSealPasses, kSealMemory));
    const Bytes box = encrypt(as_bytes(secret), sealed, nonce, key.bytes);
    append(sealed, box);
    return std::string(kPrefix) + base64_encode(sealed);
}

Result<std::string> open_with_password(std::string_view sealed, std::string_view password) {
    ready_sodium();
    if (!sealed.starts_with(kPrefix)) return invalid("sealed", "is nothing that was sealed with a password");
    COMITY_TRY(const Bytes bytes, base64_decode(sealed.substr(kPrefix.size())));
    if (bytes.size() < kHead + kTag || bytes[0] != kVersion) return invalid("sealed", "is of another form");
    const ByteView head = ByteView(bytes).first(kHead);
    const std::uint64_t passes = read_u64(head.subspan(1));
    const std::uint64_t memory = read_u64(head.subspan(9));
    if (passes < 1 || passes > kMostPasses || memory < crypto_pwhash_MEMLIMIT_MIN || memory > kMostMemory)
        return invalid("sealed", "asks for more passes or memory than it may");
    SecretBytes key;
    COMITY_CHECK(derive(key.bytes, password, head.subspan(17, kSalt), passes, memory));
    COMITY_TRY(const Bytes content, decrypt(ByteView(bytes).subspan(kHead), head, head.subspan(17 + kSalt),
                                            key.bytes, "the password is another, or it was changed"));
    return std::string(as_text(content));
}

Result<Bytes> seal_to(std::span<const PublicKey> readers, ByteView content) {
    ready_sodium();
    if (readers.empty() || readers.size() > kMaxReaders) return invalid("readers", "must be 1 to 1000 keys");
    SecretBytes key;
    randombytes_buf(key.bytes.data(), key.bytes.size());
    Bytes sealed = to_bytes(as_bytes(kMagic));
    append_u16(sealed, static_cast<std::uint16_t>(readers.size()));
    for (const PublicKey& reader : readers) {
        std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES> box_key{};
        if (crypto_sign_ed25519_pk_to_curve25519(box_key.data(), reader.bytes.data()) != 0)
            return invalid("readers", "one is a key that nothing can be sealed to");
        std::array<std::uint8_t, kBox> box{};
        crypto_box_seal(box.data(), key.bytes.data(), key.bytes.size(), box_key.data());
        append(sealed, hint_of(reader));
        append(sealed, box);
    }
    const Bytes nonce = random_bytes(kNonce);
    append(sealed, nonce);
    const Bytes body = encrypt(content, sealed, nonce, key.bytes);
    append(sealed, body);
    return sealed;
}

Result<Bytes> open_sealed(ByteView sealed, const SecretKey& reader) {
    ready_sodium();
    const std::size_t count_at = kMagic.size();
    if (sealed.size() < count_at + 2 || as_text(sealed.first(count_at)) != kMagic)
        return invalid("sealed", "is nothing that was sealed to readers");
    const std::size_t count = static_cast<std::size_t>(sealed[count_at]) << 8 | sealed[count_at + 1];
    const std::size_t head_size = count_at + 2 + count * (kHint + kBox) + kNonce;
    if (count == 0 || count > kMaxReaders || sealed.size() < head_size + kTag)
        return invalid("sealed", "is cut off");
    const PublicKey own = reader.public_key();
    const Bytes hint = hint_of(own);
    std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES> public_box{};
    SecretBytes secret_box;
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> whole{};  // seed and public key, as libsodium has it
    const ByteView seed = reader.seed();
    std::ranges::copy(seed, whole.begin());
    std::ranges::copy(own.bytes, whole.begin() + static_cast<std::ptrdiff_t>(seed.size()));
    const bool converted = crypto_sign_ed25519_pk_to_curve25519(public_box.data(), own.bytes.data()) == 0 &&
                           crypto_sign_ed25519_sk_to_curve25519(secret_box.bytes.data(), whole.data()) == 0;
    sodium_memzero(whole.data(), whole.size());
    if (!converted) return refused("sealed", "the key is none that anything can be sealed to");
    for (std::size_t i = 0; i < count; ++i) {
        const ByteView entry = sealed.subspan(count_at + 2 + i * (kHint + kBox), kHint + kBox);
        if (!std::ranges::equal(entry.first(kHint), hint)) continue;
        SecretBytes key;
        if (crypto_box_seal_open(key.bytes.data(), entry.data() + kHint, kBox, public_box.data(),
                                 secret_box.bytes.data()) != 0)
            continue;
        const ByteView head = sealed.first(head_size);
        return decrypt(sealed.subspan(head_size), head, head.last(kNonce), key.bytes, "was changed");
    }
    return refused("sealed", "is not sealed to this key", "open it with the key of one of its readers");
}

}  // namespace comity::crypto
