#include "intelligence/match/pattern_follow.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "testing/folder.h"

namespace comity::intelligence::match {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time kNow = Time::from_seconds(1'800'000'000);
constexpr const char* kThenPort =
    "([domain-name:value = 'evil.net'] FOLLOWEDBY [network-traffic:dst_port = 4444]) WITHIN 60 SECONDS";

std::string query(std::int64_t at, std::string_view name) {
    return fmt::format("{{\"ts\":{},\"query\":\"{}\"}}\n", at, name);
}
std::string connection(std::int64_t at, int port) {
    return fmt::format(
        "{{\"ts\":{},\"id.orig_h\":\"10.0.0.1\",\"id.resp_h\":\"9.9.9.9\",\"id.resp_p\":{}}}\n", at, port);
}

class FollowingPatterns : public ::testing::Test {
  protected:
    void append(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary | std::ios::app) << text;
    }
    void rotate(const std::string& name) { std::filesystem::rename(folder_ / name, (folder_ / name) + ".1"); }
    std::unique_ptr<PatternFollow> follow(const std::vector<std::string>& patterns,
                                          PatternFollowState saved = {}, std::int64_t skew = 300) {
        auto made = PatternFollow::make({folder_ / "dns", folder_ / "conn"},
                                        {.format = {}, .skew_micros = skew * 1'000'000, .from_start = true},
                                        std::move(saved));
        EXPECT_TRUE(made);
        EXPECT_TRUE((*made)->set(said(patterns)));
        return *std::move(made);
    }
    static std::vector<ScanPattern> said(const std::vector<std::string>& patterns) {
        std::vector<ScanPattern> out;
        for (const std::string& pattern : patterns) out.push_back({{}, pattern, PatternGrammar::k21});
        return out;
    }
    // "dns:1 conn:1" of each match.
    std::vector<std::string> polled(PatternFollow& follow) {
        std::vector<std::string> out;
        for (bool any = true; any;) {
            const auto done = follow.poll(kNow, [&](PatternFinding&& finding) {
                std::string text;
                for (const auto& place : finding.places)
                    text += fmt::format("{}{}:{}", text.empty() ? "" : " ",
                                        place.file.substr(place.file.rfind('/') + 1), place.line);
                out.push_back(std::move(text));
            });
            EXPECT_TRUE(done) << done.error().message();
            any = done.value_or(false);
        }
        return out;
    }

    testing::TemporaryFolder folder_;
};

TEST_F(FollowingPatterns, AreToldWhenTheLastOfTheirRecordsIsWritten) {
    const auto follow = this->follow({kThenPort});
    EXPECT_THAT(polled(*follow), IsEmpty()) << "there are no logs yet";
    append("dns", query(100, "evil.net"));
    EXPECT_THAT(polled(*follow), IsEmpty());
    append("conn", connection(110, 4444).substr(0, 30));
    EXPECT_THAT(polled(*follow), IsEmpty()) << "its line has not ended";
    append("conn", connection(110, 4444).substr(30));
    EXPECT_THAT(polled(*follow), ElementsAre("dns:1 conn:1"));
    EXPECT_THAT(polled(*follow), IsEmpty());
    // A connection is written when it ends, under the time at which it began.
    append("dns", query(200, "evil.net") + query(400, "other.net"));
    EXPECT_THAT(polled(*follow), IsEmpty());
    append("conn", connection(230, 4444));
    EXPECT_THAT(polled(*follow), ElementsAre("dns:2 conn:2"));
    // Windows are of the logs' time.
    append("dns", query(500, "evil.net"));
    append("conn", connection(561, 4444));
    EXPECT_THAT(polled(*follow), IsEmpty());
    EXPECT_EQ(follow->totals().records, 7U);
    EXPECT_EQ(follow->totals().matches, 2U);
}

TEST_F(FollowingPatterns, ReadWhatIsThereInTheOrderOfItsTimes) {
    std::string dns, conn;
    for (std::int64_t i = 0; i < 3000; ++i) {
        dns += query(1000 + 100 * i, "evil.net");
        conn += connection(1010 + 100 * i, 4444);
    }
    append("dns", dns);
    append("conn", conn);
    const auto follow = this->follow({kThenPort}, {}, 0);
    EXPECT_EQ(polled(*follow).size(), 3000U);
    EXPECT_EQ(follow->totals().watched.late, 0U);
}

TEST_F(FollowingPatterns, KeepNothingForAWrongClock) {
    const auto follow = this->follow({kThenPort});
    append("dns", query(1'799'999'990, "evil.net") + query(4'000'000'000, "evil.net"));
    EXPECT_THAT(polled(*follow), IsEmpty());
    append("conn", connection(1'799'999'999, 4444));
    EXPECT_THAT(polled(*follow), ElementsAre("dns:1 conn:1"));
}

TEST_F(FollowingPatterns, GoOnThroughRotationTruncationAndRestarts) {
    auto follow = this->follow({kThenPort, "[domain-name:value = 'x.net'] REPEATS 3 TIMES"});
    append("dns", query(100, "evil.net") + query(101, "x.net"));
    EXPECT_THAT(polled(*follow), IsEmpty());
    rotate("dns");
    append("dns", query(102, "x.net"));
    EXPECT_THAT(polled(*follow), IsEmpty());
    PatternFollowState saved = follow->state();
    // While it is away.
    append("conn", connection(120, 4444));
    rotate("dns");
    append("dns", query(130, "x.net"));
    // Another pattern comes, and one that stays has what was kept for it.
    follow = this->follow(
        {"[domain-name:value = 'y.net']", "[domain-name:value = 'x.net'] REPEATS 3 TIMES", kThenPort}, saved);
    EXPECT_EQ(follow->state().kept, saved.kept);
    EXPECT_THAT(polled(*follow), ElementsAre("dns:1 conn:1", "dns:2 dns:1 dns:1"));
    std::filesystem::resize_file(folder_ / "dns", 0);
    append("dns", query(140, "y.net"));
    EXPECT_THAT(polled(*follow), ElementsAre("dns:1"));
    append("dns", query(150, "evil.net"));
    EXPECT_THAT(polled(*follow), IsEmpty());
    ASSERT_TRUE(follow->set(said({kThenPort})));
    append("conn", connection(160, 4444));
    EXPECT_THAT(polled(*follow), ElementsAre("dns:2 conn:2"));
    saved = follow->state();
    saved.kept[pattern_key(follow->patterns()[0])] = {{"dns", 1, Time{}, {77}}};
    auto wrong = PatternFollow::make({folder_ / "dns"}, {}, saved);
    ASSERT_TRUE(wrong);
    EXPECT_FALSE((*wrong)->set(said({kThenPort})));
}

// Whatever is done to the logs between two looks: what is told is what a scan of all lines tells.
TEST_F(FollowingPatterns, HaveTheVerdictOfAScanOfTheWholeLogs) {
    const std::vector<std::string> asks = {
        kThenPort, "[domain-name:value = 'evil.net'] REPEATS 3 TIMES WITHIN 20 SECONDS",
        "([network-traffic:dst_port = 22] AND [domain-name:value LIKE 'x%']) WITHIN 9 SECONDS"};
    std::size_t matched = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random(seed);
        std::error_code ignored;
        for (const char* name : {"dns", "conn", "dns.1", "conn.1", "whole"})
            std::filesystem::remove(folder_ / name, ignored);
        const std::string pattern = asks[random() % asks.size()];
        auto follow = this->follow({pattern}, {}, 30);
        std::size_t told = 0;
        std::vector<std::pair<std::int64_t, std::string>> all;
        std::int64_t at = 1000;
        for (int step = 0; step < 60; ++step) {
            at += static_cast<std::int64_t>(random() % 8);
            const std::int64_t late = at - static_cast<std::int64_t>(random() % 25);
            const bool dns = random() % 2 == 0;
            const char* const names[] = {"evil.net", "x.net", "z.net"};
            const int ports[] = {22, 443, 4444};
            const std::string line =
                dns ? query(late, names[random() % 3]) : connection(late, ports[random() % 3]);
            const std::string log = dns ? "dns" : "conn";
            append(log, line);
            all.emplace_back(late, line);
            switch (random() % 5) {
                case 0:
                    told += polled(*follow).size();
                    break;
                case 1:
                    told += polled(*follow).size();
                    follow = this->follow({pattern}, follow->state(), 30);
                    break;
                case 2:
                    told += polled(*follow).size();
                    rotate(log);
                    break;
                default:
                    break;
            }
        }
        told += polled(*follow).size();
        EXPECT_EQ(follow->totals().watched.late, 0U);
        std::ranges::sort(all);
        std::string whole;
        for (const auto& [when, line] : all) whole += line;
        append("whole", whole);
        PatternScan scan(0);
        ASSERT_TRUE(scan.add({{}, pattern, PatternGrammar::k21}));
        const auto totals = scan.run({folder_ / "whole"}, {.format = {}, .now = kNow}, [](auto&&) {});
        ASSERT_TRUE(totals);
        EXPECT_EQ(told > 0, totals->matches > 0) << pattern << "\n" << whole;
        matched += totals->matches > 0 ? 1 : 0;
    }
    EXPECT_GT(matched, 20U);
}

}  // namespace
}  // namespace comity::intelligence::match
