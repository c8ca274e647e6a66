#include "intelligence/match/follow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "intelligence/match/builder.h"
#include "intelligence/match/packed_text.h"
#include "testing/folder.h"

namespace comity::intelligence::match {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
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
    void append(const std::string& text) {
        std::ofstream(path_, std::ios::binary | std::ios::app) << text;
        touch(path_);
    }
    // Each writing is a second later than the one before.
    void touch(const std::string& path) {
        std::filesystem::last_write_time(path, begun_ + std::chrono::seconds(++writings_));
    }
    void copy(const std::string& from, const std::string& to) {
        std::filesystem::copy_file(from, to);
        touch(to);
    }
    void rotate() { std::filesystem::rename(path_, path_ + ".1"); }
    // As logrotate does: all numbers go up by one.
    void rotate_all() {
        for (const char* packing : {"", ".gz"}) {
            for (int number = 9; number > 0; --number) {
                const std::string from = fmt::format("{}.{}{}", path_, number, packing);
                if (std::filesystem::exists(from))
                    std::filesystem::rename(from, fmt::format("{}.{}{}", path_, number + 1, packing));
            }
        }
        rotate();
    }
    static std::string content(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void put(const std::string& path, const std::string& bytes) {
        std::ofstream(path, std::ios::binary) << bytes;
        touch(path);
    }
    // Under another inode, with the time of the last writing, as gzip and logrotate leave it.
    void pack(const std::string& path, const std::string& to,
              std::string (*packed)(const std::string&) = gzipped) {
        const auto written = std::filesystem::last_write_time(path);
        put(to, packed(content(path)));
        std::filesystem::last_write_time(to, written);
        std::filesystem::remove(path);
    }
    void expect_lost(Follower& follower, const std::string& what) {
        const auto losses = follower.losses();
        ASSERT_EQ(losses.size(), 1U);
        EXPECT_THAT(losses[0].message(), HasSubstr(what));
    }
    void expect_nothing_lost(Follower& follower) {
        for (const Error& each : follower.losses()) ADD_FAILURE() << each.message();
    }
    void truncate() {
        std::filesystem::resize_file(path_, 0);
        touch(path_);
    }
    std::vector<std::string> polled(Follower& follower) {
        std::vector<std::string> out;
        const auto done = follower.poll(gaze_, *catalog_, kNow, [&](Finding&& each) {
            out.push_back(each.value);
            last_ = std::move(each);
        });
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
    const std::filesystem::file_time_type begun_ = std::filesystem::file_time_type::clock::now();
    int writings_ = 0;
    Gaze gaze_;
    Finding last_;
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

TEST_F(Following, ReadsWhatWasRotatedTwiceBetweenTwoLooks) {
    append("a n1.net\n");
    Follower follower = this->follower();
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
    append("a n2.net\n");
    rotate_all();
    append("a n3.net\n");
    rotate_all();
    append("a n4.net\nits last n5.net");
    rotate_all();
    append("a n6.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net", "n3.net", "n4.net", "n5.net", "n6.net"));
    EXPECT_THAT(polled(follower), IsEmpty());
    expect_nothing_lost(follower);
}

TEST_F(Following, NamesTheFileThatALineStandsInAndItsNumberThere) {
    append("nothing\na n1.net\n");
    Follower follower = this->follower({}, false);
    EXPECT_THAT(polled(follower), IsEmpty());
    append("nothing\na n2.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net"));
    EXPECT_EQ(last_.file, path_);
    EXPECT_EQ(last_.line, 4U) << "as it stands in the file, wherever the scan began";
    append("a n3.net\n");
    rotate_all();
    append("nothing\n");
    EXPECT_THAT(polled(follower), ElementsAre("n3.net"));
    EXPECT_EQ(last_.file, path_ + ".1");
    EXPECT_EQ(last_.line, 5U);
    append("a n4.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n4.net"));
    EXPECT_EQ(last_.file, path_);
    EXPECT_EQ(last_.line, 2U);
}

TEST_F(Following, FindsWhatWasRotatedAndCompressedWhileItRested) {
    using Packed = std::string (*)(const std::string&);
    for (const auto& [ending, packed] :
         {std::pair<std::string, Packed>{".gz", gzipped}, {".zst", zstd_packed}}) {
        for (const auto& entry : std::filesystem::directory_iterator(std::string(folder_ / ".")))
            std::filesystem::remove(entry.path());
        append("a n1.net\nb n2.net\n");
        std::optional<FollowPlace> saved;
        {
            Follower follower = this->follower();
            EXPECT_THAT(polled(follower), ElementsAre("n1.net", "n2.net"));
            saved = follower.place();
        }
        append("c n3.net\n");
        rotate_all();
        append("d n4.net\nthe last n5.net");
        rotate_all();
        append("e n6.net\n");
        rotate_all();
        append("f n7.net\n");
        pack(path_ + ".3", path_ + ".3" + ending, packed);
        pack(path_ + ".2", path_ + ".2" + ending, packed);
        {
            Follower follower = this->follower(saved);
            EXPECT_THAT(polled(follower), ElementsAre("n3.net", "n4.net", "n5.net", "n6.net", "n7.net"));
            expect_nothing_lost(follower);
            saved = follower.place();
        }
        append("g n8.net\n");
        Follower follower = this->follower(saved);
        EXPECT_THAT(polled(follower), ElementsAre("n8.net"));
        expect_nothing_lost(follower);
    }
}

TEST_F(Following, GoesOnInTheMiddleOfACompressedFile) {
    std::string many;
    for (int i = 0; i < 900; ++i) many += fmt::format("{} n{}.net {}\n", i, i, std::string(1000, '.'));
    append("first n999.net\n");
    std::optional<FollowPlace> saved;
    {
        Follower follower = this->follower();
        EXPECT_EQ(polled(follower).size(), 1U);
        saved = follower.place();
    }
    append(many);
    rotate_all();
    append("a n1.net\n");
    pack(path_ + ".1", path_ + "-20261129.gz");
    // Killed after some of it.
    FollowedFile file(path_, saved, true);
    const auto window = file.next();
    ASSERT_TRUE(window && *window);
    file.passed((*window)->offset + (*window)->text.size(), 1 + 190);
    Follower follower = this->follower(file.place());
    const auto rest = polled(follower);
    ASSERT_GT(rest.size(), 100U);
    EXPECT_LT(rest.size(), 900U);
    EXPECT_EQ(rest.back(), "n1.net");
    EXPECT_EQ(rest[rest.size() - 2], "n899.net");
    expect_nothing_lost(follower);
}

TEST_F(Following, KnowsTheNamesThatRotationGives) {
    for (const char* name :
         {"app.log.1", "app.log.2.gz", "app.log-20261129", "app.log-20261129.zst", "app.log.old",
          "app.log.2026-11-29", "app.log_2026-11-29T12:00:00Z", "app-20261129.log", "app.1.log.gz",
          "app.2026-11-29-12-00-00.log", "app.12:00:00-13:00:00.log.gz", "app.log~"})
        EXPECT_THAT(names_before_rotation(name), ::testing::Contains("app.log")) << name;
    EXPECT_THAT(names_before_rotation("@400000006926d0c31f2b.s"), ElementsAre("current"));
    for (const char* name :
         {"app.log", "app.log.conf", "app-new.log", "app.logs", "other.log.1", ".1", "-1.log", ""})
        EXPECT_THAT(names_before_rotation(name), ::testing::Not(::testing::Contains("app.log"))) << name;
}

TEST_F(Following, ReadsTheCopyOfALogThatIsEmptied) {
    append("a n1.net\n");
    Follower follower = this->follower();
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
    append("a n2.net\n");
    copy(path_, path_ + ".1");
    truncate();
    append("a n3.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net", "n3.net"));
    expect_nothing_lost(follower);
    // Twice, and grown longer than before, while nobody looked; the older copy is compressed.
    const FollowPlace saved = follower.place();
    append("a n4.net\n");
    std::filesystem::rename(path_ + ".1", path_ + ".2");
    copy(path_, path_ + ".1");
    truncate();
    append("a n5.net\n");
    rotate_all();
    copy(path_ + ".1", path_);
    truncate();
    pack(path_ + ".2", path_ + ".2.gz");
    append("a n6.net and a long line after it\n");
    Follower again = this->follower(saved);
    EXPECT_THAT(polled(again), ElementsAre("n4.net", "n5.net", "n6.net"));
    expect_nothing_lost(again);
}

// All logs of a program begin with the same header, longer than what a beginning is known by.
TEST_F(Following, TellsFilesApartThatBeginAlike) {
    const std::string header = std::string(400, 'h') + "\n";
    append(header + "a n1.net\n");
    Follower follower = this->follower();
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
    truncate();
    append(header + "a n2.net\n" + std::string(500, 'x') + "\n");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net")) << "it is longer than what was read before";
    expect_lost(follower, "was emptied");
    append("a n3.net\n");
    rotate_all();
    append(header + "b n4.net\n");
    pack(path_ + ".1", path_ + ".1.gz");
    EXPECT_THAT(polled(follower), ElementsAre("n3.net", "n4.net"));
    expect_nothing_lost(follower);
}

TEST_F(Following, TellsNothingAgainOfACopyThatTakesItsPlace) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += fmt::format("{} {} n{}.net\n", i, std::string(20, '.'), i);
    append(text);
    Follower follower = this->follower();
    EXPECT_EQ(polled(follower).size(), 50U);
    // As rsync brings it.
    put(path_ + ".new", text + "a n51.net\n");
    std::filesystem::rename(path_ + ".new", path_);
    EXPECT_THAT(polled(follower), ElementsAre("n51.net"));
    EXPECT_EQ(last_.line, 51U);
    // The same line once more, in a new log of few lines, is another line.
    rotate_all();
    append("a n51.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n51.net"));
    rotate_all();
    append("a n51.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n51.net"));
}

TEST_F(Following, SaysWhatIsGone) {
    append("a n1.net\n");
    FollowPlace saved;
    {
        Follower follower = this->follower();
        EXPECT_EQ(polled(follower).size(), 1U);
        saved = follower.place();
    }
    append("a n2.net\n");
    rotate_all();
    append("a n3.net\n");
    rotate_all();
    append("a n4.net\n");
    std::filesystem::remove(path_ + ".2");
    {
        Follower follower = this->follower(saved);
        EXPECT_THAT(polled(follower), ElementsAre("n3.net", "n4.net"));
        expect_lost(follower, "read up to line 1 is gone");
    }
    Follower follower = this->follower();
    EXPECT_EQ(polled(follower).size(), 1U);
    rotate_all();
    append("a n5.net\n");
    rotate_all();
    append("a n6.net\n");
    std::filesystem::rename(path_ + ".1", path_ + ".1.xz");
    EXPECT_THAT(polled(follower), ElementsAre("n6.net"));
    expect_lost(follower, "compressed in a way that is not read");
    // A damaged one does not end the scan.
    rotate_all();
    append("a n7.net\n");
    rotate_all();
    append("a n8.net\n");
    const std::string packed = gzipped(content(path_ + ".1"));
    std::filesystem::remove(path_ + ".1");
    put(path_ + ".1.gz", packed.substr(0, packed.size() - 4));
    EXPECT_THAT(polled(follower), ElementsAre("n7.net", "n8.net"));
    expect_lost(follower, "can't be read to its end");
}

TEST_F(Following, ReadsOnBehindAFileThatWasCompressedThoughTheLogIsAway) {
    append("a n1.net\n");
    Follower follower = this->follower();
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
    append("a n2.net\n");
    rotate_all();
    append("a n3.net\n");
    rotate_all();
    pack(path_ + ".2", path_ + ".2.gz");
    EXPECT_THAT(polled(follower), ElementsAre("n2.net", "n3.net"));
    append("a n4.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n4.net"));
    expect_nothing_lost(follower);
}

// Who writes to the old file goes on until it is told of the new one.
TEST_F(Following, LeavesARotatedFileOnceTheNewOneIsWrittenTo) {
    append("a n1.net\n");
    Follower follower = this->follower();
    EXPECT_THAT(polled(follower), ElementsAre("n1.net"));
    rotate_all();
    append("");
    EXPECT_THAT(polled(follower), IsEmpty());
    std::ofstream(path_ + ".1", std::ios::app) << "late n2.net\n";
    EXPECT_THAT(polled(follower), ElementsAre("n2.net"));
    std::ofstream(path_ + ".1", std::ios::app) << "later n3.net\n";
    append("new n4.net\n");
    EXPECT_THAT(polled(follower), ElementsAre("n3.net", "n4.net"));
}

TEST_F(Following, KeepsItsPlaceWhileTheLogIsAway) {
    append("a n1.net\n");
    FollowPlace saved;
    {
        Follower follower = this->follower();
        EXPECT_EQ(polled(follower).size(), 1U);
        saved = follower.place();
    }
    append("a n2.net\n");
    std::filesystem::rename(path_, folder_ / "elsewhere");
    Follower first = this->follower(saved);
    EXPECT_THAT(polled(first), IsEmpty());
    EXPECT_EQ(first.place(), saved);
    std::filesystem::rename(folder_ / "elsewhere", path_);
    Follower second = this->follower(first.place());
    EXPECT_THAT(polled(second), ElementsAre("n2.net"));
    // A compressed log is not followed: it says so.
    put(folder_ / "packed", gzipped("a n1.net\n"));
    Follower packed(folder_ / "packed", std::nullopt, true, std::nullopt);
    const auto refused = packed.poll(gaze_, *catalog_, kNow, [](Finding&&) {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("compressed"));
}

// Whatever is done to the log between two looks: each line once, in order.
TEST_F(Following, TellsEveryLineOnceWhateverHappens) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937 random(seed);
        for (const auto& entry : std::filesystem::directory_iterator(std::string(folder_ / ".")))
            std::filesystem::remove(entry.path());
        std::vector<std::string> written, told;
        std::string done;
        auto follower = std::make_unique<Follower>(path_, std::nullopt, true, std::nullopt);
        const auto look = [&] {
            for (std::string& value : polled(*follower)) told.push_back(std::move(value));
        };
        append("begun\n");
        look();
        for (int step = 0; step < 200; ++step) {
            const unsigned what = random() % 9;
            done += fmt::format("{} ", what);
            switch (what) {
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
                    if (random() % 2 == 0) look();
                    if (!std::filesystem::exists(path_)) break;
                    rotate_all();
                    if (random() % 3 == 0) {
                        const std::string old = fmt::format("{}.{}", path_, 1 + random() % 3);
                        if (std::filesystem::exists(old) && !std::filesystem::exists(old + ".gz"))
                            pack(old, old + ".gz");
                    }
                    break;
                case 6:
                    if (random() % 2 == 0) {
                        const FollowPlace place = follower->place();
                        follower = std::make_unique<Follower>(path_, place, true, std::nullopt);
                    }
                    break;
                case 7:  // copied, then emptied; what numbers there are go up
                    // Of what was empty when it was last looked at nobody sees that it was emptied.
                    if (!std::filesystem::exists(path_) || follower->place().offset == 0) break;
                    rotate_all();
                    copy(path_ + ".1", path_ + ".copy");
                    std::filesystem::rename(path_ + ".1", path_);
                    std::filesystem::rename(path_ + ".copy", path_ + ".1");
                    truncate();
                    break;
                default:
                    look();
                    break;
            }
        }
        look();
        const auto wrong = std::ranges::mismatch(told, written);
        ASSERT_EQ(told, written) << "seed " << seed << " at " << wrong.in1 - told.begin() << " after "
                                 << done;
    }
}

}  // namespace
}  // namespace comity::intelligence::match
