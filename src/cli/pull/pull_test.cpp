// Pulls against our own server as the remote, and against remotes that mean no good.
#include <gmock/gmock.h>

#include <thread>

#include "api/misp/misp.h"
#include "api/taxii/taxii.h"
#include "http/server.h"
#include "intelligence/stix/marking.h"
#include "node/key_files.h"
#include "node/puller.h"
#include "testing/served_node.h"

namespace comity {
namespace {

using intelligence::pull::Pull;
using intelligence::pull::PullConfig;
using intelligence::pull::Pulls;
using intelligence::pull::PullState;
using intelligence::pull::SourceKind;
using ledger::Tlp;
using ::testing::HasSubstr;

const ledger::Audience kGreen{Tlp::kGreen, {}, {}, {}};

// A node with a community of its own that holds cert-ke's key in custody.
class Local {
  public:
    Local() : community_({"cert-ke", "cert-ug"}), served_([](http::Router&, node::Node&) {}) {
        served_.submit(community_.charter());
        const crypto::NamedSecret held{"cert-ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
        served_.submit(community_.statement(
            "cert-ke", governance::kKeyAddition,
            {{"key", json::Object{{"key", held.public_part().text()}, {"custody", true}}}}));
        EXPECT_TRUE(node::write_secret_key(node().config().data / "keys/cert-ke.key", held));
        EXPECT_TRUE(Pulls::prepare(node().database()));
    }
    node::Node& node() { return served_.node(); }
    testing::TestClock& clock() { return served_.clock(); }

    void add(const std::string& url, SourceKind kind, const ledger::Audience& audience = kGreen,
             std::string user = {}, std::string secret_file = {}) {
        PullConfig config{.name = "remote",
                          .url = url,
                          .kind = kind,
                          .every = 900,
                          .user = std::move(user),
                          .secret_file = std::move(secret_file),
                          .ca_file = {},
                          .member = "cert-ke",
                          .audience = audience};
        const auto added = Pulls(node().database()).add(config, clock().now());
        EXPECT_TRUE(added) << added.error().message();
    }
    Result<node::PullRun> run() {
        const std::atomic<bool> stop{false};
        return node::run_pull(node(), "remote", stop);
    }
    Pull pull() {
        auto found = Pulls(node().database()).find("remote");
        EXPECT_TRUE(found) << found.error().message();
        return *std::move(found);
    }
    std::int64_t objects() {
        const auto session = node().database().snapshot();
        return (*session)->integer("SELECT COUNT(*) FROM intelligence_objects").value().value_or(-1);
    }

  private:
    testing::Community community_;
    testing::ServedNode served_;
};

class Remote {
  public:
    Remote()
        : community_({"peer"}), served_([](http::Router& router, node::Node& node) {
              api::taxii::add_routes(router, node);
              api::misp::add_routes(router, node);
          }) {
        served_.submit(community_.charter());
        served_.add_account("ann@peer");
    }
    void share(unsigned first, unsigned count, Tlp label = Tlp::kClear) {
        std::vector<std::string> objects;
        for (unsigned n = first; n < first + count; ++n)
            objects.push_back(testing::indicator(n, intelligence::marking_id(label)));
        served_.clock().advance_seconds(1);
        served_.submit(community_.share("peer", std::move(objects), {label, {}, {}, {}}));
    }
    std::string collection() const { return served_.address() + "/taxii2/community/collections/all/"; }
    std::string feed() const { return served_.address() + "/misp/feed"; }

  private:
    testing::Community community_;
    testing::ServedNode served_;
};

TEST(Pulling, ATaxiiCollectionIsFetchedWholeAndOnce) {
    Remote remote;
    Local local;
    remote.share(0, 1500);
    remote.share(1500, 700);
    local.add(remote.collection(), SourceKind::kTaxii);
    const auto first = local.run();
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_EQ(first->shared, 2200u);
    EXPECT_EQ(local.objects(), 2200);
    EXPECT_FALSE(first->more);
    EXPECT_EQ(local.run()->shared, 0u) << "nothing new";
    remote.share(2200, 5);
    EXPECT_EQ(local.run()->shared, 5u);
    EXPECT_EQ(local.pull().state.shared, 2205);
    EXPECT_EQ(local.pull().state.backlog, 0);
    EXPECT_GT(local.pull().state.next_run, local.clock().now());
}

TEST(Pulling, StricterObjectsKeepTheirMarking) {
    Remote remote;
    Local local;
    remote.share(0, 3, Tlp::kClear);
    local.add(remote.collection(), SourceKind::kTaxii, {Tlp::kAmber, {"cert-ug"}, {}, {}});
    ASSERT_TRUE(local.run());
    const auto session = local.node().database().snapshot();
    const auto readable = ledger::readable_by(**session, {});
    std::size_t seen = 0;
    ASSERT_TRUE((*session)->each("SELECT audience FROM intelligence_objects", {}, [&](const db::Row& row) {
        seen += readable->contains(row.integer(0)) ? 1 : 0;
        return true;
    }));
    EXPECT_EQ(seen, 0u) << "amber, as the pull says";
}

TEST(Pulling, AFeedOfMispIsFetchedEventByEvent) {
    Remote remote;
    Local local;
    for (unsigned i = 0; i < 4; ++i) remote.share(10 * i, 3);
    local.add(remote.feed(), SourceKind::kMispFeed);
    const auto first = local.run();
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_EQ(first->pages, 4u);
    EXPECT_EQ(local.pull().state.events.size(), 4u);
    const std::int64_t objects = local.objects();
    EXPECT_GE(objects, 12);
    EXPECT_EQ(local.run()->shared, 0u);
    remote.share(100, 1);
    ASSERT_TRUE(local.run());
    EXPECT_GT(local.objects(), objects);
}

TEST(Pulling, WithoutAKeyInCustodyNothingIsShared) {
    Remote remote;
    Local local;
    remote.share(0, 1);
    local.add(remote.collection(), SourceKind::kTaxii);
    std::filesystem::remove(local.node().config().data / "keys/cert-ke.key");
    EXPECT_FALSE(local.run());
    EXPECT_THAT(local.pull().state.last_error, HasSubstr("holds no key"));
    EXPECT_EQ(local.pull().state.after, "") << "the place is not moved past what is not durable";
}

// A remote that answers as a test says.
class Stub {
  public:
    using Answer = std::function<http::Response(const http::Request&)>;
    explicit Stub(Answer answer) {
        router_.fallback(
            "/", [answer = std::move(answer)](const http::Request& request) { return answer(request); });
        auto started = http::Server::start({.port = 0}, router_);
        EXPECT_TRUE(started) << started.error().message();
        server_ = *std::move(started);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/c/"; }

  private:
    http::Router router_;
    std::unique_ptr<http::Server> server_;
};

http::Response envelope(const std::string& rest) {
    return http::Response::text(200, "{" + rest + "}", "application/taxii+json;version=2.1");
}
std::string one(unsigned n) {
    return "\"objects\":[" + testing::indicator(n) + "]";
}

std::string error_of(Local& local) {
    const auto done = local.run();
    EXPECT_FALSE(done);
    return done ? "" : done.error().message();
}

TEST(HostileRemotes, ThatLeadInACircleAreLeft) {
    Local local;
    Stub same([](const http::Request&) { return envelope(one(1) + R"(,"more":true,"next":"a")"); });
    local.add(same.url(), SourceKind::kTaxii);
    EXPECT_THAT(error_of(local), HasSubstr("circle"));
    EXPECT_EQ(local.pull().state.failures, 1);
    EXPECT_EQ(local.objects(), 1);
    Local other;
    Stub two([](const http::Request& request) {
        return envelope(one(1) + fmt::format(R"(,"more":true,"next":"{}")",
                                             request.parameter("next") == "a" ? "b" : "a"));
    });
    other.add(two.url(), SourceKind::kTaxii);
    EXPECT_THAT(error_of(other), HasSubstr("circle"));
}

TEST(HostileRemotes, ThatSayMoreAndGiveNoWayAreLeft) {
    Local local;
    Stub stub([](const http::Request&) { return envelope(one(1) + R"(,"more":true)"); });
    local.add(stub.url(), SourceKind::kTaxii);
    EXPECT_THAT(error_of(local), HasSubstr("no way to it"));
    Local other;
    Stub empty([](const http::Request&) { return envelope(R"("more":true,"next":"a")"); });
    other.add(empty.url(), SourceKind::kTaxii);
    EXPECT_THAT(error_of(other), HasSubstr("without objects"));
}

TEST(HostileRemotes, MoreWithoutNextGoesOnByTheDateIfItMoves) {
    Local local;
    Stub stub([](const http::Request& request) {
        const bool later = request.parameter("added_after").has_value();
        auto response = envelope(one(later ? 2 : 1) + (later ? "" : R"(,"more":true)"));
        response.header("X-TAXII-Date-Added-Last",
                        later ? "2026-01-02T00:00:00.000000Z" : "2026-01-01T00:00:00.000000Z");
        return response;
    });
    local.add(stub.url(), SourceKind::kTaxii);
    const auto done = local.run();
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(done->shared, 2u);
    EXPECT_EQ(local.pull().state.after, "2026-01-02T00:00:00.000000Z");
}

TEST(HostileRemotes, RedirectsAreNotFollowed) {
    Local local;
    Stub stub([](const http::Request&) {
        http::Response response{.status = 302};
        response.header("Location", "http://127.0.0.1:1/");
        return response;
    });
    local.add(stub.url(), SourceKind::kTaxii);
    EXPECT_THAT(error_of(local), HasSubstr("redirects are not followed"));
}

TEST(HostileRemotes, HugeAnswersAreCutOff) {
    Local local;
    Stub stub(
        [](const http::Request&) { return envelope("\"x\":\"" + std::string((17u << 20), 'a') + "\""); });
    local.add(stub.url(), SourceKind::kTaxii);
    EXPECT_THAT(error_of(local), HasSubstr("over"));
}

TEST(HostileRemotes, InvalidObjectsAreRejectedOneByOne) {
    Local local;
    Stub stub([](const http::Request&) {
        return envelope("\"objects\":[{},7,{\"type\":\"indicator\"}," + testing::indicator(1) + "," +
                        testing::indicator(1) + "]");
    });
    local.add(stub.url(), SourceKind::kTaxii);
    const auto done = local.run();
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(done->shared, 1u);
    EXPECT_EQ(local.pull().state.rejected, 3);
    EXPECT_FALSE(local.pull().state.last_rejected.empty());
}

TEST(HostileRemotes, NonsenseIsAnErrorThatIsKept) {
    for (const std::string body : {"", "[]", "<html>", "{\"objects\":7}", "{\"objects\":[", "\xff"}) {
        Local local;
        Stub stub([&](const http::Request&) { return http::Response::text(200, body); });
        local.add(stub.url(), SourceKind::kTaxii);
        EXPECT_NE(error_of(local), "") << body;
        EXPECT_FALSE(local.pull().state.last_error.empty());
    }
    for (const int status : {401, 403, 404, 429, 500, 503}) {
        Local local;
        Stub stub([&](const http::Request&) { return http::Response::text(status, "no"); });
        local.add(stub.url(), SourceKind::kMispFeed);
        EXPECT_THAT(error_of(local), HasSubstr(std::to_string(status)));
    }
}

TEST(HostileRemotes, AFeedsNamesAreNoPaths) {
    Local local;
    Stub stub([](const http::Request& request) {
        EXPECT_TRUE(request.path.ends_with("manifest.json") ||
                    request.path.find("11111111") != std::string::npos)
            << request.path;
        if (request.path.ends_with("manifest.json"))
            return http::Response::json(
                200,
                R"({"../../secret":{"timestamp":"1"},"x":{},"11111111-1111-4111-8111-111111111111":{"timestamp":"2"}})");
        return http::Response::json(200, "no event");
    });
    local.add(stub.url(), SourceKind::kMispFeed);
    const auto done = local.run();
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(local.pull().state.rejected, 1) << "told, and not tried again until it changes";
    EXPECT_EQ(local.pull().state.events.size(), 1u);
}

TEST(Leases, OneRunAtATimeHoldsAPull) {
    Local local;
    local.add("http://127.0.0.1:1/c/", SourceKind::kTaxii);
    Pulls pulls(local.node().database());
    const Time now = local.clock().now();
    ASSERT_TRUE(pulls.hold("remote", "one", now));
    const auto refused = pulls.hold("remote", "two", now);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
    EXPECT_THAT(refused.error().message(), HasSubstr("is being run by one"));
    EXPECT_TRUE(pulls.hold("remote", "one", now)) << "its own";
    EXPECT_EQ(local.run().error().kind, ErrorKind::kConflict);
    EXPECT_EQ(local.pull().state.failures, 0) << "that is no failure of the remote's";
    const std::atomic<bool> stop{false};
    const auto due = node::run_pull_if_due(local.node(), "remote", stop);
    ASSERT_TRUE(due) << due.error().message();
    EXPECT_FALSE(due->has_value());
    // Each page renews it; who dies leaves it to the next when its time is over.
    PullState state = local.pull().state;
    state.shared = 7;
    local.clock().advance_seconds(intelligence::pull::kHold - 1);
    ASSERT_TRUE(pulls.save("remote", "one", state, local.clock().now()));
    local.clock().advance_seconds(intelligence::pull::kHold - 1);
    EXPECT_FALSE(pulls.hold("remote", "two", local.clock().now()));
    local.clock().advance_seconds(2);
    const auto taken = pulls.hold("remote", "two", local.clock().now());
    ASSERT_TRUE(taken) << taken.error().message();
    EXPECT_EQ(taken->state.shared, 7);
    state.shared = 8;
    EXPECT_EQ(pulls.save("remote", "one", state, local.clock().now()).error().kind, ErrorKind::kConflict);
    EXPECT_EQ(local.pull().state.shared, 7) << "who lost it writes nothing more";
    ASSERT_TRUE(pulls.release("remote", "one"));
    EXPECT_EQ(local.pull().holder, "two") << "nor lets it go";
    ASSERT_TRUE(pulls.release("remote", "two"));
    ASSERT_TRUE(pulls.remove("remote"));
    EXPECT_EQ(pulls.hold("remote", "one", now).error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(pulls.save("remote", "one", state, now).error().kind, ErrorKind::kNotFound);
}

TEST(Leases, ARunLetsGoWhateverBecomesOfIt) {
    Local local;
    local.add("http://127.0.0.1:1/c/", SourceKind::kTaxii);
    EXPECT_FALSE(local.run());
    EXPECT_EQ(local.pull().holder, "");
    EXPECT_EQ(local.pull().state.failures, 1);
    EXPECT_FALSE(local.run()) << "not as held by the first";
    EXPECT_EQ(local.pull().state.failures, 2);
}

// Many at once, as several servers would on one database: each page is fetched and shared by one of them.
TEST(Leases, ManyRunnersFetchEachPageOnce) {
    Local local;
    std::atomic<int> asked{0};
    Stub stub([&](const http::Request&) {
        const int n = ++asked;
        return envelope(one(static_cast<unsigned>(n)));
    });
    local.add(stub.url(), SourceKind::kTaxii);
    std::atomic<int> ran{0};
    {
        std::vector<std::jthread> runners;
        for (int i = 0; i < 8; ++i) {
            runners.emplace_back([&] {
                const std::atomic<bool> stop{false};
                const auto done = node::run_pull_if_due(local.node(), "remote", stop);
                EXPECT_TRUE(done) << done.error().message();
                if (done && *done) ++ran;
            });
        }
    }
    EXPECT_EQ(ran.load(), 1);
    EXPECT_EQ(asked.load(), 1);
    EXPECT_EQ(local.objects(), 1);
    EXPECT_EQ(local.pull().holder, "");
}

TEST(Pulling, AFeedThatHasNotChangedIsNotSentAgain) {
    Local local;
    std::atomic<int> sent{0};
    std::atomic<int> version{1};
    Stub stub([&](const http::Request& request) {
        const std::string etag = fmt::format("\"{}\"", version.load());
        if (request.header("If-None-Match") == etag) return http::Response{.status = 304};
        if (!request.path.ends_with("manifest.json")) return http::Response::json(200, "no event");
        ++sent;
        auto response = http::Response::json(
            200, fmt::format(R"({{"11111111-1111-4111-8111-11111111111{}":{{"timestamp":"2"}}}})",
                             version.load()));
        response.header("ETag", etag);
        return response;
    });
    local.add(stub.url(), SourceKind::kMispFeed);
    ASSERT_TRUE(local.run());
    EXPECT_EQ(sent.load(), 1);
    ASSERT_TRUE(local.run());
    EXPECT_EQ(sent.load(), 1);
    EXPECT_EQ(local.pull().state.events.size(), 1u) << "what is known stays known";
    version = 2;
    ASSERT_TRUE(local.run());
    EXPECT_EQ(sent.load(), 2);
    EXPECT_TRUE(local.pull().state.events.contains("11111111-1111-4111-8111-111111111112"));
    // Who answers 304 without being asked for it is no feed.
    Local other;
    Stub odd([](const http::Request&) { return http::Response{.status = 304}; });
    other.add(odd.url(), SourceKind::kMispFeed);
    EXPECT_THAT(error_of(other), HasSubstr("304"));
}

TEST(Waiting, GrowsWithFailuresToADay) {
    EXPECT_EQ(intelligence::pull::wait_after(900, 0), 900);
    EXPECT_EQ(intelligence::pull::wait_after(900, 1), 1800);
    EXPECT_EQ(intelligence::pull::wait_after(900, 50), 86'400);
    EXPECT_EQ(intelligence::pull::wait_after(172'800, 3), 172'800) << "never more often than was said";
}

}  // namespace
}  // namespace comity
