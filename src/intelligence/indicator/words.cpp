#include "intelligence/indicator/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/sha256.h"
#include "intelligence/indicator/disarmed.h"

namespace comity::intelligence {
namespace {

constexpr bool digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}
constexpr bool hexadecimal(char c) {
    return digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}
bool all(std::string_view text, bool (*is)(char)) {
    return std::ranges::all_of(text, is);
}

constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

bool is_base58(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return kBase58.contains(c); });
}
bool is_bech32(std::string_view text) {
    return text.size() >= 26 && (starts_with_word(text, "bc1") || starts_with_word(text, "tb1")) &&
           std::ranges::all_of(text, [](char c) { return digit(c) || letter(c); });
}
bool is_ether(std::string_view text) {
    return text.size() == 42 && starts_with_word(text, "0x") && all(text.substr(2), hexadecimal);
}
// Bitcoin and its kin by their alphabet.
bool is_wallet(std::string_view text) {
    if (text.size() < kMinWord || text.size() > kMaxWord) return false;
    return is_ether(text) || is_bech32(text) || is_base58(text);
}

// A version, 20 bytes, and the beginning of their double digest: Base58Check.
bool is_bitcoin(std::string_view text) {
    constexpr std::size_t kBytes = 25, kChecked = 21;
    if (text.size() < kMinWord || text.size() > 35 || (text.front() != '1' && text.front() != '3'))
        return false;
    std::array<std::uint8_t, kBytes> bytes{};
    for (const char c : text) {
        const std::size_t place = kBase58.find(c);
        if (place == std::string_view::npos) return false;
        auto carry = static_cast<unsigned>(place);
        for (std::size_t i = kBytes; i-- > 0; carry >>= 8U) {
            carry += 58U * bytes[i];
            bytes[i] = static_cast<std::uint8_t>(carry);
        }
        if (carry != 0) return false;
    }
    const Digest once = crypto::sha256(ByteView(bytes).first(kChecked));
    const Digest twice = crypto::sha256(once.view());
    return std::equal(bytes.begin() + kChecked, bytes.end(), twice.bytes.begin());
}

bool is_monero(std::string_view text) {
    return text.size() == 95 && (text.front() == '4' || text.front() == '8') && is_base58(text);
}

Result<void> check_file_name(std::string_view text) {
    if (text.size() < 3 || text.size() > kMaxFileName)
        return invalid({}, fmt::format("a file name that is looked for has 3 to {} bytes", kMaxFileName));
    if (text.find_first_of("/\\") != std::string_view::npos ||
        !all(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; }))
        return invalid({}, "a file name has no folder and no control character");
    // A scan meets it by what stands behind its last space or other mark, which must look like a name.
    std::size_t tail = text.size();
    while (tail > 0 && (digit(text[tail - 1]) || letter(text[tail - 1]) ||
                        std::string_view(".-_").contains(text[tail - 1])))
        --tail;
    bool named = tail < text.size() && (digit(text.back()) || letter(text.back()));
    if (named) {
        named = false;
        for (std::size_t i = tail + 1; i + 1 < text.size(); ++i)
            named = named || (text[i] == '.' && text[i - 1] != '.' && letter(text[i + 1]));
    }
    if (!named) return invalid({}, "a file name that is looked for ends like \"invoice.exe\"");
    return {};
}

}  // namespace

bool is_hexadecimal(std::string_view text) {
    return all(text, hexadecimal);
}

bool is_ja4(std::string_view text) {
    if (text.size() != 36 || text[10] != '_' || text[23] != '_') return false;
    return all(text.substr(0, 10), [](char c) { return digit(c) || letter(c); }) &&
           all(text.substr(11, 12), hexadecimal) && all(text.substr(24), hexadecimal);
}

bool is_ssdeep(std::string_view text) {
    const std::size_t first = text.find(':');
    if (text.size() < kMinWord || text.size() > 148 + 10 || first == 0 || first > 10) return false;
    const std::size_t second = text.find(':', first + 1);
    if (second == std::string_view::npos || !all(text.substr(0, first), digit)) return false;
    return all(text.substr(first + 1, second - first - 1),
               [](char c) { return digit(c) || letter(c) || c == '+' || c == '/'; }) &&
           all(text.substr(second + 1), [](char c) { return digit(c) || letter(c) || c == '+' || c == '/'; });
}

std::string_view wallet_coin(std::string_view wallet) {
    if (is_bitcoin(wallet) || is_bech32(wallet)) return "btc";
    if (is_ether(wallet)) return "eth";
    return is_monero(wallet) ? "xmr" : "";
}

std::string word_key(std::string_view text) {
    if (all(text, hexadecimal) || is_ether(text) || is_bech32(text)) return lowered(text);
    return std::string(text);
}

Result<Indicator> classify_word(IndicatorKind kind, std::string_view text) {
    if (text.empty()) return invalid({}, "is empty");
    switch (kind) {
        case IndicatorKind::kJa3:
            if (text.size() != 32 || !all(text, hexadecimal))
                return invalid({}, "a ja3 has 32 hexadecimal digits");
            return Indicator{kind, lowered(text)};
        case IndicatorKind::kJa4:
            if (!is_ja4(text)) return invalid({}, "has no JA4 fingerprint's form");
            return Indicator{kind, lowered(text)};
        case IndicatorKind::kSsdeep:
            if (!is_ssdeep(text))
                return invalid({}, fmt::format("is no SSDEEP sum of at least {} bytes", kMinWord));
            return Indicator{kind, std::string(text)};
        case IndicatorKind::kFileName:
            COMITY_CHECK(check_file_name(text));
            return Indicator{kind, std::string(text)};
        case IndicatorKind::kWallet:
            if (!is_wallet(text)) return invalid({}, "has no wallet's form");
            return Indicator{kind, word_key(text)};
        default:
            return internal("classify_word", "a kind that is told by its looks");
    }
}

std::optional<Indicator> word_by_looks(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (is_ja4(text)) return Indicator{IndicatorKind::kJa4, lowered(text)};
    if (is_ssdeep(text)) return Indicator{IndicatorKind::kSsdeep, std::string(text)};
    if (!wallet_coin(text).empty()) return Indicator{IndicatorKind::kWallet, word_key(text)};
    return std::nullopt;
}

}  // namespace comity::intelligence
