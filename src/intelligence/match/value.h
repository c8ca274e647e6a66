// What is looked for in logs: indicators reduced to one spelling each, and in lists one a line.
//
//     198.51.100.7                     whatever classify.h takes: addresses, networks, names, URLs, sums
//     t13d1516h2_8daaf6152771_b186095e22b6     a JA4 fingerprint
//     3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C an SSDEEP sum, met where it is the same
//     bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq   a wallet
//     ja3 e7d705a3286e19ea42f587b344ee6865     a kind's name before it, where its looks do not tell
//     file-name invoice.pdf.exe
//
// Spellings are those of classify.h and search/term.h: lower case, names in punycode without the root's dot,
// addresses as RFC 5952 has them, a URL without the port that its scheme has anyway.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "intelligence/indicator/words.h"

namespace comity::intelligence::match {

using ValueKind = IndicatorKind;

struct Value {
    ValueKind kind = ValueKind::kDomain;
    std::string text;  // in its one spelling; of a URL over 199 bytes: its beginning and a digest (term.h)

    friend auto operator<=>(const Value&, const Value&) = default;
};

inline constexpr std::size_t kMaxKey = 253;  // bytes of the longest value: a domain name

Result<Value> value_of(const Indicator& indicator);
// Of a stated kind, as classify_as().
Result<Value> value_of(ValueKind kind, std::string_view text);
// An entry of a list; kInvalid and kRefused as classify().
Result<Value> read_value(std::string_view entry);

// The same answer as read_value() for the usual entry that stands in its one spelling already (a name, an
// IPv4 address, a sum), without looking at it twice; nothing where it takes a closer look.
std::optional<ValueKind> plain_value(std::string_view entry);

// An address or network as bytes.
struct Network {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};  // the leading 4 or 16; host bits zero
    unsigned length = 0;
};
// Of the text of a Value of one of the first four kinds, or of an address.
Network network_of(std::string_view text);
// The bytes beyond the length become zero.
void clear_host_bits(Network& network, unsigned length);

}  // namespace comity::intelligence::match
