// What a hostile server may send over the line, byte for byte: each is refused in bounded time and memory.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "federation/http_source.h"
#include "http/gzip.h"
#include "network.h"

namespace comity::federation::testing {
namespace {

// Answers every connection with the same bytes, then is silent or trickles on.
class RawServer {
  public:
    RawServer(std::string bytes, bool trickle) : bytes_(std::move(bytes)), trickle_(trickle) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_, 16), 0);
        socklen_t size = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] { serve(); });
    }
    ~RawServer() {
        stopping_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    const std::string& url() const { return url_; }

  private:
    void serve() {
        while (!stopping_) {
            const int client = ::accept(listener_, nullptr, nullptr);
            if (client < 0) return;
            char request[4096];
            if (::recv(client, request, sizeof request, 0) > 0) {
                std::string_view rest = bytes_;
                while (!rest.empty()) {
                    const ssize_t sent = ::send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
                    if (sent <= 0) break;
                    rest.remove_prefix(static_cast<std::size_t>(sent));
                }
                while (trickle_ && !stopping_ && ::send(client, "x", 1, MSG_NOSIGNAL) == 1)
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
            ::close(client);
        }
    }

    std::string bytes_;
    bool trickle_;
    int listener_ = -1;
    std::string url_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

std::string answer(std::string_view headers, std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}",
                       body.size(), headers, body);
}

Error refusal_of(const std::string& bytes, bool trickle = false) {
    RawServer server(bytes, trickle);
    LineOptions options;
    options.url = server.url();
    options.timeout = std::chrono::milliseconds(1500);
    HttpSource source(options);
    const auto logs = source.logs();
    EXPECT_FALSE(logs);
    return logs ? Error{} : logs.error();
}

TEST(HostileLine, ARedirectIsNotFollowed) {
    const Error error =
        refusal_of("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(error.kind, ErrorKind::kRefused) << error.message();
    EXPECT_NE(error.message().find("no redirect is followed"), std::string::npos);
}

TEST(HostileLine, AnAnswerThatIsTooLargeIsCutOff) {
    EXPECT_EQ(refusal_of(answer("", std::string(3u << 20, ' '))).kind, ErrorKind::kTooLarge);
}

TEST(HostileLine, ASmallAnswerThatUnfoldsIsCutOffToo) {
    const auto bomb = http::gzip(std::string(64u << 20, ' '));
    ASSERT_TRUE(bomb);
    ASSERT_LT(bomb->size(), 100'000U);
    EXPECT_EQ(refusal_of(answer("Content-Encoding: gzip\r\n", *bomb)).kind, ErrorKind::kTooLarge);
    const auto twice = http::gzip(*bomb);
    if (twice) {
        const Error error = refusal_of(answer("Content-Encoding: gzip, gzip\r\n", *twice));
        EXPECT_TRUE(error.kind == ErrorKind::kTooLarge || error.kind == ErrorKind::kUnavailable)
            << error.message();
    }
}

TEST(HostileLine, ATrickleIsGivenUp) {
    const Error error = refusal_of("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", true);
    EXPECT_EQ(error.kind, ErrorKind::kUnavailable) << error.message();
}

TEST(HostileLine, HeadersWithoutEndAreCutOff) {
    std::string headers = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 20'000; ++i) headers += fmt::format("X-{}: {}\r\n", i, i);
    EXPECT_TRUE(refusal_of(headers + "\r\n").kind != ErrorKind::kInternal);
}

TEST(HostileLine, WhatIsNoListOfLogsIsRefused) {
    for (const std::string_view body :
         {"", "{", "[]", "null", R"({"items":{}})", R"({"items":[1]})", R"({"items":[{}]})",
          R"({"items":[{"key":"x","cosigner_key":"y","checkpoint":"","own":true}]})", "\xff\xfe"}) {
        EXPECT_EQ(refusal_of(answer("", body)).kind, ErrorKind::kInvalid) << body;
    }
    const std::string deep(100'000, '[');
    EXPECT_EQ(refusal_of(answer("", deep)).kind, ErrorKind::kInvalid);
    EXPECT_EQ(refusal_of("nonsense\r\n\r\n").kind, ErrorKind::kUnavailable);
    EXPECT_EQ(refusal_of("").kind, ErrorKind::kUnavailable);
    EXPECT_EQ(refusal_of("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort").kind,
              ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace comity::federation::testing
