#include "http/date.h"

#include <gtest/gtest.h>

namespace comity::http {
namespace {

TEST(HttpDate, IsThatOfTheStandard) {
    EXPECT_EQ(http_date(Time::from_seconds(784'111'777)), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(Time::from_seconds(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace comity::http
