// Two nodes that were shown different histories of one log find it out when they meet, both of them; and a
// peer that cannot be reached, or answers nonsense, does no harm.
#include "federation/gossip.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "base/logging.h"
#include "network.h"
#include "testing/forged_log.h"

namespace comity::federation::testing {
namespace {

using comity::testing::ForgedLog;

[[maybe_unused]] const bool kQuiet = (logging::start(logging::Level::kOff, logging::Form::kText), true);

void add_doors(http::Router& router, node::Node& node) {
    api::rest::add_routes(router, node);
    api::tlog::add_routes(router, node);
}

class Gossiping : public ::testing::Test {
  protected:
    // Knows the liar's log, and that of a peer that it is to meet.
    std::unique_ptr<ServedNode> node(const std::string& origin, ServedNode* peer = nullptr) {
        std::string policy = fmt::format("log {}\n", liar_.key().text());
        if (peer != nullptr) {
            policy += fmt::format("log {} {}\n", peer->node().ledger().identity().key.public_part().text(),
                                  peer->address());
        }
        return std::make_unique<ServedNode>(
            add_doors,
            comity::testing::ServedNodeOptions{.origin = origin, .policy = policy + "quorum none\n"});
    }
    static std::vector<std::string> proven(ServedNode& node) {
        std::vector<std::string> kinds;
        const auto kept = node.node().sightings().evidence(100);
        EXPECT_TRUE(kept);
        for (const FoundEvidence& found : *kept) {
            EXPECT_TRUE(check_evidence(found.evidence));
            kinds.emplace_back(to_string(found.evidence.lie));
        }
        return kinds;
    }
    template <typename Until>
    static void wait(const Until& until) {
        for (int i = 0; i < 400 && !until(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }

    const ForgedLog liar_;
    const ForgedLog::History history_ = ForgedLog::History::of(8);
};

TEST_F(Gossiping, ShowsBothTheTwoHistoriesOfOneLog) {
    const auto b = node("b.example/log");
    const auto a = node("a.example/log", b.get());
    ASSERT_TRUE(a->node().sightings().saw(liar_.note(history_, 5)));
    ASSERT_TRUE(b->node().sightings().saw(liar_.note(history_.changed(2), 5)));
    EXPECT_TRUE(proven(*a).empty());
    EXPECT_TRUE(proven(*b).empty());
    {
        const Gossip gossip(a->node().ledger(), a->node().sightings(), a->node().policy(),
                            {.period = std::chrono::milliseconds(50)});
        wait([&] { return !proven(*a).empty() && !proven(*b).empty(); });
    }
    EXPECT_THAT(proven(*a), ::testing::ElementsAre("split-view"));
    EXPECT_THAT(proven(*b), ::testing::ElementsAre("split-view")) << "it was told, and asked nobody";
}

TEST_F(Gossiping, ASecondMeetingTellsNothingNew) {
    const auto b = node("b.example/log");
    const auto a = node("a.example/log", b.get());
    ASSERT_TRUE(a->node().sightings().saw(liar_.note(history_, 3)));
    const auto met = [&] {
        return b->node()
            .sightings()
            .newest(liar_.origin(), 10)
            .value_or(std::vector<SeenCheckpoint>{})
            .size();
    };
    {
        const Gossip gossip(a->node().ledger(), a->node().sightings(), a->node().policy(),
                            {.period = std::chrono::milliseconds(10)});
        wait([&] { return met() == 1; });
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    EXPECT_EQ(met(), 1U);
    EXPECT_TRUE(proven(*a).empty());
    EXPECT_TRUE(proven(*b).empty());
}

TEST_F(Gossiping, APeerThatAnswersNonsenseOrNothingDoesNoHarm) {
    const auto a = node("a.example/log");
    http::Router nonsense;
    std::atomic<int> asked = 0;
    nonsense.get("/log/checkpoint", [&](const http::Request&) {
        ++asked;
        return http::Response::text(200, "not a checkpoint");
    });
    const auto server = http::Server::start({.port = 0}, nonsense).value();
    const std::string url = "http://127.0.0.1:" + std::to_string(server->port());
    const auto policy = log::Policy::parse(fmt::format("log {} {}\nlog {} http://127.0.0.1:1\nquorum none\n",
                                                       liar_.key().text(), url,
                                                       ForgedLog("other.example/log", 70).key().text()))
                            .value();
    {
        const Gossip gossip(a->node().ledger(), a->node().sightings(), policy,
                            {.period = std::chrono::milliseconds(10)});
        wait([&] { return asked > 2; });
    }
    EXPECT_GT(asked, 2) << "it goes on";
    EXPECT_TRUE(proven(*a).empty());
}

}  // namespace
}  // namespace comity::federation::testing
