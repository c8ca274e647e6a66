// Points in time, to the microsecond, in UTC; and the clock as something that a test can set.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace comity {

struct Time {
    std::int64_t micros = 0;  // since 1970-01-01T00:00:00Z, leap seconds not counted

    static constexpr Time from_seconds(std::int64_t s) { return {s * 1'000'000}; }
    constexpr std::int64_t seconds() const {  // rounded down
        return micros >= 0 ? micros / 1'000'000 : -((-micros + 999'999) / 1'000'000);
    }

    friend auto operator<=>(const Time&, const Time&) = default;
};

// RFC 3339 with "T" and "Z" or a numeric offset, any number of fraction digits up to 9 (those below a
// microsecond are dropped); years 1 to 9999, in UTC too; a leap second (:60) is taken as the second after.
// kInvalid says which part is wrong.
Result<Time> parse_time(std::string_view text);

// "2026-11-23T18:52:00.123Z": UTC, three digits of fraction, as statements and STIX carry it.
std::string format_time_millis(Time time);
// "2026-11-23T18:52:00.123456Z": six digits, as TAXII carries it.
std::string format_time_micros(Time time);

// The clock, injected wherever time decides something. Thread-safe.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Time now() = 0;
};

// The machine's clock; lives as long as the program.
Clock& system_clock();

}  // namespace comity
