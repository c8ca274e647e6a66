#include "http/server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mutex>
#include <set>

#include <latch>
#include <semaphore>

#include "http/client.h"
#include "http/test_server.h"

namespace comity::http {
namespace {

using ::testing::HasSubstr;
using testing::ServerTest;
using testing::Wire;
using testing::WireAnswer;

TEST_F(ServerTest, AnswersFromAWorkerAndFromItsOwnThread) {
    router.get("/slow", [](const Request& request) { return Response::text(200, "slow " + request.client); });
    router.get_fast("/fast",
                    [](const Request& request) { return Response::text(200, "fast " + request.client); });
    start();
    EXPECT_EQ(get("/slow").body, "slow 127.0.0.1");
    const WireAnswer fast = get("/fast");
    EXPECT_EQ(fast.body, "fast 127.0.0.1");
    EXPECT_FALSE(fast.header("Date").empty());
    EXPECT_TRUE(fast.header("Server").empty());
}

TEST_F(ServerTest, EchoesABodyByteForByte) {
    router.add(Method::kPost, "/echo", {.max_body = 1 << 20}, [](const Request& request) {
        return Response::text(200, request.body, "application/octet-stream");
    });
    start();
    std::string body;
    for (int i = 0; i < 300000; ++i) body.push_back(static_cast<char>(i * 7 + i / 256));
    Wire wire(port());
    const WireAnswer answer = wire.ask(
        fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.size()) + body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body == body);
}

TEST_F(ServerTest, AnswersLaterFromAnotherThread) {
    std::vector<std::jthread> threads;
    router.add_later(Method::kPost, "/later", {.max_body = 100}, [&](Request request, Respond respond) {
        threads.emplace_back([request = std::move(request), respond = std::move(respond)]() mutable {
            respond(Response::text(202, request.body));
            respond(Response::text(500, "a second answer is ignored"));
        });
    });
    options.workers = 1;
    start();
    Wire wire(port());
    const WireAnswer answer = wire.ask("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(wire.ask("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nyo").body, "yo");
    server->stop();
}

TEST_F(ServerTest, ADroppedAnswerIsA500) {
    router.add_later(Method::kGet, "/dropped", {}, [](Request, Respond) {});
    router.get("/thrown", [](const Request&) -> Response { throw std::runtime_error("secret path"); });
    router.get_fast("/thrown-fast", [](const Request&) -> Response { throw 7; });
    router.add_later(Method::kGet, "/thrown-later", {},
                     [](Request, Respond) { throw std::runtime_error("secret path"); });
    start();
    for (const auto* path : {"/dropped", "/thrown", "/thrown-fast", "/thrown-later"}) {
        const WireAnswer answer = get(path);
        EXPECT_EQ(answer.status, 500) << path;
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
        EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    }
}

TEST_F(ServerTest, UnknownPathsAre404AndOtherMethods405) {
    router.get("/a", [](const Request&) { return Response::text(200, "a"); });
    router.add(Method::kDelete, "/a", {}, [](const Request&) { return Response::text(200, "gone"); });
    start();
    EXPECT_EQ(get("/b").status, 404);
    const WireAnswer wrong = ask("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, DELETE");
    EXPECT_EQ(ask("BREW /a HTTP/1.1\r\nHost: x\r\n\r\n").status, 501);
}

TEST_F(ServerTest, UnroutedPathsGoToTheirFallbackAndErrorsHaveTheirForm) {
    router.get("/page/known", [](const Request&) { return Response::text(200, "known"); });
    router.fallback("/page/", [](const Request& request) {
        return Response::text(404, "no page " + request.path + std::string(request.body));
    });
    router.error_form("/page", [](const Error& error, int status, const Request& request) {
        return Response::text(status, "form " + error.where, request.path);
    });
    start();
    EXPECT_EQ(get("/page/x").body, "no page /page/x");
    Wire wire(port());
    const WireAnswer posted = wire.ask("POST /page/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(posted.body, "no page /page/x");  // the body was read and dropped
    const WireAnswer wrong =
        wire.ask("POST /page/known HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.body, "form method");
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD");
    EXPECT_EQ(wire.ask("GET /page/%ff HTTP/1.1\r\nHost: x\r\n\r\n").body, "form path");
    EXPECT_EQ(wire.ask("GET /pages HTTP/1.1\r\nHost: x\r\n\r\n").header("Content-Type"),
              "application/problem+json");
}

TEST_F(ServerTest, NamesTheClientOverIpv6) {
    router.get("/who", [](const Request& request) { return Response::text(200, request.client); });
    options.address = "::";
    auto started = Server::start(options, router);
    if (!started) GTEST_SKIP() << started.error().message();  // a machine without IPv6
    server = *std::move(started);
    EXPECT_EQ(get("/who").body, "127.0.0.1");  // not ::ffff:127.0.0.1
    Client client;
    const auto six = client.send(Method::kGet, fmt::format("http://[::1]:{}/who", port()));
    if (six) {
        EXPECT_EQ(six->body, "::1");
    }
}

TEST_F(ServerTest, GivesEachRequestAnIdOfItsOwn) {
    std::mutex mutex;
    std::set<std::string> ids;
    router.get("/id", [&](const Request& request) {
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(ids.insert(request.id).second);
        return Response::text(200, request.id);
    });
    start();
    Wire wire(port());
    for (int i = 0; i < 100; ++i) wire.ask("GET /id HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(ids.size(), 100u);
}

}  // namespace
}  // namespace comity::http
