// Many clients at a time, each answer checked to the byte.
#include <gtest/gtest.h>
#include <atomic>
#include <future>

#include "http/client.h"
#include "http/test_server.h"

namespace comity::http {
namespace {

using testing::Wire;

class StressTest : public testing::ServerTest {};

std::string pattern(std::uint32_t seed, std::size_t size) {
    std::string out(size, '\0');
    for (char& c : out) {
        seed = seed * 1664525 + 1013904223;
        c = static_cast<char>(seed >> 24);
    }
    return out;
}

TEST_F(StressTest, SixtyFourClientsGetTheirOwnBytes) {
    const auto shared = std::make_shared<const std::string>(pattern(1, 70000));
    const auto echo = [](const Request& request) {
        return Response::text(200, request.body, "application/octet-stream");
    };
    router.add(Method::kPost, "/echo/{n}", {.max_body = 1 << 20}, echo);
    router.add_later(Method::kPut, "/echo/{n}", {.max_body = 1 << 20}, [](Request request, Respond respond) {
        respond(Response::text(200, std::move(request.body), "application/octet-stream"));
    });
    router.get_fast("/shared", [&](const Request&) {
        Response response = Response::text(200, "", "application/octet-stream");
        response.shared_body = shared;
        return response;
    });
    router.get("/text/{n}", [](const Request& request) {
        return Response::json(200, std::string(3000, static_cast<char>('a' + request.capture("n").size())));
    });
    std::atomic<std::uint64_t> filtered{0};
    router.after([&](const Request&, Response&) { ++filtered; });
    start();
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (std::uint32_t t = 0; t < 64; ++t) {
            threads.emplace_back([&, t] {
                Client client;
                for (std::uint32_t i = 0; i < 40; ++i) {
                    Result<Response> answer = internal({}, "none");
                    std::string wanted;
                    if (i % 4 == 0) {
                        wanted = pattern(t * 1000 + i, (t * 7919 + i * 104729) % 150000);
                        answer = client.send(Method::kPost, url(fmt::format("/echo/{}", i)), {}, wanted);
                    } else if (i % 4 == 1) {
                        wanted = pattern(t * 1000 + i, i * 37);
                        answer = client.send(Method::kPut, url(fmt::format("/echo/{}", i)), {}, wanted);
                    } else if (i % 4 == 2) {
                        wanted = *shared;
                        answer = client.send(Method::kGet, url("/shared"));
                    } else {
                        wanted = std::string(3000, static_cast<char>('a' + std::to_string(i).size()));
                        answer = client.send(Method::kGet, url(fmt::format("/text/{}", i)));
                    }
                    if (!answer || answer->status != 200 || answer->body != wanted) ++wrong;
                }
            });
        }
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(server->counts().requests, 64u * 40u);
    EXPECT_EQ(filtered, 64u * 40u);
    EXPECT_EQ(server->counts().refused_busy, 0u);
}

TEST_F(StressTest, HundredsOfConnectionsAtOnce) {
    router.get("/n/{n}",
               [](const Request& request) { return Response::text(200, std::string(request.capture("n"))); });
    options.max_connections_per_client = 2000;
    start();
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 400; ++i) {
        wires.push_back(std::make_unique<Wire>(port()));
        wires.back()->send(fmt::format("GET /n/{} HTTP/1.1\r\nHost: x\r\n\r\n", i));
    }
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < wires.size(); ++i) {
            EXPECT_EQ(wires[i]->read().body, std::to_string(i + static_cast<std::size_t>(round)));
            wires[i]->send(fmt::format("GET /n/{} HTTP/1.1\r\nHost: x\r\n\r\n",
                                       i + static_cast<std::size_t>(round) + 1));
        }
    }
    EXPECT_EQ(server->counts().connections, 400u);
}

// libmicrohttpd 0.9.75 takes 128 events at once, and where there are just as many it waits for more before it
// looks at them: for ever, when each client waits for its answer.
TEST_F(StressTest, AsManyRequestsInOneMomentAsTheLibraryTakesEventsAtOnceAreAnswered) {
    constexpr int kEventsAtOnce = 128;
    std::promise<void> inside;
    std::promise<void> go_on;
    router.get("/n/{n}",
               [](const Request& request) { return Response::text(200, std::string(request.capture("n"))); });
    router.get_fast("/held", [&](const Request&) {  // on the server's own thread, which notices nothing else
        inside.set_value();
        go_on.get_future().wait();
        return Response::text(200, "held");
    });
    options.io_threads = 1;
    options.idle_seconds = 5;
    start();
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < kEventsAtOnce; ++i) {
        wires.push_back(std::make_unique<Wire>(port()));
        EXPECT_EQ(wires.back()->ask("GET /n/0 HTTP/1.1\r\nHost: x\r\n\r\n").body, "0");
    }
    Wire holding(port());
    holding.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
    inside.get_future().wait();
    for (int i = 0; i < kEventsAtOnce; ++i)
        wires[static_cast<std::size_t>(i)]->send(fmt::format("GET /n/{} HTTP/1.1\r\nHost: x\r\n\r\n", i));
    go_on.set_value();
    for (int i = 0; i < kEventsAtOnce; ++i)
        EXPECT_EQ(wires[static_cast<std::size_t>(i)]->read().body, std::to_string(i));
    EXPECT_EQ(holding.read().body, "held");
}

}  // namespace
}  // namespace comity::http
