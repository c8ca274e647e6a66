#include "http/client.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/listener.h"
#include "http/test_server.h"

namespace comity::http {
namespace {

using ::testing::HasSubstr;

class ClientTest : public testing::ServerTest {
  protected:
    void SetUp() override {
        ServerTest::SetUp();
        for (const Method method :
             {Method::kGet, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
            router.add(method, "/echo", {.max_body = 1 << 20}, [](const Request& request) {
                Response response = Response::text(200, request.body);
                response.header("X-Method", to_string(request.method));
                response.header("X-Query", request.raw_query);
                response.header("X-Type", request.header("Content-Type").value_or("none"));
                response.header("X-Mine", request.header("X-Mine").value_or("none"));
                return response;
            });
        }
        router.get("/long", [](const Request&) { return Response::text(200, std::string(100000, 'a')); });
        router.get("/moved", [](const Request&) {
            Response response = Response::text(302, "");
            response.header("Location", "/echo");
            return response;
        });
    }
    Client client;
};

TEST_F(ClientTest, SendsEachMethodAndReadsTheAnswer) {
    start();
    for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
        const std::string body = method == Method::kGet ? "" : "some bytes";
        const auto answer = client.send(method, url("/echo?a=b"), {{"X-Mine", "yes"}}, body);
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->status, 200);
        EXPECT_EQ(answer->body, body);
        EXPECT_EQ(answer->find("x-method"), to_string(method));
        EXPECT_EQ(answer->find("X-Query"), "a=b");
        EXPECT_EQ(answer->find("X-Type"), "none");
        EXPECT_EQ(answer->find("X-Mine"), "yes");
    }
    const auto head = client.send(Method::kHead, url("/long"));
    ASSERT_TRUE(head);
    EXPECT_EQ(head->body, "");
    EXPECT_EQ(client.send(Method::kDelete, url("/echo"))->body, "");
    EXPECT_EQ(client.send(Method::kPost, url("/echo"))->body, "");
    EXPECT_EQ(server->counts().connections, 1u);  // kept from call to call
}

TEST_F(ClientTest, AnyStatusIsAnAnswerAndRedirectsAreNotFollowed) {
    start();
    EXPECT_EQ(client.send(Method::kGet, url("/nothing"))->status, 404);
    const auto moved = client.send(Method::kGet, url("/moved"));
    EXPECT_EQ(moved->status, 302);
    EXPECT_EQ(moved->find("Location"), "/echo");
}

TEST_F(ClientTest, DecodesWhatCameCompressed) {
    start();
    const auto answer = client.send(Method::kGet, url("/long"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, std::string(100000, 'a'));
    EXPECT_FALSE(answer->find("Content-Encoding"));
    EXPECT_EQ(answer->find("Vary"), "Accept-Encoding");
}

TEST_F(ClientTest, SendsLargeBodies) {
    start();
    const std::string body(1 << 20, 'x');
    EXPECT_EQ(client.send(Method::kPost, url("/echo"), {}, body)->body, body);
    const auto refused = client.send(Method::kPost, url("/echo"), {}, std::string((1 << 20) + 1, 'x'));
    ASSERT_TRUE(refused) << refused.error().message();
    EXPECT_EQ(refused->status, 413);
}

TEST_F(ClientTest, RefusesAnAnswerOverItsLimit) {
    start();
    Client small({.max_response = 99999});
    const auto answer = small.send(Method::kGet, url("/long"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::kTooLarge);
    EXPECT_EQ(Client({.max_response = 100000}).send(Method::kGet, url("/long"))->body.size(), 100000u);
}

TEST_F(ClientTest, NamesHostAndCauseWhereNoOneListens) {
    start();
    const std::string address = url("/echo");
    const std::string place = fmt::format("127.0.0.1:{}", port());
    server->stop();
    server.reset();
    const auto answer = client.send(Method::kGet, address);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
    EXPECT_EQ(answer.error().message(), place + ": connection refused: is the node running?");
}

TEST_F(ClientTest, RefusesWhatIsNoAddressOrHeader) {
    for (const auto* bad :
         {"", "nonsense", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://", "http://[::1/"}) {
        const auto answer = client.send(Method::kGet, bad);
        ASSERT_FALSE(answer) << bad;
        EXPECT_EQ(answer.error().kind, ErrorKind::kInvalid) << bad;
    }
    EXPECT_EQ(client.send(Method::kGet, "http://127.0.0.1:1/", {{"A", "b\r\nC: d"}}).error().kind,
              ErrorKind::kInvalid);
    EXPECT_EQ(client.send(Method::kGet, "http://127.0.0.1:1/", {{"A b", "c"}}).error().kind,
              ErrorKind::kInvalid);
    EXPECT_EQ(client.send(Method::kGet, "http://nowhere.invalid/").error().where, "nowhere.invalid:80");
}

// A peer that says a fixed thing to everyone, or nothing, and closes or does not.
class Peerless {
  public:
    Peerless(std::string words, bool close) : words_(std::move(words)), close_(close) {
        listener_ = *Listener::open("127.0.0.1", 0);
        listener_->start(
            [this](int socket, const sockaddr_storage&, socklen_t) {
                fcntl(socket, F_SETFL, 0);
                char request[4096];
                if (close_ && !words_.empty()) (void)!read(socket, request, sizeof request);
                (void)!write(socket, words_.data(), words_.size());
                if (close_) {
                    ::close(socket);
                } else {
                    open_.push_back(socket);
                }
            },
            [] { return true; });
    }
    ~Peerless() {
        listener_->stop();
        for (const int socket : open_) ::close(socket);
    }
    std::string url() const { return fmt::format("http://127.0.0.1:{}/", listener_->port()); }

  private:
    std::string words_;
    bool close_;
    std::unique_ptr<Listener> listener_;
    std::vector<int> open_;
};

TEST_F(ClientTest, ALyingOrBrokenPeerIsAnError) {
    for (const auto* words :
         {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "220 smtp.example ESMTP\r\n",
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"}) {
        Peerless peer(words, true);
        const auto answer = client.send(Method::kGet, peer.url());
        ASSERT_FALSE(answer) << words;
        EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable) << words;
    }
}

TEST_F(ClientTest, ASilentPeerTimesOut) {
    Peerless peer("", false);
    Client hasty({.timeout = std::chrono::milliseconds(200)});
    const auto answer = hasty.send(Method::kGet, peer.url());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(answer.error().message(), HasSubstr("no answer within 0.2 s"));
}

}  // namespace
}  // namespace comity::http
