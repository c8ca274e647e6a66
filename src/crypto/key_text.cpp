#include "crypto/key_text.h"

#include <sodium.h>

#include "base/encoding.h"
#include "crypto/sha256.h"
#include "crypto/unicode.h"

namespace comity::crypto {
namespace {

constexpr std::string_view kSecretPrefix = "PRIVATE+KEY+";

std::string hex_id(std::uint32_t id) {
    const std::array<std::uint8_t, 4> bytes{
        static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
        static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
    return hex_encode(bytes);
}

std::string join(std::string_view name, std::uint32_t id, KeyType type, ByteView key) {
    Bytes typed{static_cast<std::uint8_t>(type)};
    append(typed, key);
    std::string out(name);
    out += '+';
    out += hex_id(id);
    out += '+';
    out += base64_encode(typed);
    sodium_memzero(typed.data(), typed.size());
    return out;
}

// "name+id+base64(type ‖ key)", taken apart; whether the id is right is not known yet.
struct Parts {
    std::string_view name;
    std::string_view id;
    KeyType type;
    Bytes key;
};

Result<Parts> split(std::string_view text, std::string_view what) {
    const std::string where(what);
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return invalid(where, "has not the three parts name+id+key");
    Parts out{text.substr(0, first), text.substr(first + 1, second - first - 1), KeyType::kEd25519, {}};
    if (auto named = check_key_name(out.name); !named) return within(what, std::move(named).error());
    if (out.id.size() != 8 || !hex_decode(out.id))
        return invalid(where, "the id is not 8 hexadecimal digits");
    auto typed = base64_decode(text.substr(second + 1));
    if (!typed) return within(what, std::move(typed).error());
    if (typed->empty()) return invalid(where, "the key is empty");
    out.type = static_cast<KeyType>(typed->front());
    if (out.type != KeyType::kEd25519 && out.type != KeyType::kEd25519Cosignature) {
        return invalid(where,
                       "the key is of a type that is not known here (" + std::to_string(typed->front()) + ")",
                       "use an Ed25519 key");
    }
    out.key.assign(typed->begin() + 1, typed->end());
    sodium_memzero(typed->data(), typed->size());
    return out;
}

Result<void> check_id(const Parts& parts, const PublicKey& key, std::string_view what) {
    if (hex_id(key_id(parts.name, parts.type, key)) == parts.id) return {};
    return invalid(std::string(what), "the id does not fit name and key", "copy the whole key again");
}

}  // namespace

std::uint32_t NamedKey::id() const {
    return key_id(name, type, key);
}
std::string NamedKey::text() const {
    return join(name, id(), type, key.bytes);
}

NamedKey NamedSecret::public_part() const {
    return {name, type, key.public_key()};
}
std::string NamedSecret::text() const {
    return std::string(kSecretPrefix) + join(name, key_id(name, type, key.public_key()), type, key.seed());
}

std::uint32_t key_id(std::string_view name, KeyType type, const PublicKey& key) {
    const std::array<std::uint8_t, 2> between{'\n', static_cast<std::uint8_t>(type)};
    const Digest digest = sha256({as_bytes(name), between, key.bytes});
    return std::uint32_t{digest.bytes[0]} << 24 | std::uint32_t{digest.bytes[1]} << 16 |
           std::uint32_t{digest.bytes[2]} << 8 | digest.bytes[3];
}

Result<void> check_key_name(std::string_view name) {
    if (name.empty()) return invalid("key name", "is empty");
    std::size_t at = 0;
    while (at < name.size()) {
        const std::optional<char32_t> c = next_code_point(name, at);
        if (!c) return invalid("key name", "is not UTF-8");
        if (*c == '+') return invalid("key name", "has a +");
        if (is_space(*c)) return invalid("key name", "has a space");
        if (*c < 0x20) return invalid("key name", "has a control character");
    }
    return {};
}

Result<NamedKey> parse_public_key(std::string_view text) {
    constexpr std::string_view kWhat = "public key";
    if (text.starts_with(kSecretPrefix)) {
        return invalid(std::string(kWhat), "this is a secret key",
                       "give its public part, and show this to nobody");
    }
    COMITY_TRY(const Parts parts, split(text, kWhat));
    COMITY_TRY(const PublicKey key, PublicKey::from_bytes(parts.key));
    COMITY_CHECK(check_id(parts, key, kWhat));
    return NamedKey{std::string(parts.name), parts.type, key};
}

Result<NamedSecret> parse_secret_key(std::string_view text) {
    constexpr std::string_view kWhat = "secret key";
    if (!text.starts_with(kSecretPrefix))
        return invalid(std::string(kWhat), "does not begin with PRIVATE+KEY+");
    COMITY_TRY(Parts parts, split(text.substr(kSecretPrefix.size()), kWhat));
    auto key = SecretKey::from_seed(parts.key);
    sodium_memzero(parts.key.data(), parts.key.size());
    if (!key) return std::unexpected(std::move(key).error());
    COMITY_CHECK(check_id(parts, key->public_key(), kWhat));
    return NamedSecret{std::string(parts.name), parts.type, *std::move(key)};
}

}  // namespace comity::crypto
