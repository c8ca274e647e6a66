// Fractions as rules have them: "2/3", "55%", "0.65", 1. Exact; nothing here is ever a floating-point number.
//
// A value never overflows: what is read has at most 9 digits above and below the line, and it is multiplied
// with counts and sums of weights (up to kMaxSum) in 128 bits only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::governance {

__extension__ using Int128 = __int128;

inline constexpr std::int64_t kMaxSum = 1'000'000'000'000'000'000;  // of votes or of their weights

struct Rational {
    std::int64_t num = 0;  // not negative
    std::int64_t den = 1;  // positive; the fraction is in lowest terms

    static Rational of(std::int64_t num, std::int64_t den);  // den > 0
    std::string text() const;                                // "2/3", "15"
    friend bool operator==(const Rational&, const Rational&) = default;
};
bool operator<(const Rational& a, const Rational& b);

// kInvalid with `where` as its place.
Result<Rational> parse_rational(std::string_view text, const std::string& where);

// part / whole in hundredths of a per cent, rounded down: "66.07 %". whole > 0.
std::string percent_text(std::int64_t part, std::int64_t whole);

}  // namespace comity::governance
