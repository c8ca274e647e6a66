// The end of a server: what it began it finishes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <atomic>
#include <thread>

#include <future>

#include "http/test_server.h"

namespace comity::http {
namespace {

using testing::Wire;
using testing::WireAnswer;

class StopTest : public testing::ServerTest {
  protected:
    void SetUp() override {
        ServerTest::SetUp();
        router.get("/wait", [this](const Request&) {
            ++running;
            released.wait();
            return Response::text(200, std::string(1 << 20, 'w'));
        });
        router.add_later(Method::kGet, "/keep", {}, [this](Request, Respond respond) {
            kept = std::move(respond);
            ++running;
        });
        router.get_fast("/fast", [](const Request&) { return Response::text(200, "fast"); });
    }
    void await_running(int n) const {
        while (running < n) std::this_thread::yield();
    }

    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::atomic<int> running{0};
    Respond kept;
};

TEST_F(StopTest, ARequestUnderWayGetsItsWholeAnswer) {
    options.workers = 2;
    start();
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 4; ++i) {  // two run, two stand in the queue
        wires.push_back(std::make_unique<Wire>(port()));
        wires.back()->send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    await_running(2);
    while (server->counts().requests < 4) std::this_thread::yield();
    Wire idle(port());
    EXPECT_EQ(idle.ask("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    const std::uint16_t old_port = port();
    std::thread stopping([&] { server->stop(); });
    while (Wire(old_port).connected()) std::this_thread::yield();  // no new connection is taken
    const WireAnswer kept_alive = idle.ask("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(kept_alive.status, 200);
    EXPECT_EQ(kept_alive.header("Connection"), "close");
    release.set_value();
    for (auto& wire : wires) {
        const WireAnswer answer = wire->read();
        EXPECT_EQ(answer.status, 200);
        EXPECT_TRUE(answer.body == std::string(1 << 20, 'w'));
        EXPECT_TRUE(wire->closes());
    }
    stopping.join();
}

TEST_F(StopTest, WhatHasNoAnswerInTimeGetsA503) {
    options.stop_seconds = 0;
    start();
    Wire wire(port());
    wire.send("GET /keep HTTP/1.1\r\nHost: x\r\n\r\n");
    await_running(1);
    server->stop();
    EXPECT_EQ(wire.read().status, 503);
    EXPECT_TRUE(wire.closes());
    server.reset();
    kept(Response::text(200, "too late"));  // harms nobody
}

TEST_F(StopTest, AHandlerThatStillRunsIsWaitedFor) {
    options.stop_seconds = 0;
    start();
    Wire wire(port());
    wire.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    await_running(1);
    std::thread stopping([&] { server->stop(); });
    EXPECT_EQ(wire.read().status, 503);
    release.set_value();
    stopping.join();
}

TEST_F(StopTest, StopsTwiceAndWithoutHavingServed) {
    start();
    server->stop();
    server->stop();
    EXPECT_FALSE(Wire(port()).connected());
    EXPECT_EQ(server->counts().connections, 0u);
}

TEST_F(StopTest, StopsUnderLoadAgainAndAgain) {
    router.get("/work", [](const Request& request) { return Response::text(200, request.id); });
    for (int round = 0; round < 20; ++round) {
        auto started = Server::start(options, router);
        ASSERT_TRUE(started);
        const std::uint16_t here = (*started)->port();
        std::vector<std::jthread> clients;
        for (int i = 0; i < 8; ++i) {
            clients.emplace_back([here, i] {
                for (;;) {
                    Wire wire(here);
                    if (!wire.connected()) return;
                    for (int n = 0; n < 20; ++n) {
                        const auto* path = (i + n) % 2 == 0 ? "/work" : "/fast";
                        wire.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path));
                        const WireAnswer answer = wire.read();
                        if (answer.status == 0) break;
                        EXPECT_THAT(answer.status, ::testing::AnyOf(200, 503));
                    }
                }
            });
        }
        while ((*started)->counts().requests < 200) std::this_thread::yield();
        (*started)->stop();
    }
}

TEST_F(StopTest, AnAddressInUseIsSaidSo) {
    start();
    ServerOptions same = options;
    same.port = port();
    const auto second = Server::start(same, router);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(second.error().message(),
                ::testing::HasSubstr(fmt::format("127.0.0.1:{}: Address already in use", port())));
    ServerOptions foreign = options;
    foreign.address = "192.0.2.1";
    EXPECT_EQ(Server::start(foreign, router).error().kind, ErrorKind::kUnavailable);
    foreign.address = "no address";
    EXPECT_EQ(Server::start(foreign, router).error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace comity::http
