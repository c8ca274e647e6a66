#include "intelligence/hit/count_week.h"

#include <fmt/format.h>

#include "base/text.h"

namespace comity::intelligence {
namespace {

constexpr std::int64_t kWeekDays = 7;
constexpr std::int64_t kSecondsOfDay = 86'400;
constexpr std::int64_t kFirstMonday = 4;  // 1970-01-05, in days since 1970
constexpr std::size_t kDateSize = 10;

}  // namespace

CountWeek CountWeek::of_day(std::int64_t day) {
    const std::int64_t days = day - kFirstMonday;
    return {days >= 0 ? days / kWeekDays : (days - kWeekDays + 1) / kWeekDays};
}

CountWeek CountWeek::of(Time time) {
    return of_day(time.seconds() / kSecondsOfDay);
}

Result<CountWeek> CountWeek::parse(std::string_view text) {
    const auto time = parse_time(std::string(text) + "T00:00:00Z");
    const CountWeek week = time ? of(*time) : CountWeek{};
    if (text.size() != kDateSize || !time || week.begin() != *time || week.number < 0)
        return invalid("week", fmt::format("'{}' is no week", shown(text, 20)),
                       "write its Monday: 2026-11-23");
    return week;
}

std::int64_t CountWeek::first_day() const {
    return kFirstMonday + number * kWeekDays;
}

Time CountWeek::begin() const {
    return Time::from_seconds(first_day() * kSecondsOfDay);
}

std::string CountWeek::text() const {
    return format_time_millis(begin()).substr(0, kDateSize);
}

}  // namespace comity::intelligence
