// S-time-distance (Sicherl): by how many years one place's level lags behind another's. S(X) = t_one(X) -
// t_benchmark(X), where t(X) is when a series first rose through the level X, straight lines between its
// years.
#pragma once

#include <optional>
#include <span>

namespace comity::development {

struct YearValue {
    double year = 0;
    double value = 0;
    friend bool operator==(const YearValue&, const YearValue&) = default;
};

// When the series, in rising years, first rose to the level: from below, or by starting at exactly that
// level. Nothing where it never did, or stood above it from the start.
std::optional<double> first_crossing(std::span<const YearValue> series, double level);

struct TimeDistance {
    double level = 0;
    double year = 0;            // when the place was there
    double benchmark_year = 0;  // when the benchmark first was
    double years = 0;           // the difference; negative: the place was there before it
};
// Of the place's level in `year`, which its series must have. Nothing where the benchmark never rose through
// it.
std::optional<TimeDistance> time_distance(std::span<const YearValue> place,
                                          std::span<const YearValue> benchmark, double year);

}  // namespace comity::development
