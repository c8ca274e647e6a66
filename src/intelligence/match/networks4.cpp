#include "intelligence/match/networks4.h"

#include <bit>

namespace comity::intelligence::match {

Networks4 networks4_of(const std::array<std::uint32_t, 34>& begins, std::span<const Prefix4> prefixes) {
    Networks4 out;
    if (prefixes.empty()) return out;
    out.nets.assign(kNets4 * 2, 0);
    out.ranks.assign(kNets4, 0);
    const auto set = [&](std::uint32_t net, std::size_t which) {
        out.nets[2 * std::size_t{net / 64} + which] |= std::uint64_t{1} << net % 64;
    };
    for (unsigned length = 0; length <= 32; ++length) {
        for (std::uint32_t i = begins[length]; i < begins[length + 1]; ++i) {
            const std::uint32_t first = prefixes[i].address >> 8;
            if (length > 24) {
                set(first, 0);
            } else {
                for (std::uint32_t net = 0; net < std::uint32_t{1} << (24 - length); ++net)
                    set(first + net, 1);
            }
        }
    }
    std::uint32_t rank = 0;
    for (std::size_t group = 0; group < kNets4; ++group) {
        out.nets[2 * group] &= ~out.nets[2 * group + 1];  // what is listed whole needs no leaf
        out.ranks[group] = rank;
        rank += static_cast<std::uint32_t>(std::popcount(out.nets[2 * group]));
    }
    out.leaves.assign(std::size_t{rank} * 4, 0);
    for (unsigned length = 25; length <= 32; ++length) {
        for (std::uint32_t i = begins[length]; i < begins[length + 1]; ++i) {
            const std::uint32_t net = prefixes[i].address >> 8;
            const std::uint64_t leafy = out.nets[2 * std::size_t{net / 64}];
            const std::uint64_t bit = std::uint64_t{1} << net % 64;
            if ((leafy & bit) == 0) continue;
            const std::size_t leaf =
                out.ranks[net / 64] + static_cast<unsigned>(std::popcount(leafy & (bit - 1)));
            const std::uint32_t begin = prefixes[i].address & 0xff;
            for (std::uint32_t at = begin; at < begin + (std::uint32_t{1} << (32 - length)); ++at)
                out.leaves[leaf * 4 + at / 64] |= std::uint64_t{1} << at % 64;
        }
    }
    return out;
}

}  // namespace comity::intelligence::match
