// What a line of a plain list of indicators is, told by what it looks like.
//
//     198.51.100.7          # a C2 server          -> kIpv4
//     hxxps://evil[.]example[.]net/x?y=1           -> kUrl "https://evil.example.net/x?y=1"
//
// Taken are IPv4 and IPv6 addresses and networks, domain names (with underscores, in punycode or in their own
// script), URLs, e-mail addresses, MD5, SHA-1, SHA-256, SHA-512 and SSDEEP sums, JA4 fingerprints and wallets
// (words.h); with a kind's name before it, what its looks do not tell: "ja3 e7d705a3...", "file-name
// invoice.pdf.exe"; also in the usual disarmed spellings: hxxp, [.], (.), {.}, [dot], (dot), [:], [://], [@],
// [at]. Blank lines and what follows a "#" at the start of a line or after white space are passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace comity::intelligence {

// An index file keeps the numbers (match/layout.h).
enum class IndicatorKind : std::uint8_t {
    kIpv4,         // 198.51.100.7
    kIpv4Network,  // 198.51.100.0/24
    kIpv6,         // 2a00:1450::1
    kIpv6Network,  // 2a00:1450::/32
    kDomain,       // and every name below it
    kUrl,
    kEmail,
    kMd5,
    kSha1,
    kSha256,
    kSha512,
    kSsdeep,
    kFileName,  // without folder
    kJa3,
    kJa4,
    kWallet,
};
inline constexpr std::size_t kIndicatorKinds = 16;
constexpr bool is_sum(IndicatorKind kind) {  // that is compared whole
    return kind >= IndicatorKind::kMd5 && kind <= IndicatorKind::kSha512;
}
constexpr bool is_address(IndicatorKind kind) {  // or a network of them
    return kind <= IndicatorKind::kIpv6Network;
}
// "ipv4", "ipv4-network", ..., "file-name", "ja3", for people and JSON
std::string_view to_string(IndicatorKind kind);
std::optional<IndicatorKind> parse_indicator_kind(std::string_view name);

struct Indicator {
    IndicatorKind kind = IndicatorKind::kDomain;
    // One spelling for each: addresses in canonical form (RFC 5952), networks without host bits, domains and
    // sums in lower case, a URL with scheme and host in lower case and the rest as it stands.
    std::string value;

    friend auto operator<=>(const Indicator&, const Indicator&) = default;
};

// One entry, without comment and white space. kInvalid says why it is none; kRefused says why a well-formed
// one is worthless as an indicator: an address that is private or reserved, a name that exists in nobody's
// DNS.
Result<Indicator> classify(std::string_view entry);
// Of a stated kind. kInvalid where it has not the form of one.
Result<Indicator> classify_as(IndicatorKind kind, std::string_view entry);

struct IndicatorList {
    struct Entry {
        std::size_t line = 0;  // counted from 1
        Indicator indicator;
    };
    struct Left {
        std::size_t line = 0;
        std::string text;  // as it stands, at most 120 bytes
        std::string why;
    };
    std::vector<Entry> entries;   // each indicator once, where it stood first
    std::vector<Left> errors;     // what is no indicator
    std::vector<Left> not_taken;  // well-formed and worthless
    std::size_t repeated = 0;
};

// The whole text of a list: UTF-8, lines ended by LF or CRLF. kTooLarge over a million entries.
Result<IndicatorList> read_list(std::string_view text);

}  // namespace comity::intelligence
