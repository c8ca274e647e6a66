#include "intelligence/indicator/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace comity::intelligence {
namespace {

// An address of either family in its leading 4 or 16 bytes.
struct Address {
    std::array<std::uint8_t, 16> bytes{};
    bool v6 = false;

    unsigned bits() const { return v6 ? 128 : 32; }
    std::string text() const {
        char buffer[INET6_ADDRSTRLEN] = {};
        return inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer);
    }
};

std::optional<Address> parse_address(std::string_view text) {
    if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
    const std::string terminated(text);
    Address address;
    address.v6 = text.find(':') != std::string_view::npos;
    if (inet_pton(address.v6 ? AF_INET6 : AF_INET, terminated.c_str(), address.bytes.data()) != 1)
        return std::nullopt;
    return address;
}

bool inside(const Address& address, const Address& network, unsigned prefix) {
    if (address.v6 != network.v6) return false;
    const unsigned whole = prefix / 8;
    if (!std::equal(network.bytes.begin(), network.bytes.begin() + whole, address.bytes.begin()))
        return false;
    if (prefix % 8 == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - prefix % 8));
    return (network.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

struct Reserved {
    std::string_view network;
    unsigned prefix;
    std::string_view what;
};

constexpr Reserved kReserved[] = {
    {"0.0.0.0", 8, "\"this network\""},
    {"10.0.0.0", 8, "private (RFC 1918)"},
    {"100.64.0.0", 10, "shared address space (RFC 6598)"},
    {"127.0.0.0", 8, "loopback"},
    {"169.254.0.0", 16, "link-local"},
    {"172.16.0.0", 12, "private (RFC 1918)"},
    {"192.0.0.0", 24, "reserved for protocols"},
    {"192.0.2.0", 24, "for documentation (RFC 5737)"},
    {"192.168.0.0", 16, "private (RFC 1918)"},
    {"198.18.0.0", 15, "for benchmarks (RFC 2544)"},
    {"198.51.100.0", 24, "for documentation (RFC 5737)"},
    {"203.0.113.0", 24, "for documentation (RFC 5737)"},
    {"224.0.0.0", 4, "multicast"},
    {"240.0.0.0", 4, "reserved"},
    {"::", 127, "unspecified or loopback"},
    {"::ffff:0.0.0.0", 96, "an IPv4 address in IPv6 form"},
    {"100::", 64, "discard-only"},
    {"2001:db8::", 32, "for documentation (RFC 3849)"},
    {"fc00::", 7, "private (RFC 4193)"},
    {"fe80::", 10, "link-local"},
    {"ff00::", 8, "multicast"},
};

// What the address or network lies in, if it is of no use as an indicator; or what it holds.
std::optional<std::string> reserved(const Address& address, unsigned prefix) {
    for (const Reserved& entry : kReserved) {
        const Address network = *parse_address(entry.network);
        if (prefix >= entry.prefix && inside(address, network, entry.prefix)) {
            return fmt::format("{}/{} is {}", entry.network, entry.prefix, entry.what);
        }
    }
    return std::nullopt;
}

void clear_host_bits(Address& address, unsigned prefix) {
    for (unsigned bit = prefix; bit < address.bits(); ++bit) {
        address.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
    }
}

constexpr unsigned kWidest4 = 8;  // a wider network than this is a mistake, not an indicator
constexpr unsigned kWidest6 = 16;

}  // namespace

std::optional<Result<Indicator>> classify_address(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<Address> parsed = parse_address(text.substr(0, slash));
    if (!parsed) {
        const bool dotted = !text.empty() &&
                            text.find_first_not_of("0123456789.") == std::string_view::npos &&
                            std::ranges::count(text, '.') == 3;
        if (dotted) return invalid({}, "looks like an IPv4 address, but is none");
        return std::nullopt;
    }
    Address address = *parsed;
    unsigned prefix = address.bits();
    if (slash != std::string_view::npos) {
        const std::string_view length = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), prefix);
        if (error != std::errc() || end != length.data() + length.size())
            return std::nullopt;  // a URL without its scheme
        if (prefix > address.bits())
            return invalid({}, fmt::format("a network's length is at most {}", address.bits()));
        if (prefix < (address.v6 ? kWidest6 : kWidest4)) {
            return refused({}, fmt::format("a network of /{} is too wide to be an indicator", prefix));
        }
        clear_host_bits(address, prefix);
    }
    if (const auto why = reserved(address, prefix)) return refused({}, *why);
    Indicator indicator;
    indicator.value = address.text();
    if (prefix == address.bits()) {
        indicator.kind = address.v6 ? IndicatorKind::kIpv6 : IndicatorKind::kIpv4;
    } else {
        indicator.kind = address.v6 ? IndicatorKind::kIpv6Network : IndicatorKind::kIpv4Network;
        indicator.value += fmt::format("/{}", prefix);
    }
    return indicator;
}

}  // namespace comity::intelligence
