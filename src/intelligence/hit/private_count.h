// How many members of this node have seen an indicator, of those who let their hits be counted and nothing
// more, and not together with the members of other nodes (count_round.h): a number for each week that is
// over, from which nobody learns who they are.
//
// A week is told of where at least `least` members on this node count in it, and then with noise: a number
// drawn from the two-sided geometric distribution with the ratio exp(-1/noise), so that one member more or
// less changes how likely any answer is by the factor exp(1/noise) at the most. The noise is drawn once and
// kept: asking again tells nothing new. What is less than `least` with the noise is not told either, nor what
// was drawn when `least` was less than it is now.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "db/database.h"

namespace comity::intelligence {

struct CountRule {
    std::int64_t least = 5;  // contributors
    std::int64_t noise = 1;  // 0: none is added
};

// Independent random numbers, each of 64 bits.
using RandomBits = std::function<std::uint64_t()>;

// From the two-sided geometric distribution of that scale.
std::int64_t count_noise(std::int64_t scale, const RandomBits& random);
// One of `shares` that make up such a number together: the difference of two numbers from the negative
// binomial distribution of the size 1/shares.
std::int64_t count_noise_share(std::int64_t scale, double shares, const RandomBits& random);

struct WeekCount {
    Time begin{};                         // a Monday, 00:00 UTC
    std::optional<std::int64_t> members;  // nothing: not told
};

// Of the last `weeks` that are over, the earliest first. Draws noise, and keeps it, for what was not asked
// for yet.
Result<std::vector<WeekCount>> private_counts(db::Database& database, std::string_view object,
                                              const CountRule& rule, Time now, std::size_t weeks,
                                              const RandomBits& random);

}  // namespace comity::intelligence
