// Weeks in which hits are counted: from Monday, 00:00 UTC, to the next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace comity::intelligence {

struct CountWeek {
    std::int64_t number = 0;  // since that of 1970-01-05

    static CountWeek of(Time time);
    static CountWeek of_day(std::int64_t day);              // days since 1970-01-01
    static Result<CountWeek> parse(std::string_view text);  // "2026-11-23", a Monday; else kInvalid

    std::int64_t first_day() const;  // since 1970-01-01
    std::int64_t end_day() const { return CountWeek{number + 1}.first_day(); }
    Time begin() const;
    Time end() const { return CountWeek{number + 1}.begin(); }
    std::string text() const;  // its Monday

    friend auto operator<=>(const CountWeek&, const CountWeek&) = default;
};

}  // namespace comity::intelligence
