// What nodes say of themselves comes onto the map with who said it; who answers nonsense, or is another node
// than was announced, says nothing.
#include "federation/neighbours.h"

#include <gmock/gmock.h>

#include "base/logging.h"
#include "network.h"

namespace comity::federation::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

[[maybe_unused]] const bool kQuiet = (logging::start(logging::Level::kOff, logging::Form::kText), true);

class HeardOf : public ::testing::Test {
  protected:
    HeardOf() {
        a_.submit(community_.charter());
        a_.submit(announce(community_, "ke", a_));
        b_.must_sync_with(a_);
        c_.must_sync_with(a_);
    }
    void announce_b(const std::string& url = {}) {
        b_.submit(announce(community_, "fr", b_, url));
        a_.must_sync_with(b_);
        c_.must_sync_with(b_);
        c_.submit(announce(community_, "no", c_));
        a_.must_sync_with(c_);
        b_.must_sync_with(c_);
    }
    std::vector<SaidToFollow> heard() {
        http::Client client({.connect_timeout = std::chrono::seconds(2), .timeout = std::chrono::seconds(5)});
        a_.node().neighbours().ask_all(client);
        return a_.node().neighbours().said();
    }

    Community community_{{"ke", "fr", "no"}};
    NetNode a_{"a.example/log"};
    NetNode b_{"b.example/log"};
    NetNode c_{"c.example/log"};
};

TEST_F(HeardOf, TheMapShowsWhoElseFollowsALogAndWhoSaysSo) {
    announce_b();
    EXPECT_THAT(heard(), IsEmpty()) << "they follow nobody by themselves";
    ASSERT_TRUE(b_.node().mirrors().add_peer(b_.peer_of(c_, "c")));
    const auto peers = b_.node().mirrors().peers();
    ASSERT_TRUE(peers && peers->size() == 1);
    ASSERT_TRUE(b_.node().mirrors().note_contact(peers->front().n, b_.clock().now().seconds(), {}));
    const auto said = heard();
    ASSERT_THAT(said, SizeIs(1));
    EXPECT_EQ(said[0].log, c_.log_key().text());
    EXPECT_EQ(said[0].member, "fr");
    EXPECT_EQ(said[0].by, b_.log_key().text());
    EXPECT_EQ(said[0].size, 1U);
    EXPECT_EQ(said[0].applied, 1U);
    EXPECT_EQ(said[0].contact, b_.clock().now().seconds());
    EXPECT_EQ(said[0].failures, 0U);

    const json::Value nodes = json::parse(a_.send(http::Method::kGet, "/api/v1/nodes").bytes()).value();
    for (const json::Value& node : nodes.at("items").as_array()) {
        const json::Array& followers = node.at("followed_by").as_array();
        if (node.at("key").as_string() != c_.log_key().text()) {
            EXPECT_TRUE(followers.empty());
            continue;
        }
        ASSERT_EQ(followers.size(), 1U);
        EXPECT_EQ(followers[0].at("member").as_string(), "fr");
        EXPECT_EQ(followers[0].at("applied").to_number<int>(), 1);
    }

    // It has left off.
    ASSERT_TRUE(b_.node().mirrors().remove_peer("c"));
    EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(HeardOf, AnotherNodeAtItsAddressSaysNothing) {
    announce_b(c_.address());
    ASSERT_TRUE(c_.node().mirrors().add_peer(c_.peer_of(a_, "a")));
    const auto said = heard();
    ASSERT_THAT(said, SizeIs(1)) << "c speaks for itself, and not for b";
    EXPECT_EQ(said[0].member, "no");
}

TEST_F(HeardOf, NonsenseAndSilenceDoNoHarm) {
    for (const std::string answer :
         {R"({"items":[{}]})", R"({"items":7})", "no JSON",
          R"({"items":[{"key":"x","own":false,"followed":true,"size":-1}]})",
          R"({"items":[{"key":"x","own":false,"followed":true,"contact":"yesterday"}]})"}) {
        http::Router nonsense;
        nonsense.get("/api/v1/nodes",
                     [&](const http::Request&) { return http::Response::json(200, answer); });
        const auto server = http::Server::start({.port = 0}, nonsense).value();
        NetNode alone("d.example/log");
        alone.submit(community_.charter());
        alone.submit(announce(community_, "fr", b_, "http://127.0.0.1:" + std::to_string(server->port())));
        alone.submit(announce(community_, "no", c_, "http://127.0.0.1:1"));
        http::Client client({.connect_timeout = std::chrono::seconds(2), .timeout = std::chrono::seconds(5)});
        alone.node().neighbours().ask_all(client);
        EXPECT_THAT(alone.node().neighbours().said(), IsEmpty()) << answer;
    }
}

}  // namespace
}  // namespace comity::federation::testing
