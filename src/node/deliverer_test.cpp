// Receivers that take, refuse, stall and lie: what goes out, signed how, in which order.
#include "node/deliverer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>

#include "base/encoding.h"
#include "crypto/sha256.h"
#include "intelligence/alert/rule_book.h"
#include "node/alert_desk.h"
#include "node/alerter.h"
#include "testing/served_node.h"

namespace comity::node {
namespace {

using intelligence::Outbox;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view kSecret = "a secret of tests";

// Answers what it is told to, and remembers what came.
class Receiver {
  public:
    Receiver() {
        router_.add(http::Method::kPost, "/hook", {.max_body = 1 << 20},
                    [this](const http::Request& request) {
                        const std::lock_guard lock(mutex_);
                        came_.push_back(request);
                        int status = 200;
                        if (!answers_.empty()) {
                            status = answers_.front();
                            answers_.pop_front();
                        }
                        return http::Response::text(status, "");
                    });
        auto started = http::Server::start({.port = 0}, router_);
        EXPECT_TRUE(started) << started.error().message();
        server_ = *std::move(started);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook"; }
    void answer(std::deque<int> statuses) {
        const std::lock_guard lock(mutex_);
        answers_ = std::move(statuses);
    }
    std::vector<http::Request> came() {
        const std::lock_guard lock(mutex_);
        return came_;
    }
    std::vector<std::string> ids() {
        std::vector<std::string> out;
        for (const http::Request& each : came())
            out.emplace_back(each.header("webhook-id").value_or("").substr(0, 8));
        return out;
    }

  private:
    std::mutex mutex_;
    std::deque<int> answers_;
    std::vector<http::Request> came_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;
};

class DelivererTest : public ::testing::Test {
  protected:
    DelivererTest() : community_({"cert-ke", "cert-ug"}), served_([](http::Router&, Node&) {}) {
        served_.submit(community_.charter());
        EXPECT_TRUE(intelligence::AlertRules::prepare(node().database()));
        served_.hold_key(community_, "cert-ke");
        std::ofstream(folder_ / "secret") << kSecret << "\n";
        const auto form = json::parse(R"({"name":"ours","networks":["198.51.100.0/24"],"per_hour":1000})");
        EXPECT_TRUE(add_alert_rule(node(), "cert-ke", *form));
    }
    Node& node() { return served_.node(); }
    void add_channel(const std::string& name, const std::string& url) {
        const bool web = url.starts_with("http");
        const auto added =
            Outbox(node().database())
                .add({.member = "cert-ke",
                      .name = name,
                      .kind = web ? intelligence::ChannelKind::kWebhook : intelligence::ChannelKind::kSyslog,
                      .url = url,
                      .secret_file = web ? folder_ / "secret" : ""},
                     node().clock().now());
        ASSERT_TRUE(added) << added.error().message();
    }
    // An alert of its own for each.
    void alert(unsigned n) {
        served_.clock().advance_seconds(1);
        served_.submit(
            community_.share("cert-ug", {testing::indicator(n)}, {ledger::Tlp::kGreen, {}, {}, {}}));
        const auto done = rounds_.look();
        EXPECT_TRUE(done) << done.error().message();
    }
    // All that is due now, by a server of that name.
    void deliver(const std::string& holder = "one") {
        const auto due = Outbox(node().database()).due(node().clock().now());
        ASSERT_TRUE(due) << due.error().message();
        for (const auto& channel : *due) {
            for (bool more = true; more;) {
                const auto done = deliver_next(node(), channel, holder, {});
                ASSERT_TRUE(done) << done.error().message();
                more = *done;
            }
        }
    }
    std::vector<intelligence::Letter> letters(std::optional<int> state = {}) {
        return *Outbox(node().database()).letters("cert-ke", state, 1000);
    }

    testing::Community community_;
    testing::ServedNode served_;
    testing::TemporaryFolder folder_;
    AlertRounds rounds_{served_.node()};
};

TEST_F(DelivererTest, SignsWhatItPosts) {
    Receiver receiver;
    add_channel("siem", receiver.url());
    alert(1);
    deliver();
    const auto came = receiver.came();
    ASSERT_THAT(came, SizeIs(1));
    const http::Request& request = came.front();
    const auto body = json::parse(request.body);
    ASSERT_TRUE(body) << request.body;
    EXPECT_EQ(body->at("type").as_string(), "intelligence.alert");
    EXPECT_EQ(body->at("id").as_string(), request.header("webhook-id"));
    EXPECT_EQ(body->at("alert").at("title").as_string(), "198.51.100.1, shared by cert-ug");
    // As a receiver checks it, by the specification's own words.
    const std::string text = fmt::format("{}.{}.{}", *request.header("webhook-id"),
                                         *request.header("webhook-timestamp"), request.body);
    EXPECT_EQ(request.header("webhook-signature"),
              "v1," + base64_encode(crypto::hmac_sha256(as_bytes(kSecret), as_bytes(text)).view()));
    EXPECT_EQ(*request.header("webhook-timestamp"), std::to_string(node().clock().now().seconds()));
    deliver();
    EXPECT_THAT(receiver.came(), SizeIs(1)) << "once";
}

// The example of the Standard Webhooks specification.
TEST(WebhookSignature, IsThatOfStandardWebhooks) {
    EXPECT_EQ(webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                "1614265330", R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_F(DelivererTest, KeepsTheOrderThroughFailuresAndLosesNothing) {
    Receiver receiver;
    add_channel("siem", receiver.url());
    receiver.answer({500, 302, 404});
    for (unsigned n = 1; n <= 3; ++n) alert(n);
    for (int i = 0; i < 20; ++i) {
        deliver();
        served_.clock().advance_seconds(60);
    }
    const auto ids = receiver.ids();
    ASSERT_THAT(ids, SizeIs(6));
    EXPECT_EQ(ids[0], ids[1]) << "the first again";
    EXPECT_EQ(ids[0], ids[2]);
    EXPECT_EQ(ids[0], ids[3]);
    EXPECT_EQ(std::set(ids.begin() + 3, ids.end()).size(), 3u);
    const auto delivered = letters(intelligence::kLetterDelivered);
    ASSERT_THAT(delivered, SizeIs(3));
    EXPECT_EQ(delivered.back().alert.hex().substr(0, 8), ids[3]);
    EXPECT_EQ(delivered.front().alert.hex().substr(0, 8), ids[5]);
    EXPECT_EQ(delivered.back().tries, 4);
}

TEST_F(DelivererTest, LaysDeadWhatNobodyTakesAndSendsItAgainWhenTold) {
    add_channel("siem", "http://127.0.0.1:1/hook");
    alert(1);
    for (int i = 0; i < 100 && letters(intelligence::kLetterDead).empty(); ++i) {
        deliver();
        served_.clock().advance_seconds(3600);
    }
    const auto dead = letters(intelligence::kLetterDead);
    ASSERT_THAT(dead, SizeIs(1));
    EXPECT_EQ(dead.front().tries, intelligence::kMaxLetterTries);
    EXPECT_THAT(dead.front().error, HasSubstr("connection refused"));
    ASSERT_EQ(*Outbox(node().database()).revive("cert-ke", std::nullopt, node().clock().now()), 1);
    EXPECT_THAT(letters(intelligence::kLetterWaits), SizeIs(1));
}

// A collector over TCP: whole messages, octets counted.
TEST_F(DelivererTest, WritesToACollector) {
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listening, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listening, 4), 0);
    ASSERT_EQ(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size), 0);
    std::string received;
    std::thread collector([&] {
        const int line = ::accept(listening, nullptr, nullptr);
        char buffer[4096];
        for (ssize_t n; (n = ::read(line, buffer, sizeof buffer)) > 0;)
            received.append(buffer, static_cast<std::size_t>(n));
        ::close(line);
    });
    add_channel("log", fmt::format("tcp://127.0.0.1:{}", ntohs(address.sin_port)));
    alert(1);
    deliver();
    collector.join();
    ::close(listening);
    const std::size_t space = received.find(' ');
    ASSERT_NE(space, std::string::npos) << received;
    EXPECT_EQ(std::stoul(received.substr(0, space)), received.size() - space - 1);
    EXPECT_THAT(received.substr(space + 1), StartsWith("<108>1 "));
    EXPECT_THAT(received, HasSubstr("CEF:0|Comity|comity|"));
    EXPECT_THAT(letters(intelligence::kLetterDelivered), SizeIs(1));
}

TEST_F(DelivererTest, GoesOutByItselfOnceTheLogHasIt) {
    Receiver receiver;
    add_channel("siem", receiver.url());
    Deliverer deliverer(node());
    const Alerter alerter(node(), [&] { deliverer.wake(); });
    served_.submit(community_.share("cert-ug", {testing::indicator(1)}, {ledger::Tlp::kGreen, {}, {}, {}}));
    while (receiver.came().empty()) std::this_thread::yield();
    const auto id = Digest::from_hex(*receiver.came().front().header("webhook-id"));
    const auto viewer = ledger::viewer_of(*node().ledger().roll(), "cert-ke", "", true);
    EXPECT_TRUE(node().ledger().find(viewer, *id)) << "the log has it";
}

}  // namespace
}  // namespace comity::node
