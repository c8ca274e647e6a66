#include "intelligence/hit/private_count.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "intelligence/hit/hit_book.h"
#include "testing/database.h"

namespace comity::intelligence {
namespace {

using ::testing::Optional;

constexpr std::string_view kSeen = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

// As likely as it is said to be.
TEST(CountNoise, IsTwoSidedGeometric) {
    std::mt19937_64 random(7);
    constexpr int kDraws = 200'000;
    for (const std::int64_t scale : {1, 3}) {
        std::map<std::int64_t, int> seen;
        for (int i = 0; i < kDraws; ++i) ++seen[count_noise(scale, [&] { return random(); })];
        const double ratio = std::exp(-1.0 / static_cast<double>(scale));
        for (std::int64_t n = -3; n <= 3; ++n) {
            const double expected =
                (1 - ratio) / (1 + ratio) * std::pow(ratio, static_cast<double>(std::abs(n)));
            EXPECT_NEAR(seen[n] / static_cast<double>(kDraws), expected, 0.005) << scale << " " << n;
        }
    }
    EXPECT_EQ(count_noise(0, [] { return 1U; }), 0);
    EXPECT_EQ(count_noise(1, [] { return ~std::uint64_t{0}; }), 0) << "the greatest number";
}

class PrivateCount : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db_ = database().open();
        ASSERT_TRUE(prepare_hits(db()));
    }
    db::Database& db() { return *db_; }
    void hit(const std::string& member, std::string_view day, HitState state = HitState::kCounted) {
        const Time time = *parse_time(std::string(day) + "T12:00:00Z");
        const auto tx = db().begin();
        ASSERT_TRUE(tx);
        ASSERT_TRUE(add_hit(**tx, member, {std::string(kSeen), 2, time, time}, state));
        ASSERT_TRUE((*tx)->commit());
    }
    std::vector<WeekCount> counts(const CountRule& rule, std::string_view day = "2026-11-30") {
        std::mt19937_64 random(++seed_);
        const auto found = private_counts(db(), kSeen, rule, *parse_time(std::string(day) + "T01:00:00Z"), 4,
                                          [&] { return random(); });
        EXPECT_TRUE(found) << found.error().message();
        return found.value_or(std::vector<WeekCount>());
    }

    std::unique_ptr<db::Database> db_;
    unsigned seed_ = 0;
};

TEST_P(PrivateCount, TellsOfWeeksThatAreOverWithEnoughContributors) {
    for (const char* member : {"a", "b", "c"}) {
        hit(member, "2026-11-16");
        hit(member, "2026-11-22");
    }
    for (const char* member : {"a", "b"}) hit(member, "2026-11-25");
    hit("c", "2026-11-25", HitState::kTold);  // who says it openly is counted openly
    for (const char* member : {"a", "b", "c"}) hit(member, "2026-11-30");
    const auto weeks = counts({.least = 3, .noise = 0});
    ASSERT_EQ(weeks.size(), 4U);
    EXPECT_EQ(format_time_millis(weeks[2].begin).substr(0, 10), "2026-11-16");
    EXPECT_THAT(weeks[2].members, Optional(3)) << "each member once";
    EXPECT_FALSE(weeks[0].members);
    EXPECT_FALSE(weeks[3].members) << "two are too few";
    hit("d", "2026-11-16");
    EXPECT_THAT(counts({.least = 3, .noise = 0})[2].members, Optional(3)) << "once told it stays";
}

TEST_P(PrivateCount, TellsNoLessThanTheRuleOfNow) {
    for (const char* member : {"a", "b", "c", "d", "e", "f"}) hit(member, "2026-11-16");
    EXPECT_FALSE(counts({.least = 7, .noise = 0})[2].members);
    EXPECT_THAT(counts({.least = 5, .noise = 0})[2].members, Optional(6));
    EXPECT_FALSE(counts({.least = 7, .noise = 0})[2].members)
        << "a stricter rule holds for what was told, too";
    EXPECT_THAT(counts({.least = 6, .noise = 9})[2].members, Optional(6)) << "drawn once";
}

TEST_P(PrivateCount, DrawsItsNoiseOnce) {
    for (const char* member : {"a", "b", "c", "d", "e", "f"}) hit(member, "2026-11-16");
    const auto first = counts({.least = 2, .noise = 50})[2].members;
    for (int i = 0; i < 20; ++i) EXPECT_EQ(counts({.least = 2, .noise = 50})[2].members, first);
}

INSTANTIATE_TEST_SUITE_P(Engines, PrivateCount, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::intelligence
