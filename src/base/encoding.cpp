#include "base/encoding.h"

#include <array>

namespace comity {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNone = 0xff;

using Table = std::array<std::uint8_t, 256>;

constexpr Table reverse(std::string_view alphabet) {
    Table table{};
    table.fill(kNone);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}
constexpr Table kFromStandard = reverse(kStandard);
constexpr Table kFromUrlSafe = reverse(kUrlSafe);
constexpr Table kFromHex = reverse("0123456789abcdef");

std::string encode(ByteView in, std::string_view alphabet, bool padded) {
    const std::size_t rest = in.size() % 3;
    const std::size_t tail = rest == 0 ? 0 : padded ? 4 : rest + 1;
    std::string out(in.size() / 3 * 4 + tail, '=');
    char* to = out.data();
    std::size_t i = 0;
    for (; i + 3 <= in.size(); i += 3, to += 4) {
        const unsigned n = unsigned{in[i]} << 16 | unsigned{in[i + 1]} << 8 | in[i + 2];
        to[0] = alphabet[n >> 18];
        to[1] = alphabet[n >> 12 & 63];
        to[2] = alphabet[n >> 6 & 63];
        to[3] = alphabet[n & 63];
    }
    if (rest > 0) {
        const unsigned n = unsigned{in[i]} << 16 | (rest == 2 ? unsigned{in[i + 1]} << 8 : 0U);
        to[0] = alphabet[n >> 18];
        to[1] = alphabet[n >> 12 & 63];
        if (rest == 2) to[2] = alphabet[n >> 6 & 63];
    }
    return out;
}

Result<Bytes> decode(std::string_view in, const Table& table, bool padded, const char* name) {
    if (padded) {
        if (in.size() % 4 != 0) return invalid(name, "the length is not a multiple of 4", "pad with =");
        for (int i = 0; i < 2 && in.ends_with('='); ++i) in.remove_suffix(1);
    }
    const std::size_t rest = in.size() % 4;
    if (rest == 1) return invalid(name, "one character is left over");
    const auto value_at = [&](std::size_t i) { return unsigned{table[static_cast<std::uint8_t>(in[i])]}; };
    Bytes out(in.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1));
    std::uint8_t* to = out.data();
    unsigned seen = 0;  // kNone is the only value above 63
    std::size_t i = 0;
    for (; i + 4 <= in.size(); i += 4, to += 3) {
        const unsigned a = value_at(i), b = value_at(i + 1), c = value_at(i + 2), d = value_at(i + 3);
        seen |= a | b | c | d;
        const unsigned n = a << 18 | b << 12 | c << 6 | d;
        to[0] = static_cast<std::uint8_t>(n >> 16);
        to[1] = static_cast<std::uint8_t>(n >> 8);
        to[2] = static_cast<std::uint8_t>(n);
    }
    unsigned beyond = 0;
    if (rest > 0) {
        const unsigned a = value_at(i), b = value_at(i + 1), c = rest == 3 ? value_at(i + 2) : 0;
        seen |= a | b | c;
        const unsigned n = a << 18 | b << 12 | c << 6;
        to[0] = static_cast<std::uint8_t>(n >> 16);
        if (rest == 3) to[1] = static_cast<std::uint8_t>(n >> 8);
        beyond = rest == 3 ? n & 0xff : n & 0xffff;
    }
    if (seen > 63) {
        for (i = 0; value_at(i) != kNone;) ++i;
        return invalid(name, "character " + std::to_string(i + 1) + " is not of the alphabet");
    }
    if (beyond != 0) return invalid(name, "the last character has bits beyond the data");
    return out;
}

}  // namespace

std::string hex_encode(ByteView bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

Result<void> hex_decode_into(std::string_view text, std::span<std::uint8_t> bytes) {
    if (text.size() % 2 != 0) return invalid("hex", "the number of digits is odd");
    if (text.size() / 2 != bytes.size()) {
        return invalid(
            "hex", "has " + std::to_string(text.size()) + " digits, not " + std::to_string(2 * bytes.size()));
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint8_t high = kFromHex[static_cast<std::uint8_t>(text[2 * i])];
        const std::uint8_t low = kFromHex[static_cast<std::uint8_t>(text[2 * i + 1])];
        if (high == kNone || low == kNone) {
            return invalid("hex", "character " + std::to_string(2 * i + (high == kNone ? 1 : 2)) +
                                      " is not one of 0-9 and a-f");
        }
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return {};
}

Result<Bytes> hex_decode(std::string_view text) {
    Bytes out(text.size() / 2);
    COMITY_CHECK(hex_decode_into(text, out));
    return out;
}

std::string base64_encode(ByteView bytes) {
    return encode(bytes, kStandard, true);
}
Result<Bytes> base64_decode(std::string_view text) {
    return decode(text, kFromStandard, true, "base64");
}
std::string base64url_encode(ByteView bytes) {
    return encode(bytes, kUrlSafe, false);
}
Result<Bytes> base64url_decode(std::string_view text) {
    return decode(text, kFromUrlSafe, false, "base64url");
}

}  // namespace comity
