// Exact tests of 2 x 2 tables, one or several strata of them: given each table's margins, whether those of
// the first row are chosen as often as the others (Fisher's exact test; of several tables the exact
// conditional test of Cochran, Mantel and Haenszel), and the odds ratio that they have in common, by
// conditional maximum likelihood with its exact interval. As R's fisher.test and mantelhaen.test(exact =
// TRUE) have them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace comity::development {

struct TwoByTwo {
    std::int64_t chosen = 0;        // of the first row
    std::int64_t passed = 0;        // of the first row, those that were not
    std::int64_t other_chosen = 0;  // of the second
    std::int64_t other_passed = 0;
};

struct ExactTest {
    double p = 1;                      // two-sided: all that is no likelier than what was seen
    std::optional<double> odds_ratio;  // nothing: infinite, or no table tells anything
    double low = 0;
    std::optional<double> high;  // nothing: infinite
    std::size_t tables = 0;      // that tell anything: both rows and both columns have somebody
};
// `level`: of the interval.
ExactTest exact_test(std::span<const TwoByTwo> tables, double level = 0.95);

}  // namespace comity::development
