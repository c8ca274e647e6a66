#include "development/trend/time_distance.h"

#include <algorithm>

namespace comity::development {

std::optional<double> first_crossing(std::span<const YearValue> series, double level) {
    if (series.empty() || series.front().value > level) return std::nullopt;
    if (series.front().value == level) return series.front().year;
    for (std::size_t i = 1; i < series.size(); ++i) {
        const YearValue& a = series[i - 1];
        const YearValue& b = series[i];
        if (a.value < level && b.value >= level)
            return a.year + (level - a.value) / (b.value - a.value) * (b.year - a.year);
    }
    return std::nullopt;
}

std::optional<TimeDistance> time_distance(std::span<const YearValue> place,
                                          std::span<const YearValue> benchmark, double year) {
    const auto at = std::ranges::find(place, year, &YearValue::year);
    if (at == place.end()) return std::nullopt;
    const auto reached = first_crossing(benchmark, at->value);
    if (!reached) return std::nullopt;
    return TimeDistance{at->value, year, *reached, year - *reached};
}

}  // namespace comity::development
