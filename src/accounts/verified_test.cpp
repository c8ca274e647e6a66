#include "accounts/verified.h"

#include <gtest/gtest.h>

namespace comity::accounts {
namespace {

constexpr Time kNow = Time::from_seconds(1'000'000);

TEST(VerifiedPasswords, RemembersForFiveMinutes) {
    VerifiedPasswords verified;
    EXPECT_FALSE(verified.contains("a@b", "hash", "password", kNow));
    verified.remember("a@b", "hash", "password", kNow);
    EXPECT_TRUE(verified.contains("a@b", "hash", "password", kNow));
    EXPECT_TRUE(verified.contains("a@b", "hash", "password", {kNow.micros + 299'999'999}));
    EXPECT_FALSE(verified.contains("a@b", "hash", "password", {kNow.micros + 300'000'000}));
    EXPECT_FALSE(verified.contains("a@b", "hash", "password", kNow)) << "once expired it is forgotten";
}

TEST(VerifiedPasswords, NameHashAndPasswordAllCount) {
    VerifiedPasswords verified;
    verified.remember("a@b", "hash", "password", kNow);
    EXPECT_FALSE(verified.contains("a@c", "hash", "password", kNow));
    EXPECT_FALSE(verified.contains("a@b", "hash2", "password", kNow));
    EXPECT_FALSE(verified.contains("a@b", "hash", "Password", kNow));
    EXPECT_FALSE(verified.contains("a@bhash", "", "password", kNow)) << "where one part ends matters";
    EXPECT_FALSE(verified.contains("a@b", "has", "hpassword", kNow));
}

TEST(VerifiedPasswords, AClockSetBackDoesNotProlong) {
    VerifiedPasswords verified;
    verified.remember("a@b", "hash", "password", {kNow.micros + 3'600'000'000});
    EXPECT_FALSE(verified.contains("a@b", "hash", "password", kNow));
}

TEST(VerifiedPasswords, StayBounded) {
    VerifiedPasswords verified;
    for (std::size_t i = 0; i < VerifiedPasswords::kMax + 10; ++i) {
        verified.remember(std::to_string(i), "hash", "password", kNow);
    }
    EXPECT_TRUE(verified.contains(std::to_string(VerifiedPasswords::kMax + 9), "hash", "password", kNow));
    EXPECT_FALSE(verified.contains("0", "hash", "password", kNow));
}

}  // namespace
}  // namespace comity::accounts
