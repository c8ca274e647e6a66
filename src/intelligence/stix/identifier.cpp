#include "intelligence/stix/identifier.h"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

namespace comity::intelligence {
namespace {

constexpr bool is_dash_place(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// 36 characters.
void write_uuid(const Uuid& uuid, char* out) {
    static constexpr char kDigits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        *out++ = kDigits[uuid.bytes[i] >> 4];
        *out++ = kDigits[uuid.bytes[i] & 15];
    }
}

}  // namespace

std::string Uuid::text() const {
    std::string out(36, '\0');
    write_uuid(*this, out.data());
    return out;
}

Result<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36)
        return invalid({}, "a UUID has 36 characters, such as 8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    Uuid uuid;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_dash_place(i)) {
            if (text[i] != '-') return invalid({}, "a UUID has its dashes after 8, 12, 16 and 20 digits");
            continue;
        }
        const int value = hex_value(text[i]);
        if (value < 0) return invalid({}, "a UUID is written in the digits 0-9 and a-f");
        uuid.bytes[nibble / 2] = static_cast<std::uint8_t>(uuid.bytes[nibble / 2] << 4 | value);
        ++nibble;
    }
    if ((uuid.bytes[8] & 0xc0) != 0x80) return invalid({}, "the UUID is not of RFC 4122's variant");
    return uuid;
}

Result<Uuid> Uuid::from_bytes(ByteView bytes) {
    if (bytes.size() != 16) return invalid({}, "a UUID has 16 bytes");
    Uuid uuid;
    std::copy(bytes.begin(), bytes.end(), uuid.bytes.begin());
    return uuid;
}

Uuid Uuid::of_name(const Uuid& name_space, std::string_view name) {
    boost::uuids::uuid space;
    std::copy(name_space.bytes.begin(), name_space.bytes.end(), space.begin());
    const boost::uuids::uuid made = boost::uuids::name_generator_sha1(space)(name.data(), name.size());
    Uuid uuid;
    std::copy(made.begin(), made.end(), uuid.bytes.begin());
    return uuid;
}

Result<void> check_type_name(std::string_view name) {
    if (name.size() < 3 || name.size() > 250) return invalid({}, "a type name has 3 to 250 characters");
    if (name.front() < 'a' || name.front() > 'z') return invalid({}, "a type name begins with a letter a-z");
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (!std::all_of(name.begin(), name.end(), allowed))
        return invalid({}, "a type name has only a-z, 0-9 and hyphens");
    return {};
}

std::string ObjectId::text() const {
    std::string out;
    out.reserve(type.size() + 38);
    out.append(type).append("--").append(36, '\0');
    write_uuid(uuid, out.data() + type.size() + 2);
    return out;
}

std::optional<IdentifierView> view_identifier(std::string_view text) {
    // Each digit's value; of other characters one that no digit has.
    static constexpr std::array<std::uint8_t, 256> kValues = [] {
        std::array<std::uint8_t, 256> values{};
        values.fill(0x80);
        for (int c = 0; c < 128; ++c) {
            if (const int value = hex_value(static_cast<char>(c)); value >= 0)
                values[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(value);
        }
        return values;
    }();
    constexpr std::size_t kTail = 38;  // "--" and the UUID
    if (text.size() < kTail + 3 || text.size() > kTail + 250) return std::nullopt;
    const std::string_view type = text.substr(0, text.size() - kTail);
    if (type.front() < 'a' || type.front() > 'z') return std::nullopt;
    for (const char c : type) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return std::nullopt;
    }
    const std::string_view tail = text.substr(text.size() - kTail);
    if (tail[0] != '-' || tail[1] != '-') return std::nullopt;
    IdentifierView view{.type = type, .uuid = {}};
    unsigned bad = 0;
    std::size_t at = 2;
    for (std::size_t byte = 0; byte < 16; ++byte) {
        if (byte == 4 || byte == 6 || byte == 8 || byte == 10)
            bad |= static_cast<unsigned>(tail[at++] != '-') << 7;
        const unsigned high = kValues[static_cast<unsigned char>(tail[at++])];
        const unsigned low = kValues[static_cast<unsigned char>(tail[at++])];
        bad |= high | low;
        view.uuid.bytes[byte] = static_cast<std::uint8_t>(high << 4 | (low & 15));
    }
    if ((bad & 0x80) != 0 || (view.uuid.bytes[8] & 0xc0) != 0x80) return std::nullopt;
    return view;
}

Result<ObjectId> ObjectId::parse(std::string_view text) {
    // The UUID has a fixed length, so the type may itself hold two hyphens.
    if (text.size() < 38 + 3 || text.substr(text.size() - 38, 2) != "--") {
        return invalid({}, "an identifier is a type, two hyphens and a UUID");
    }
    if (const auto view = view_identifier(text)) return ObjectId{std::string(view->type), view->uuid};
    const std::string_view type = text.substr(0, text.size() - 38);
    COMITY_CHECK(check_type_name(type));
    COMITY_TRY(const Uuid uuid, Uuid::parse(text.substr(text.size() - 36)));
    return ObjectId{std::string(type), uuid};
}

}  // namespace comity::intelligence
