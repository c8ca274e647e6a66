// Indicators and logs made from a seed, with what is planted in the logs known: for the benchmarks of
// scanning.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace comity::bench {

// The first `count` of one list: 53% names, 26% IPv4 addresses, 5% networks, 10% sums, 5% URLs; an entry a
// line.
std::string made_indicators(std::size_t count);

struct MadeLog {
    std::string text;
    std::vector<std::uint64_t> hits;  // lines, from 1, that hold something of the first 10,000 indicators
    std::uint64_t decoys = 0;         // lines that hold something that looks like one
};
// One line in a thousand is a hit, one a decoy.
MadeLog made_zeek(std::size_t bytes);  // conn, dns, http and files in one file of tabs
MadeLog made_json(std::size_t bytes);  // Zeek's JSON

}  // namespace comity::bench
