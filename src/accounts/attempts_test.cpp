#include "accounts/attempts.h"

#include <gtest/gtest.h>

namespace comity::accounts {
namespace {

Time at(std::int64_t s) {
    return Time::from_seconds(1'000'000 + s);
}

TEST(Attempts, AreExhaustedAfterTheLimitAndFreeAfterAMinute) {
    Attempts attempts(3);
    EXPECT_FALSE(attempts.exhausted("amina", at(0)));
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(attempts.exhausted("amina", at(i)));
        attempts.failed("amina", at(i));
    }
    EXPECT_TRUE(attempts.exhausted("amina", at(2)));
    EXPECT_FALSE(attempts.exhausted("brian", at(2)));
    EXPECT_TRUE(attempts.exhausted("amina", at(59)));
    EXPECT_FALSE(attempts.exhausted("amina", at(60))) << "the first has left the window";
}

TEST(Attempts, TheWindowSlides) {
    Attempts attempts(2);
    attempts.failed("a", at(0));
    attempts.failed("a", at(50));
    EXPECT_TRUE(attempts.exhausted("a", at(55)));
    EXPECT_FALSE(attempts.exhausted("a", at(61)));
    attempts.failed("a", at(61));
    EXPECT_TRUE(attempts.exhausted("a", at(61))) << "50 and 61 count";
}

TEST(Attempts, AClockSetBackLocksNobodyOut) {
    Attempts attempts(1);
    attempts.failed("a", at(10'000));
    EXPECT_FALSE(attempts.exhausted("a", at(0)));
}

TEST(Attempts, MadeUpNamesDoNotFillTheMemory) {
    Attempts attempts(2);
    attempts.failed("target", at(0));
    attempts.failed("target", at(0));
    for (std::size_t i = 0; i < Attempts::kMaxKeys * 2; ++i) attempts.failed(std::to_string(i), at(1));
    EXPECT_LE(attempts.size(), Attempts::kMaxKeys);
    EXPECT_TRUE(attempts.exhausted("target", at(1))) << "a flood must not wash away what is being guessed at";
}

TEST(Attempts, OldKeysGoByThemselves) {
    Attempts attempts(2);
    attempts.failed("a", at(0));
    EXPECT_FALSE(attempts.exhausted("a", at(100)));
    EXPECT_EQ(attempts.size(), 0u);
}

TEST(AddressKey, AnIpv6NetworkCountsAsOne) {
    EXPECT_EQ(address_key("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(address_key("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:2:ffff::9"));
    EXPECT_NE(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:3::1"));
    EXPECT_EQ(address_key("unix"), "unix");
    EXPECT_EQ(address_key(""), "");
}

}  // namespace
}  // namespace comity::accounts
