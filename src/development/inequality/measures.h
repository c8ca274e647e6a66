// How unequally a figure is spread over places, each weighted (by its people, or all alike). Pure; what comes
// out does not depend on the order of what goes in, to the last bit.
//
// Notation: x value, w weight, W = sum w, mu = sum w x / W.
//     Gini        1 - sum (w/W)(S_i + S_(i-1)), sorted by x, S the cumulative share of w x
//     Theil T     sum (w/W)(x/mu) ln(x/mu); a place at 0 adds 0
//     Theil L     sum (w/W) ln(mu/x) (mean log deviation); infinite where a place is at 0
//     Atkinson e  1 - [sum (w/W)(x/mu)^(1-e)]^(1/(1-e)); for e = 1: 1 - exp(-L); 1 where a place is at 0 and
//     e >= 1 quantile p  the smallest x at which the cumulative weight reaches p W
// Decomposition over groups g with shares of weight p_g = W_g/W and of the sum s_g = W_g mu_g / (W mu):
//     T = sum s_g T_g + sum s_g ln(mu_g/mu)        L = sum p_g L_g + sum p_g ln(mu/mu_g)
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"

namespace comity::development {

struct Sample {
    double value = 0;   // at least 0
    double weight = 0;  // more than 0
    int group = 0;      // for the decomposition; any number
    friend bool operator==(const Sample&, const Sample&) = default;
};

struct Parts {
    double within = 0;
    double between = 0;
};

struct Inequality {
    std::size_t places = 0;
    std::size_t at_zero = 0;
    double weight = 0;
    double mean = 0;
    double gini = 0;
    double theil_t = 0;
    std::optional<double> theil_l;  // nothing: infinite, a place is at 0
    double atkinson_half = 0;
    double atkinson_one = 0;
    double atkinson_two = 0;
    double p10 = 0;
    double p90 = 0;
    std::optional<double> ratio;  // p90/p10; nothing where p10 is 0
    Parts theil_t_parts;
    std::optional<Parts> theil_l_parts;
};

// kInvalid: no sample, a value below 0 or not finite, a weight not above 0, all values 0 (nothing is spread).
Result<Inequality> measure(std::span<const Sample> samples);

// 0 <= p <= 1. kInvalid as above, but all values may be 0.
Result<double> quantile(std::span<const Sample> samples, double p);

// The mean of each group that has samples, by group number.
struct GroupMean {
    int group = 0;
    std::size_t places = 0;
    double weight = 0;
    double mean = 0;
};
std::vector<GroupMean> group_means(std::span<const Sample> samples);

}  // namespace comity::development
