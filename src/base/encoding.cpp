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
    std::string out;
    out.reserve((in.size() + 2) / 3 * 4);
    std::size_t i = 0;
    for (; i + 3 <= in.size(); i += 3) {
        const unsigned n = unsigned{in[i]} << 16 | unsigned{in[i + 1]} << 8 | in[i + 2];
        out += alphabet[n >> 18];
        out += alphabet[n >> 12 & 63];
        out += alphabet[n >> 6 & 63];
        out += alphabet[n & 63];
    }
    const std::size_t rest = in.size() - i;
    if (rest > 0) {
        const unsigned n = unsigned{in[i]} << 16 | (rest == 2 ? unsigned{in[i + 1]} << 8 : 0U);
        out += alphabet[n >> 18];
        out += alphabet[n >> 12 & 63];
        if (rest == 2) out += alphabet[n >> 6 & 63];
        if (padded) out.append(3 - rest, '=');
    }
    return out;
}

Result<Bytes> decode(std::string_view in, const Table& table, bool padded, const char* name) {
    if (padded) {
        if (in.size() % 4 != 0) return invalid(name, "the length is not a multiple of 4", "pad with =");
        for (int i = 0; i < 2 && in.ends_with('='); ++i) in.remove_suffix(1);
    }
    if (in.size() % 4 == 1) return invalid(name, "one character is left over");
    Bytes out;
    out.reserve(in.size() / 4 * 3 + 2);
    unsigned bits = 0;
    unsigned held = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::uint8_t value = table[static_cast<std::uint8_t>(in[i])];
        if (value == kNone)
            return invalid(name, "character " + std::to_string(i + 1) + " is not of the alphabet");
        bits = bits << 6 | value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<std::uint8_t>(bits >> held));
            bits &= (1U << held) - 1;
        }
    }
    if (bits != 0) return invalid(name, "the last character has bits beyond the data");
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

Result<Bytes> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) return invalid("hex", "the number of digits is odd");
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const std::uint8_t high = kFromHex[static_cast<std::uint8_t>(text[i])];
        const std::uint8_t low = kFromHex[static_cast<std::uint8_t>(text[i + 1])];
        if (high == kNone || low == kNone) {
            return invalid("hex", "character " + std::to_string(i + (high == kNone ? 1 : 2)) +
                                      " is not one of 0-9 and a-f");
        }
        out.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
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
