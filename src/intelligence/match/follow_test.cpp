#include "intelligence/match/follow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "intelligence/match/builder.h"
#include "testing/folder.h"

namespace comity::intelligence::match {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time kNow = Time::from_seconds(1'800'000'000);

class Following : public ::testing::Test {
  protected:
    Following() {
        Builder builder(random_seed());
        const auto about = builder.add_about({});
        for (int i = 0; i < 1000; ++i)
            EXPECT_TRUE(builder.add({ValueKind::kDomain, fmt::format("n{}.net", i)}, about));
        bytes_ = builder.bytes(kNow);
        catalog_ = Catalog::of(*Index::over(bytes_));
    }
    void append(const std::string& text) { std::ofstream(path_, std::ios::binary | std::ios::app) << text; }
    void rotate() { std::filesystem::rename(path_, path_ + ".1"); }
    void truncate() { std::filesystem::resize_file(path_, 0); }
    std::vector<std::string> polled(Follower& follower) {
        std::vector<std::string> out;
        const auto done = follower.poll(*catalog_, kNow, [&](Finding&& each) { out.push_back(each.value); });
        EXPECT_TRUE(done) << done.error().message();
        return out;
    }
    Follower follower(std::optional<FollowPlace> saved = {}, bool from_start = true) {
        return Follower(path_, std::move(saved), from_start, {});
    }

    testing::TemporaryFolder folder_;
    std::string path_ = folder_ / "log";
    Bytes bytes_;
    std::shared_ptr<const Catalog> catalog_;
};

TEST_F(Following, TellsALineOnceItHasEnded) {
    Follower follower = this->follower();
    EXPECT_THAT(polled(follower), IsEmpty()) << "there is no file yet";
    append("a n1.net\nb n2.n");
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
    EXPECT_THAT(polled(follower), IsEmpty());
    append("et");
    EXPECT_THAT(polled(follower), IsEmpty());
    append("\nc n3.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net", "n3.net"));
}

TEST_F(Following, BeginsAtTheEndUnlessItIsToldOtherwise) {
    append("a n1.net\nb n2.");
    Follower follower = this->follower({}, false);
    EXPECT_THAT(polled(follower), IsEmpty());
    append("net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net"));
}

TEST_F(Following, MissesNothingOfAFileThatIsNotThereYet) {
    Follower follower = this->follower({}, false);
    EXPECT_THAT(polled(follower), IsEmpty());
    append("a n1.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
}

TEST_F(Following, GoesOnThroughRotationAndTruncation) {
    append("a n1.net\n");
    Follower follower = this->follower();
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
    append("a n2.net\nthe old one's last n3.net");
    rotate();
    append("a n4.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net", "n3.net", "n4.net"));
    truncate();
    append("b n5.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n5.net"));
    truncate();
    EXPECT_THAT(polled(follower), IsEmpty());
    append("a n6.net\na n7.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n6.net", "n7.net"));
    rotate();
    EXPECT_THAT(polled(follower), IsEmpty()) << "the new one is not there yet";
    append("a n8.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n8.net"));
}

TEST_F(Following, GoesOnWhereItWasAfterARestart) {
    append("a n1.net\na n2.net\n");
    std::optional<FollowPlace> saved;
    {
        Follower follower = this->follower();
        EXPECT_THAT(polled(follower), ElementsAre("n1.net", "n2.net"));
        saved = follower.place();
    }
    append("a n3.net\n");
    rotate();
    append("a n4.net\n");
    {
        Follower follower = this->follower(saved);
        EXPECT_THAT(polled(follower), ElementsAre("n3.net", "n4.net")) << "found again under its other name";
        saved = follower.place();
    }
    truncate();
    append("b n5.net\nanother line, so that it is as long as before\n");
    Follower follower = this->follower(saved);
    EXPECT_THAT(polled(follower), ElementsAre("n5.net"));
}

// Whatever is done to the log between two looks: each line once, in order.
TEST_F(Following, TellsEveryLineOnceWhateverHappens) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937 random(seed);
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
        std::vector<std::string> written, told;
        auto follower = std::make_unique<Follower>(path_, std::nullopt, true, std::nullopt);
        const auto look = [&] {
            for (std::string& value : polled(*follower)) told.push_back(std::move(value));
        };
        for (int step = 0; step < 200; ++step) {
            switch (random() % 8) {
                case 0:
                case 1:
                case 2: {
                    const std::string name = fmt::format("n{}.net", written.size());
                    append(fmt::format("{} {} about {}\n", step, std::string(random() % 300, '.'), name));
                    written.push_back(name);
                    break;
                }
                case 3:
                    look();
                    break;
                case 4:
                    look();  // of what was truncated away before it was read nobody knows
                    if (std::filesystem::exists(path_)) truncate();
                    break;
                case 5:
                    look();
                    if (std::filesystem::exists(path_)) rotate();
                    break;
                case 6:
                    if (std::filesystem::exists(path_) && random() % 2 == 0) {
                        look();
                        const FollowPlace place = follower->place();
                        follower = std::make_unique<Follower>(path_, place, true, std::nullopt);
                    }
                    break;
                default:
                    look();
                    break;
            }
        }
        look();
        ASSERT_EQ(told, written) << "seed " << seed;
    }
}

}  // namespace
}  // namespace comity::intelligence::match
