#include "base/time.h"

#include <gtest/gtest.h>
#include <random>

namespace comity {
namespace {

TEST(Time, ReadsWhatRfc3339Shows) {  // RFC 3339 section 5.8
    EXPECT_EQ(parse_time("1985-04-12T23:20:50.52Z")->micros, 482196050520000);
    EXPECT_EQ(parse_time("1996-12-19T16:39:57-08:00")->micros, 851042397000000);
    EXPECT_EQ(parse_time("1990-12-31T23:59:60Z")->micros, parse_time("1991-01-01T00:00:00Z")->micros);
    EXPECT_EQ(parse_time("1937-01-01T12:00:27.87+00:20")->micros,
              parse_time("1937-01-01T11:40:27.87Z")->micros);
    EXPECT_EQ(parse_time("1970-01-01T00:00:00.123456789Z")->micros, 123456);
}

TEST(Time, RefusesWhatIsNotATime) {
    for (const std::string_view text :
         {"", "2026", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z",
          "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00",
          "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00Zx",
          "0000-01-01T00:00:00Z", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00z", "2026-01-01T00:00:00+24:00",
          // In UTC these are of the years 10000 and 0, which no four digits can write.
          "9999-12-31T23:59:60Z", "9999-12-31T23:59:00-00:01", "0001-01-01T00:00:00+00:01"}) {
        EXPECT_FALSE(parse_time(text)) << text;
    }
}

TEST(Time, ComesBackFromItsText) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 20'000; ++i) {
        // From the year 1 to 9999.
        const auto micros =
            static_cast<std::int64_t>(random() % 315'537'897'600'000'000ULL) - 62'135'596'800'000'000LL;
        EXPECT_EQ(parse_time(format_time_micros({micros}))->micros, micros) << micros;
        EXPECT_EQ(format_time_micros({micros}).substr(0, 23) + "Z", format_time_millis({micros}));
    }
}

TEST(Time, SecondsRoundDown) {
    EXPECT_EQ(Time{-1}.seconds(), -1);
    EXPECT_EQ(Time{-1'000'000}.seconds(), -1);
    EXPECT_EQ(Time{1'999'999}.seconds(), 1);
}

}  // namespace
}  // namespace comity
