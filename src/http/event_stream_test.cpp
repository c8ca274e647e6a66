#include "http/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "http/event_line.h"
#include "http/test_server.h"

namespace comity::http {
namespace {

using testing::Wire;

std::string all_of(EventStream& stream) {
    std::string out;
    char bytes[7];  // small, so that pieces are cut anywhere
    for (;;) {
        const auto [next, size] = stream.read(bytes, sizeof bytes);
        if (next != EventStream::Next::kBytes) return out;
        out.append(bytes, size);
    }
}

TEST(EventStream, WritesEachLineOfTheDataAsAFieldOfItsOwn) {
    EventStream stream;
    EXPECT_TRUE(stream.send({.type = "a", .id = "7", .data = "one\ntwo\r\nthree\rfour"}));
    stream.close();
    EXPECT_EQ(all_of(stream), "event: a\nid: 7\ndata: one\ndata: two\ndata: three\ndata: four\n\n");
}

TEST(EventStream, LetsNoFieldBeginAnother) {
    EventStream stream;
    EXPECT_TRUE(stream.send({.type = "a\ndata: forged", .id = std::string_view("1\r\n\0", 4), .data = ""}));
    stream.close();
    EXPECT_EQ(all_of(stream), "event: adata: forged\nid: 1\ndata: \n\n");
}

TEST(EventStream, GivesUpAClientThatIsTooFarBehind) {
    EventStream stream;
    const std::string data(EventStream::kMaxWaiting / 2, 'x');
    EXPECT_TRUE(stream.send({.data = data}));
    EXPECT_FALSE(stream.send({.data = data}));
    EXPECT_FALSE(stream.open());
    EXPECT_FALSE(stream.keep_alive());
}

class EventStreamTest : public testing::ServerTest {
  protected:
    void SetUp() override {
        ServerTest::SetUp();
        router.get("/events", [this](const Request&) {
            auto stream = std::make_shared<EventStream>();
            stream->send({.data = "hello"});
            const std::lock_guard lock(mutex);
            streams.push_back(stream);
            ++opened;
            return Response::events(stream);
        });
    }
    std::shared_ptr<EventStream> await_stream(std::size_t n) {
        while (opened <= n) std::this_thread::yield();
        const std::lock_guard lock(mutex);
        return streams[n];
    }
    std::mutex mutex;  // guards streams
    std::vector<std::shared_ptr<EventStream>> streams;
    std::atomic<std::size_t> opened{0};
};

TEST_F(EventStreamTest, AnEventIsReadWhenItIsSentAndTheAnswerEndsWhenItIsClosed) {
    start();
    Wire wire(port());
    wire.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto stream = await_stream(0);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(stream->send({.id = std::to_string(i), .data = "more"}));
    stream->close();
    const auto answer = wire.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    std::string expected = "data: hello\n\n";
    for (int i = 0; i < 100; ++i) expected += fmt::format("id: {}\ndata: more\n\n", i);
    EXPECT_EQ(answer.body, expected);
    wire.send("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(wire.read(true).status, 200);
}

TEST_F(EventStreamTest, SendersOfManyThreadsMixWholeEventsOnly) {
    start();
    Wire wire(port());
    wire.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto stream = await_stream(0);
    std::vector<std::thread> senders;
    for (int t = 0; t < 4; ++t) {
        senders.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) stream->send({.data = fmt::format("{} {}", t, i)});
        });
    }
    for (std::thread& sender : senders) sender.join();
    stream->close();
    const std::string body = wire.read().body;
    for (int t = 0; t < 4; ++t) {
        std::size_t at = 0;
        for (int i = 0; i < 200; ++i) {
            const std::string event = fmt::format("\n\ndata: {} {}\n\n", t, i);
            at = body.find(event, at);
            ASSERT_NE(at, std::string::npos) << event;
        }
    }
}

// Our own client's side of it.
TEST_F(EventStreamTest, AClientTakesBytesAsTheyComeAndLeavesWhenItHasEnough) {
    start();
    std::thread sender([this] {
        const auto stream = await_stream(0);
        for (int i = 0; i < 3; ++i) stream->send({.data = std::to_string(i)});
        stream->close();
        const auto second = await_stream(1);
        while (second->keep_alive()) std::this_thread::yield();
    });
    std::string body;
    auto answer = follow_line(url("/events"), {}, {}, [&](std::string_view bytes) {
        body += bytes;
        return true;
    });
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(body, "data: hello\n\ndata: 0\n\ndata: 1\n\ndata: 2\n\n");
    answer = follow_line(url("/events"), {}, {}, [](std::string_view) { return false; });
    EXPECT_TRUE(answer) << answer.error().message();
    sender.join();
    int given = 0;
    answer = follow_line(url("/nothing"), {}, {}, [&](std::string_view) {
        ++given;
        return true;
    });
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404);
    EXPECT_EQ(given, 0) << "a refusal is no event";
    EXPECT_THAT(answer->body, ::testing::HasSubstr("detail"));
}

TEST_F(EventStreamTest, AClientGivesUpALineThatIsSilent) {
    start();
    const auto answer = follow_line(url("/events"), {}, {.silence = std::chrono::seconds(1)},
                                    [](std::string_view) { return true; });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
}

TEST_F(EventStreamTest, AClientThatHasGoneIsNoticed) {
    start();
    {
        Wire wire(port());
        wire.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
        await_stream(0);
    }
    const auto stream = await_stream(0);
    while (stream->keep_alive()) std::this_thread::yield();
    EXPECT_FALSE(stream->open());
    while (server->counts().connections > 0) std::this_thread::yield();
}

TEST_F(EventStreamTest, StoppingEndsStreamsWholeAndWaitsForNobody) {
    start();
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 20; ++i) {
        wires.push_back(std::make_unique<Wire>(port()));
        wires.back()->send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    await_stream(19);
    server->stop();
    for (auto& wire : wires) {
        EXPECT_EQ(wire->read().body, "data: hello\n\n");
        EXPECT_TRUE(wire->closes());
    }
    for (const auto& stream : streams) EXPECT_FALSE(stream->send({.data = "too late"}));
}

TEST_F(EventStreamTest, AStreamThatIsSentToWhileTheServerStopsHarmsNobody) {
    start();
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 8; ++i) {
        wires.push_back(std::make_unique<Wire>(port()));
        wires.back()->send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    await_stream(7);
    std::atomic<bool> stopped{false};
    std::thread sender([&] {
        while (!stopped) {
            for (const auto& stream : streams) stream->send({.data = "again"});
        }
    });
    server->stop();
    server.reset();
    stopped = true;
    sender.join();
}

}  // namespace
}  // namespace comity::http
