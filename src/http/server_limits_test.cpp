// Too much, too slow, too many: each bound is met, and the server goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <atomic>
#include <thread>

#include <future>
#include <latch>

#include "http/test_server.h"

namespace comity::http {
namespace {

using ::testing::HasSubstr;
using testing::Wire;
using testing::WireAnswer;

class LimitsTest : public testing::ServerTest {
  protected:
    void SetUp() override {
        ServerTest::SetUp();
        router.get_fast("/fast", [](const Request&) { return Response::text(200, "fast"); });
        router.add(Method::kPost, "/post", {.max_body = 1000}, [](const Request& request) {
            return Response::text(200, std::to_string(request.body.size()));
        });
    }
    static std::string post(std::size_t size) {
        return fmt::format("POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", size);
    }
    static std::string chunk(std::size_t size) {
        return fmt::format("{:x}\r\n{}\r\n", size, std::string(size, 'c'));
    }
    // Waits for what another thread brings about.
    template <typename Condition>
    static void eventually(Condition condition) {
        while (!condition()) std::this_thread::yield();
    }
};

TEST_F(LimitsTest, ABodyAtItsLimitIsTakenAndOneOverItIsNot) {
    start();
    Wire wire(port());
    EXPECT_EQ(wire.ask(post(1000) + std::string(1000, 'a')).body, "1000");
    const WireAnswer over = wire.ask(post(1001) + std::string(1001, 'a'));
    EXPECT_EQ(over.status, 413);
    EXPECT_EQ(over.header("Connection"), "close");
    EXPECT_THAT(over.body, HasSubstr("1000 bytes"));
    EXPECT_TRUE(wire.closes());
}

TEST_F(LimitsTest, AHugeBodyIsRefusedBeforeItComes) {
    start();
    Wire wire(port());
    EXPECT_EQ(wire.ask(post(std::size_t{1} << 40)).status, 413);
    EXPECT_TRUE(wire.closes());
    EXPECT_EQ(ask("POST /fast HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n").status, 405);
    EXPECT_EQ(ask("GET /fast HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx").status, 413);
}

TEST_F(LimitsTest, AChunkedBodyIsCountedWhileItStreams) {
    start();
    const std::string head = "POST /post HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    Wire wire(port());
    EXPECT_EQ(wire.ask(head + chunk(400) + chunk(600) + "0\r\n\r\n").body, "1000");
    EXPECT_EQ(wire.ask(head + chunk(400) + chunk(601) + "0\r\n\r\n").status, 413);
    EXPECT_TRUE(wire.closes());
    EXPECT_EQ(get("/fast").status, 200);
}

TEST_F(LimitsTest, ABodyThatNeverEndsIsAnsweredAndThenCutOff) {
    std::atomic<int> seen{0};
    router.error_form("/own", [](const Error&, int status, const Request&) {
        return std::move(Response::text(status, "in its own words").header("X-Own", "yes"));
    });
    router.add(Method::kPost, "/own/post", {.max_body = 1000}, [](const Request&) { return Response{}; });
    router.fallback("/else", [](const Request&) { return Response::text(404, "not here"); });
    router.after([&](const Request&, Response& response) { seen += response.status; });
    start();
    const auto endless = [&](std::string_view line) {
        Wire wire(port());
        wire.send(fmt::format("{} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", line));
        while (wire.send(chunk(10000))) {
        }
        WireAnswer answer = wire.read();
        EXPECT_TRUE(wire.closes());
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_NE(answer.header("Date"), "");
        return answer;
    };
    const WireAnswer plain = endless("POST /post");
    EXPECT_EQ(plain.status, 413);
    EXPECT_EQ(plain.header("Content-Type"), "application/problem+json");
    EXPECT_THAT(plain.body, HasSubstr("1000 bytes"));
    const WireAnswer own = endless("POST /own/post");
    EXPECT_EQ(own.status, 413);
    EXPECT_EQ(own.header("X-Own"), "yes");
    EXPECT_EQ(own.body, "in its own words");
    EXPECT_EQ(endless("POST /nothing").status, 404);
    EXPECT_EQ(endless("PUT /post").status, 405);
    EXPECT_EQ(endless("GET /fast").status, 413);
    EXPECT_EQ(endless("POST /else").status, 413);
    EXPECT_EQ(seen, 413 * 4 + 404 + 405);  // the filters have seen each, once
    EXPECT_EQ(get("/fast").status, 200);
    eventually([&] { return server->counts().connections == 0; });
}

// Who reads while it sends has the answer as soon as it is clear, and may even finish its body.
TEST_F(LimitsTest, ASenderThatListensIsToldInTheMidstOfItsBody) {
    start();
    for (const bool ends : {false, true}) {
        Wire wire(port());
        wire.send("POST /post HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 27; ++i) ASSERT_TRUE(wire.send(chunk(10000)));
        EXPECT_EQ(wire.read().status, 413);
        if (ends) wire.send("0\r\n\r\n");
        EXPECT_TRUE(wire.closes());
        wire.close();
    }
    eventually([&] { return server->counts().connections == 0; });
}

TEST_F(LimitsTest, ALengthOverTheLimitIsAnsweredHoweverItsSenderGoesOn) {
    start();
    for (const std::size_t size : {std::size_t{1001}, std::size_t{200'000}, std::size_t{64} << 20}) {
        for (const std::string_view more : {"", "Expect: 100-continue\r\n"}) {
            Wire wire(port());
            wire.send(
                fmt::format("POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n", size, more));
            const std::string piece(50'000, 'a');
            for (std::size_t sent = 0; sent < size && wire.send(piece); sent += piece.size()) {
            }
            EXPECT_EQ(wire.read().status, 413) << size << more;
            EXPECT_TRUE(wire.closes());
        }
    }
}

TEST_F(LimitsTest, WhatIsAnsweredAtOnceNeedsNoWorker) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::atomic<int> running{0};
    router.get("/wait", [&](const Request&) {
        ++running;
        released.wait();
        return Response::text(200, "waited");
    });
    const auto known = [](const Request& request) -> std::optional<Response> {
        if (request.capture("name") == "throws") throw std::runtime_error("it throws");
        if (request.capture("name") != "known") return std::nullopt;
        return Response::text(200, "known");
    };
    router.add(Method::kGet, "/{name}", {.at_once = known},
               [](const Request&) { return Response::text(200, "asked"); });
    options.workers = 1;
    options.queue = 1;
    start();
    Wire wire(port());
    wire.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    eventually([&] { return running == 1; });
    Wire queued(port());
    queued.send("GET /unknown HTTP/1.1\r\nHost: x\r\n\r\n");
    eventually([&] { return server->counts().requests == 2; });
    EXPECT_EQ(get("/known").body, "known");
    EXPECT_EQ(get("/other").status, 503);
    release.set_value();
    EXPECT_EQ(wire.read().body, "waited");
    EXPECT_EQ(queued.read().body, "asked");
    EXPECT_EQ(get("/throws").body, "asked");
    Wire head(port());
    head.send("HEAD /known HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(head.read(true).header("Content-Length"), "5");
}

TEST_F(LimitsTest, AnErrorWithASmallBodyKeepsTheConnection) {
    start();
    Wire wire(port());
    EXPECT_EQ(wire.ask("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello").status, 404);
    EXPECT_EQ(wire.ask("PUT /post HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello").status, 405);
    EXPECT_EQ(wire.ask(post(3) + "abc").body, "3");
}

TEST_F(LimitsTest, TooLargeAHeadIsRefused) {
    options.max_header_bytes = 4096;
    start();
    const auto with = [&](std::size_t size) {
        return get("/fast", fmt::format("X-Long: {}\r\n", std::string(size, 'a')));
    };
    EXPECT_EQ(with(3900).status, 200);
    EXPECT_EQ(with(4096).status, 431);
    EXPECT_EQ(with(4096).header("Content-Type"), "application/problem+json");
    EXPECT_EQ(with(100000).status, 431);
    EXPECT_EQ(get("/" + std::string(5000, 'a')).status, 414);
    EXPECT_EQ(get("/" + std::string(100000, 'a')).status, 414);
    std::string many;
    for (int i = 0; i < 3000; ++i) many += "A:b\r\n";
    EXPECT_EQ(get("/fast", many).status, 431);
    std::string arguments = "/fast?a";
    for (int i = 0; i < 2000; ++i) arguments += "&a";
    EXPECT_EQ(get(arguments).status, 200);
    std::string cookies = "Cookie: a=b";
    for (int i = 0; i < 50; ++i) cookies += fmt::format("; c{}={}", i, std::string(60, 'c'));
    EXPECT_EQ(get("/fast", cookies + "\r\n").status, 200);
    EXPECT_EQ(get("/fast").status, 200);
}

TEST_F(LimitsTest, AFullQueueIsA503AtOnce) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::atomic<int> running{0};
    router.get("/wait", [&](const Request&) {
        ++running;
        released.wait();
        return Response::text(200, "waited");
    });
    options.workers = 2;
    options.queue = 3;
    start();
    std::vector<std::unique_ptr<Wire>> waiting;
    const auto send_one = [&] {
        waiting.push_back(std::make_unique<Wire>(port()));
        waiting.back()->send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    };
    for (int i = 0; i < 2; ++i) send_one();
    eventually([&] { return running == 2; });
    for (int i = 0; i < 3; ++i) send_one();
    eventually([&] { return server->counts().requests == 5; });
    const WireAnswer refused = get("/wait");
    EXPECT_EQ(refused.status, 503);
    EXPECT_NE(refused.header("Retry-After"), "");
    EXPECT_EQ(get("/fast").status, 200);  // the server's own thread is free
    EXPECT_EQ(server->counts().refused_busy, 1u);
    release.set_value();
    for (auto& wire : waiting) EXPECT_EQ(wire->read().body, "waited");
    EXPECT_EQ(get("/wait").status, 200);
}

TEST_F(LimitsTest, BodiesTogetherAreBounded) {
    options.max_body_memory = 900;
    start();
    Wire wire(port());
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(wire.ask(post(900) + std::string(900, 'a')).body, "900");
        const WireAnswer refused = wire.ask(post(901) + std::string(901, 'b'));
        EXPECT_EQ(refused.status, 503);
        EXPECT_NE(refused.header("Retry-After"), "");
    }
    EXPECT_EQ(server->counts().refused_busy, 10u);
}

TEST_F(LimitsTest, WhoSaysNothingIsClosed) {
    options.idle_seconds = 1;
    start();
    Wire silent(port());
    Wire half(port());
    half.send("GET /fast HTTP/1.1\r\nHo");
    Wire body(port());
    body.send(post(10) + "abc");
    Wire kept(port());
    EXPECT_EQ(kept.ask("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    EXPECT_TRUE(silent.closes());
    EXPECT_TRUE(half.closes());
    EXPECT_TRUE(body.closes());
    EXPECT_TRUE(kept.closes());
    eventually([&] { return server->counts().connections == 0; });
}

TEST_F(LimitsTest, WhoTricklesIsClosed) {
    options.idle_seconds = 1;
    start();
    Wire head(port());
    Wire body(port());
    ASSERT_TRUE(head.send("GET /fast HTTP/1.1\r\nX-Slow: "));
    ASSERT_TRUE(body.send(post(1000)));
    bool head_open = true;
    bool body_open = true;
    for (int i = 0; i < 999 && (head_open || body_open); ++i) {
        head_open = head_open && head.send("a");
        body_open = body_open && body.send("a");
        std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the trickle itself
    }
    EXPECT_FALSE(head_open);
    EXPECT_FALSE(body_open);
    EXPECT_EQ(get("/fast").status, 200);
}

TEST_F(LimitsTest, WhoDoesNotReadIsClosed) {
    router.get("/large", [](const Request&) { return Response::text(200, std::string(64 << 20, 'x')); });
    options.idle_seconds = 1;
    start();
    Wire wire(port(), 4096);
    wire.send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    eventually([&] { return server->counts().requests == 1; });
    eventually([&] { return server->counts().connections == 0; });
}

TEST_F(LimitsTest, AHandlerMayTakeLongerThanAClientMay) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    router.get("/wait", [&](const Request&) {
        released.wait();
        return Response::text(200, "waited");
    });
    options.idle_seconds = 1;
    start();
    Wire wire(port());
    wire.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    Wire silent(port());
    EXPECT_TRUE(silent.closes());  // so much time has passed
    Wire again(port());
    EXPECT_TRUE(again.closes());
    release.set_value();
    EXPECT_EQ(wire.read().body, "waited");
}

TEST_F(LimitsTest, AClientHasSoManyConnectionsAndNoMore) {
    options.max_connections_per_client = 5;
    start();
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 5; ++i) {
        wires.push_back(std::make_unique<Wire>(port()));
        EXPECT_EQ(wires.back()->ask("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    }
    Wire over(port());
    EXPECT_TRUE(over.closes());
    for (auto& wire : wires) EXPECT_EQ(wire->ask("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    wires.pop_back();
    eventually([&] { return get("/fast").status == 200; });
}

TEST_F(LimitsTest, AtTheLimitIdleConnectionsMakeRoom) {
    options.max_connections = 8;
    start();
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 8; ++i) {
        wires.push_back(std::make_unique<Wire>(port()));
        EXPECT_EQ(wires.back()->ask("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    }
    EXPECT_EQ(get("/fast").status, 200);  // well before idle_seconds
    EXPECT_LE(server->counts().connections, 8u);
}

}  // namespace
}  // namespace comity::http
