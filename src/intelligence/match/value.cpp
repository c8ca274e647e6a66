#include "intelligence/match/value.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "intelligence/indicator/disarmed.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::match {
namespace {

constexpr std::array<std::string_view, kValueKinds> kNames = {
    "ipv4", "ipv4-network", "ipv6",   "ipv6-network", "domain",    "url", "email", "md5",
    "sha1", "sha256",       "sha512", "ssdeep",       "file-name", "ja3", "ja4",   "wallet"};

static_assert(static_cast<int>(ValueKind::kSha512) == static_cast<int>(IndicatorKind::kSha512));

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

bool is_base58(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (digit(c) && c != '0') || (letter(c) && c != 'O' && c != 'I' && c != 'l');
    });
}
bool is_bech32(std::string_view text) {
    return text.size() >= 26 && (starts_with_word(text, "bc1") || starts_with_word(text, "tb1")) &&
           std::ranges::all_of(text, [](char c) { return digit(c) || letter(c); });
}
bool is_ether(std::string_view text) {
    return text.size() == 42 && starts_with_word(text, "0x") && all(text.substr(2), hexadecimal);
}
// Bitcoin and its kin by their alphabet; whether the check sum holds is not asked.
bool is_wallet(std::string_view text) {
    if (text.size() < kMinWord || text.size() > kMaxWord) return false;
    return is_ether(text) || is_bech32(text) || is_base58(text);
}
bool looks_like_wallet(std::string_view text) {
    if (is_ether(text) || is_bech32(text)) return true;
    const bool bitcoin = text.size() <= 35 && (text.front() == '1' || text.front() == '3');
    const bool monero = text.size() == 95 && (text.front() == '4' || text.front() == '8');
    return is_wallet(text) && (bitcoin || monero) && !all(text, digit);
}

Result<Value> word(ValueKind kind, std::string_view text, std::size_t digits) {
    if (text.size() != digits || !all(text, hexadecimal))
        return invalid({}, fmt::format("a {} has {} hexadecimal digits", to_string(kind), digits));
    return Value{kind, lowered(text)};
}

Result<Value> file_name(std::string_view text) {
    if (text.size() < 3 || text.size() > kMaxKey)
        return invalid({}, fmt::format("a file name that is looked for has 3 to {} bytes", kMaxKey));
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
    return Value{ValueKind::kFileName, lowered(text)};
}

}  // namespace

std::string_view to_string(ValueKind kind) {
    return kNames[static_cast<std::size_t>(kind)];
}

std::optional<ValueKind> parse_value_kind(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<ValueKind>(found - kNames.begin());
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

std::string word_key(std::string_view text) {
    if (all(text, hexadecimal) || is_ether(text) || is_bech32(text)) return lowered(text);
    return std::string(text);
}

Result<Value> value_of(const Indicator& indicator) {
    const auto kind = static_cast<ValueKind>(indicator.kind);
    const bool plain = std::ranges::all_of(indicator.value, [](char c) { return (c & '\x80') == 0; });
    const bool name = kind == ValueKind::kDomain;
    if ((name && plain) || (!name && kind != ValueKind::kUrl && kind != ValueKind::kEmail))
        return Value{kind, indicator.value};
    const auto terms = search::value_terms(indicator.value);
    const auto wanted = static_cast<char>(name                      ? search::Kind::kDomain
                                          : kind == ValueKind::kUrl ? search::Kind::kUrl
                                                                    : search::Kind::kEmail);
    if (terms.empty() || terms.front().front() != wanted)
        return invalid({}, "its name has no form in the DNS (IDNA 2008)");
    if (name && terms.front().size() >= search::kMaxTerm) return invalid({}, "its name is too long");
    return Value{kind, terms.front().substr(1)};
}

Result<Value> value_of(ValueKind kind, std::string_view text) {
    if (text.empty()) return invalid({}, "is empty");
    switch (kind) {
        case ValueKind::kJa3:
            return word(kind, text, 32);
        case ValueKind::kJa4:
            if (!is_ja4(text)) return invalid({}, "has no JA4 fingerprint's form");
            return Value{kind, lowered(text)};
        case ValueKind::kSsdeep:
            if (!is_ssdeep(text))
                return invalid({}, fmt::format("is no SSDEEP sum of at least {} bytes", kMinWord));
            return Value{kind, std::string(text)};
        case ValueKind::kFileName:
            return file_name(text);
        case ValueKind::kWallet:
            if (!is_wallet(text)) return invalid({}, "has no wallet's form");
            return Value{kind, word_key(text)};
        default:
            break;
    }
    COMITY_TRY(const Indicator indicator, classify(text));
    if (static_cast<ValueKind>(indicator.kind) != kind)
        return invalid({}, fmt::format("is of kind {}, not {}", to_string(indicator.kind), to_string(kind)));
    return value_of(indicator);
}

Result<Value> read_value(std::string_view entry) {
    const std::size_t space = entry.find_first_of(" \t");
    if (space != std::string_view::npos) {
        if (const auto kind = parse_value_kind(entry.substr(0, space))) {
            const std::size_t begin = entry.find_first_not_of(" \t", space);
            return value_of(*kind, begin == std::string_view::npos ? "" : entry.substr(begin));
        }
    }
    if (is_ja4(entry)) return value_of(ValueKind::kJa4, entry);
    if (is_ssdeep(entry)) return value_of(ValueKind::kSsdeep, entry);
    if (!entry.empty() && looks_like_wallet(entry) && !all(entry, hexadecimal))
        return value_of(ValueKind::kWallet, entry);
    COMITY_TRY(const Indicator indicator, classify(entry));
    return value_of(indicator);
}

std::optional<ValueKind> plain_value(std::string_view entry) {
    if (entry.size() < 4 || entry.size() > kMaxKey) return std::nullopt;
    const char first = entry.front();
    if (!digit(first) && !(first >= 'a' && first <= 'z')) return std::nullopt;
    std::size_t label = 0;  // where it begins
    std::size_t labels = 1;
    std::size_t hex = 0;
    bool letters = true;  // in the last label alone
    for (std::size_t i = 0; i < entry.size(); ++i) {
        const char c = entry[i];
        if (c == '.') {
            if (i == label || i - label > 63 || entry[i - 1] == '-' || entry[label] == '-')
                return std::nullopt;
            label = i + 1;
            ++labels;
            letters = true;
        } else if (c >= 'a' && c <= 'z') {
            hex += c <= 'f' ? 1 : 0;
        } else if (digit(c)) {
            ++hex;
            letters = false;
        } else if (c == '-') {
            letters = false;
        } else {
            return std::nullopt;
        }
    }
    if (labels == 1) {
        if (hex != entry.size()) return std::nullopt;
        if (hex == 32) return ValueKind::kMd5;
        if (hex == 40) return ValueKind::kSha1;
        if (hex == 64) return ValueKind::kSha256;
        return std::nullopt;
    }
    const std::string_view last = entry.substr(label);
    if (letters) {
        // Those that are nobody's begin with these letters: domain.cpp knows them.
        if (last.size() < 2 || last.size() > 63 || std::string_view("aehilt").contains(last.front()))
            return std::nullopt;
        return ValueKind::kDomain;
    }
    if (labels != 4 || !digit(first)) return std::nullopt;
    unsigned octets[4] = {};
    const char* at = entry.data();
    const char* const end = at + entry.size();
    for (unsigned& octet : octets) {
        const auto [next, error] = std::from_chars(at, end, octet);
        if (error != std::errc() || octet > 255 || next - at > 3 || (next - at > 1 && *at == '0'))
            return std::nullopt;
        if (next != end && *next != '.') return std::nullopt;
        at = next == end ? end : next + 1;
    }
    // Whatever may be reserved is left to address.cpp.
    const unsigned front = octets[0];
    if (front == 0 || front == 10 || front == 100 || front == 127 || front == 169 || front == 172 ||
        front == 192 || front == 198 || front == 203 || front >= 224)
        return std::nullopt;
    return ValueKind::kIpv4;
}

Network network_of(const Value& value) {
    Network network;
    const std::size_t slash = value.text.find('/');
    const std::string address = value.text.substr(0, slash);
    network.v6 = address.find(':') != std::string::npos;
    inet_pton(network.v6 ? AF_INET6 : AF_INET, address.c_str(), network.bytes.data());
    network.length = network.v6 ? 128 : 32;
    if (slash != std::string::npos)
        std::from_chars(value.text.data() + slash + 1, value.text.data() + value.text.size(), network.length);
    clear_host_bits(network, network.length);
    return network;
}

void clear_host_bits(Network& network, unsigned length) {
    for (unsigned bit = length; bit < (network.v6 ? 128U : 32U); ++bit)
        network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
    network.length = length;
}

}  // namespace comity::intelligence::match
