// Addresses in running text, read strictly and quickly: the same texts as inet_pton takes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace comity::intelligence::match {

// Four numbers without leading zeros, up to 255 each.
std::optional<std::uint32_t> read_address4(std::string_view text);
// RFC 4291 section 2.2, all three forms.
std::optional<std::array<std::uint8_t, 16>> read_address6(std::string_view text);
// ::ffff:0:0/96: the IPv4 address that it is (RFC 4291 section 2.5.5.2).
std::optional<std::uint32_t> mapped_address4(const std::array<std::uint8_t, 16>& address);

}  // namespace comity::intelligence::match
