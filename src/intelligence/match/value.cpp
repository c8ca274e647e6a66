#include "intelligence/match/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "intelligence/indicator/disarmed.h"
#include "intelligence/indicator/domain.h"
#include "intelligence/match/address_text.h"
#include "intelligence/search/term.h"

namespace comity::intelligence::match {
namespace {

constexpr bool digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

Result<Value> value_of(const Indicator& indicator) {
    const ValueKind kind = indicator.kind;
    if (kind == ValueKind::kFileName) return Value{kind, lowered(indicator.value)};
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
    COMITY_TRY(const Indicator indicator, classify_as(kind, text));
    return value_of(indicator);
}

Result<Value> read_value(std::string_view entry) {
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
        if (last.size() < 2 || last.size() > 63 || is_nobodys(last)) return std::nullopt;
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

Network network_of(std::string_view text) {
    Network network;
    const std::size_t slash = text.find('/');
    const std::string_view address = text.substr(0, slash);
    network.v6 = address.contains(':');
    network.length = network.v6 ? 128 : 32;
    if (network.v6) {
        network.bytes = read_address6(address).value_or(network.bytes);
    } else {
        const std::uint32_t four = read_address4(address).value_or(0);
        for (unsigned i = 0; i < 4; ++i) network.bytes[i] = static_cast<std::uint8_t>(four >> (24 - 8 * i));
    }
    if (slash != std::string_view::npos)
        std::from_chars(text.data() + slash + 1, text.data() + text.size(), network.length);
    clear_host_bits(network, network.length);
    return network;
}

void clear_host_bits(Network& network, unsigned length) {
    for (unsigned bit = length; bit < (network.v6 ? 128U : 32U); ++bit)
        network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
    network.length = length;
}

}  // namespace comity::intelligence::match
