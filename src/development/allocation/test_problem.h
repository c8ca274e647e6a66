// Problems for the tests of plans.
#pragma once

#include <cmath>
#include <random>
#include <string>

#include "development/allocation/problem.h"

namespace comity::development {

inline double between(std::mt19937_64& random, double low, double high) {
    return low + (high - low) * static_cast<double>(random() >> 11) * 0x1.0p-53;
}

// Any problem: lots, prices out of funds, needs of no, one or two groups.
inline PlanProblem any_problem(std::mt19937_64& random, std::size_t needs, std::size_t offers, bool prices) {
    PlanProblem problem;
    for (int g = 0; g < 3; ++g)
        problem.groups.push_back({"g" + std::to_string(g), std::ceil(between(random, 0, 3)),
                                  std::ceil(between(random, 100, 1000))});
    for (std::size_t n = 0; n < needs; ++n) {
        PlanNeed need{"n" + std::to_string(n), std::ceil(between(random, 0, 9)), 1, 0, 1, {}};
        if (random() % 3 == 0) need.lot = need.amount;
        need.value = std::floor(between(random, 10, 500));
        for (std::uint32_t g = 0; g < 3; ++g)
            if (random() % 3 == 0) need.groups.push_back(g);
        problem.needs.push_back(std::move(need));
    }
    for (std::size_t o = 0; o < offers; ++o)
        problem.offers.push_back(
            {"o" + std::to_string(o), std::ceil(between(random, 0, 12)), 0, std::nullopt});
    if (prices) {
        problem.offers.push_back({"fund", 25, 0, std::nullopt});
        for (std::size_t o = 0; o < offers; o += 2) {
            problem.offers[o].price = std::ceil(between(random, 0, 4));
            problem.offers[o].fund = static_cast<std::uint32_t>(offers);
        }
    }
    for (std::uint32_t n = 0; n < needs; ++n) {
        for (std::uint32_t o = 0; o < offers; ++o)
            if (random() % 3 == 0) problem.pairs.push_back({n, o, between(random, 0.2, 1)});
    }
    return problem;
}

}  // namespace comity::development
