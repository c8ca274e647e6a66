// Who runs a pull, on both engines, over two connections as two servers have them.
#include "intelligence/pull/pulls.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "testing/database.h"

namespace comity::intelligence::pull {
namespace {

const Time kNow = Time::from_seconds(1'780'000'000);

class PullLeases : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        one_ = database().open();
        other_ = database().open();
        ASSERT_TRUE(Pulls::prepare(*one_));
        ASSERT_TRUE(Pulls::prepare(*other_));
        ASSERT_TRUE(Pulls(*one_).add({.name = "remote",
                                      .url = "https://taxii.example/c/",
                                      .kind = {},
                                      .every = 900,
                                      .user = {},
                                      .secret_file = {},
                                      .ca_file = {},
                                      .member = "cert-ke",
                                      .audience = {ledger::Tlp::kGreen, {}, {}, {}}},
                                     kNow));
    }
    db::Database& of(int server) { return server % 2 == 0 ? *one_ : *other_; }

    std::unique_ptr<db::Database> one_;
    std::unique_ptr<db::Database> other_;
};
INSTANTIATE_TEST_SUITE_P(Engines, PullLeases, testing::each_engine(), testing::engine_name);

TEST_P(PullLeases, OneOfManyServersHoldsAPull) {
    std::atomic<int> held{0};
    std::atomic<int> refused{0};
    {
        std::vector<std::jthread> servers;
        for (int i = 0; i < 8; ++i) {
            servers.emplace_back([&, i] {
                const auto pull = Pulls(of(i)).hold("remote", fmt::format("server {}", i), kNow);
                if (pull) {
                    ++held;
                } else {
                    EXPECT_EQ(pull.error().kind, ErrorKind::kConflict) << pull.error().message();
                    ++refused;
                }
            });
        }
    }
    EXPECT_EQ(held.load(), 1);
    EXPECT_EQ(refused.load(), 7);
    const auto shown = Pulls(*other_).find("remote");
    ASSERT_TRUE(shown);
    EXPECT_EQ(pull_json(*shown, kNow).at("running"), true);
    EXPECT_EQ(pull_json(*shown, Time::from_seconds(kNow.seconds() + kHold + 1)).at("running"), false)
        << "who died runs nothing";
}

// What is read, added to and written by whoever holds it: nothing is lost, as it would be between two.
TEST_P(PullLeases, WhatTheHolderWritesIsOverwrittenByNobody) {
    constexpr int kEach = 15;
    {
        std::vector<std::jthread> servers;
        for (int i = 0; i < 4; ++i) {
            servers.emplace_back([&, i] {
                Pulls pulls(of(i));
                for (int done = 0; done < kEach;) {
                    const std::string holder = fmt::format("server {} run {}", i, done);
                    auto pull = pulls.hold("remote", holder, kNow);
                    if (!pull) {
                        std::this_thread::yield();
                        continue;
                    }
                    ++pull->state.shared;
                    const auto saved = pulls.save("remote", holder, pull->state, kNow);
                    EXPECT_TRUE(saved) << saved.error().message();
                    EXPECT_TRUE(pulls.release("remote", holder));
                    ++done;
                }
            });
        }
    }
    EXPECT_EQ(Pulls(*one_).find("remote")->state.shared, 4 * kEach);
    EXPECT_EQ(Pulls(*one_).find("remote")->holder, "");
}

TEST_P(PullLeases, AStateOfAnEarlierVersionIsReadAsItStands) {
    auto tx = one_->begin();
    ASSERT_TRUE((*tx)->run(
        "UPDATE pulls SET state = $1",
        R"({"after":"a","next":"","seen":"","events":{},"shared":3,"rejected":0,"backlog":1,"failures":2,)"
        R"("last_error":"x","last_rejected":"","last_run":null,"last_success":null,"next_run":"2026-01-01T00:00:00Z"})"));
    ASSERT_TRUE((*tx)->commit());
    const auto pull = Pulls(*other_).find("remote");
    ASSERT_TRUE(pull) << pull.error().message();
    EXPECT_EQ(pull->state.shared, 3);
    EXPECT_EQ(pull->state.backlog, 1);
    EXPECT_EQ(pull->state.last_error, "x");
    EXPECT_EQ(pull->state.etag, "");
}

}  // namespace
}  // namespace comity::intelligence::pull
