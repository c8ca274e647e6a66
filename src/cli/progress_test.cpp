#include "cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace comity::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

struct Bench {
    std::ostringstream err;
    std::chrono::steady_clock::time_point now{};
    Progress::Now clock() {
        return [this] { return now; };
    }
};

TEST(Progress, IsSilentForASecond) {
    Bench b;
    {
        Progress bar(b.err, true, b.clock());
        bar.at("checking", 0, 10);
        b.now += 999ms;
        bar.at("checking", 9, 10);
    }
    EXPECT_THAT(b.err.str(), IsEmpty());
}

TEST(Progress, ShowsItselfAfterwardsAndCleansUp) {
    Bench b;
    {
        Progress bar(b.err, true, b.clock());
        b.now += 1001ms;
        bar.at("checking", 5, 10);
        EXPECT_THAT(b.err.str(), HasSubstr("checking [###############               ] 50% 5/10"));
        const std::size_t drawn = b.err.str().size();
        b.now += 50ms;
        bar.at("checking", 6, 10);
        EXPECT_EQ(b.err.str().size(), drawn) << "not more often than an eye can follow";
        b.now += 51ms;
        bar.at("checking", 7, 10);
        EXPECT_GT(b.err.str().size(), drawn);
    }
    EXPECT_THAT(b.err.str(), EndsWith("\r\x1b[K"));
}

TEST(Progress, WritesNothingWhereNobodyLooks) {
    Bench b;
    {
        Progress bar(b.err, false, b.clock());
        b.now += 1h;
        bar.at("checking", 5, 10);
    }
    EXPECT_THAT(b.err.str(), IsEmpty());
}

TEST(Waiting, ThatIsOverAtOnceShowsNothing) {
    std::ostringstream err;
    {
        const Waiting waiting(err, true, "submitting");
    }
    {
        const Waiting waiting(err, false, "submitting");
    }
    EXPECT_THAT(err.str(), IsEmpty());
}

TEST(ProgressLine, NeverLeavesItsBounds) {
    EXPECT_EQ(progress_line("x", 0, 0), "x 0");
    EXPECT_EQ(progress_line("x", 7, 0), "x 7");
    EXPECT_THAT(progress_line("x", 0, 3), HasSubstr("[                              ] 0% 0/3"));
    EXPECT_THAT(progress_line("x", 3, 3), HasSubstr("[##############################] 100% 3/3"));
    EXPECT_THAT(progress_line("x", 9, 3), HasSubstr("] 100% 9/3"));
    EXPECT_THAT(progress_line("x", UINT64_MAX, UINT64_MAX), HasSubstr("] 100%"));
}

}  // namespace
}  // namespace comity::cli
