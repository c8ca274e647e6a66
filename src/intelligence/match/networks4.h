// The listed addresses and networks of IPv4 as a scan asks for them: a bit for each /24, and behind it a bit
// for each address of those that are listed in part.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "intelligence/match/layout.h"
#include "intelligence/match/value.h"

namespace comity::intelligence::match {

// Precondition: of IPv4.
inline std::uint32_t address4(const Network& network) {
    return std::uint32_t{network.bytes[0]} << 24 | std::uint32_t{network.bytes[1]} << 16 |
           std::uint32_t{network.bytes[2]} << 8 | network.bytes[3];
}

struct Networks4 {  // the sections of layout.h; all empty where there are no addresses
    std::vector<std::uint64_t> nets;
    std::vector<std::uint32_t> ranks;
    std::vector<std::uint64_t> leaves;
};

// `begins`: where in `prefixes` each length begins (Header::prefixes4).
Networks4 networks4_of(const std::array<std::uint32_t, 34>& begins, std::span<const Prefix4> prefixes);

}  // namespace comity::intelligence::match
