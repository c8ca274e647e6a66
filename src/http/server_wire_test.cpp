// The protocol as bytes on a socket: what is well-formed is answered, what is not harms nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/gzip.h"
#include "http/test_server.h"

namespace comity::http {
namespace {

using testing::Wire;
using testing::WireAnswer;

class WireTest : public testing::ServerTest {
  protected:
    void SetUp() override {
        ServerTest::SetUp();
        const auto show = [](const Request& request) {
            std::string text = std::string(to_string(request.method)) + " " + request.path;
            for (const auto& [name, value] : request.query) text += fmt::format(" {}={}", name, value);
            return Response::text(200, text + " " + request.body);
        };
        router.get_fast("/fast/{name}", show);
        router.get("/slow/{name}", show);
        router.add(Method::kPost, "/post", {.max_body = 1000}, show);
        router.get("/files/{path*}", [](const Request& request) {
            return Response::text(200, std::string(request.capture("path")));
        });
        router.get_fast("/tagged", [](const Request&) {
            Response response = Response::json(200, std::string(5000, '7'));
            response.header("ETag", "\"abc\"").header("Cache-Control", "no-cache");
            return response;
        });
        router.after([](const Request&, Response& response) { response.header("X-Filtered", "yes"); });
    }
    // The answer to these bytes, then whether the connection is closed. A request of another connection must
    // still work.
    int status_of_bytes(std::string_view bytes) {
        Wire wire(port());
        wire.send(bytes);
        const int status = wire.read().status;
        EXPECT_EQ(get("/fast/x").status, 200) << bytes;
        return status;
    }
};

TEST_F(WireTest, KeepsAConnectionAliveThroughAPipeline) {
    start();
    Wire wire(port());
    std::string all;
    for (int i = 0; i < 50; ++i) {
        all += fmt::format("GET /{}/{} HTTP/1.1\r\nHost: x\r\n\r\n", i % 2 == 0 ? "fast" : "slow", i);
        all += fmt::format("POST /post?n={} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", i);
    }
    ASSERT_TRUE(wire.send(all));
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(wire.read().body, fmt::format("GET /{}/{} ", i % 2 == 0 ? "fast" : "slow", i));
        EXPECT_EQ(wire.read().body, fmt::format("POST /post n={} abc", i));
    }
    EXPECT_EQ(server->counts().requests, 100u);
    EXPECT_EQ(server->counts().connections, 1u);
}

TEST_F(WireTest, TakesARequestByteByByte) {
    start();
    Wire wire(port());
    for (const char c :
         std::string_view("POST /post?a=%20b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")) {
        ASSERT_TRUE(wire.send({&c, 1}));
    }
    EXPECT_EQ(wire.read().body, "POST /post a= b hello");
}

TEST_F(WireTest, ARequestCutOffAnywhereIsNoRequest) {
    start();
    const std::string_view whole = "POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    for (std::size_t n = 0; n < whole.size(); ++n) {
        Wire wire(port());
        ASSERT_TRUE(wire.send(whole.substr(0, n)));
        wire.close();
    }
    EXPECT_EQ(get("/fast/x").status, 200);
}

TEST_F(WireTest, AnswersHeadWithTheLengthAndNoBody) {
    start();
    Wire wire(port());
    for (const auto* path : {"/fast/x", "/slow/x"}) {
        wire.send(fmt::format("HEAD {} HTTP/1.1\r\nHost: x\r\n\r\n", path));
        const WireAnswer head = wire.read(true);
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(head.header("Content-Length"), std::to_string(std::string_view("HEAD /fast/x ").size()));
    }
    wire.send("HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(wire.read(true).status, 404);
    EXPECT_EQ(wire.ask("GET /fast/x HTTP/1.1\r\nHost: x\r\n\r\n").body, "GET /fast/x ");
}

TEST_F(WireTest, SpeaksHttp10) {
    start();
    Wire closing(port());
    EXPECT_EQ(closing.ask("GET /slow/x HTTP/1.0\r\n\r\n").body, "GET /slow/x ");
    EXPECT_TRUE(closing.closes());
    Wire keeping(port());
    EXPECT_EQ(keeping.ask("GET /slow/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").status, 200);
    EXPECT_EQ(keeping.ask("GET /slow/y HTTP/1.0\r\n\r\n").status, 200);
}

TEST_F(WireTest, ClosesWhenAskedTo) {
    start();
    Wire wire(port());
    const WireAnswer answer = wire.ask("GET /slow/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(wire.closes());
}

TEST_F(WireTest, DecodesPathsStrictly) {
    start();
    EXPECT_EQ(get("/fast/%C3%A9%20%25").body, "GET /fast/\xC3\xA9 % ");
    EXPECT_EQ(get("/files/a/b%2Fc").body, "a/b/c");
    EXPECT_EQ(get("http://anything/fast/x?q=1+2").body, "GET /fast/x q=1 2 ");
    for (const auto* bad :
         {"/fast/%", "/fast/%4", "/fast/%zz", "/fast/%00", "/fast/a%00b", "/files/../x", "/files/a/..",
          "/files/%2e%2e/x", "/files/a%2f..%2fb", "/files/.", "/fast/%ff", "/fast/%c0%af", "/fast/%ed%a0%80",
          "/fast/x?a=%", "/fast/x?%ff=1", "/fast/x#y", "*", "x", "/fast/%0a"}) {
        const WireAnswer answer = get(bad);
        EXPECT_EQ(answer.status, 400) << bad;
        EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << bad;
        EXPECT_EQ(answer.header("X-Filtered"), "yes") << bad;
    }
}

TEST_F(WireTest, RefusesMalformedRequestLines) {
    start();
    for (const std::string_view bad : std::initializer_list<std::string_view>{
             "GET\r\n\r\n", "GET \r\n\r\n", "GET /fast/x\r\n\r\n", " GET /fast/x HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET /fast/x HTTP/9.1\r\nHost: x\r\n\r\n", "GET /fast/x HTTP/0.9\r\n\r\n",
             "GET /fast/x http/1.1\r\nHost: x\r\n\r\n", "GET /fast/x HTTP/1.1 HTTP/1.1\r\nHost: x\r\n\r\n",
             "GET /fast/x y HTTP/1.1\r\nHost: x\r\n\r\n",
             std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
             "GET /fast/x HTTP/1.1\r\n\r\n", "\r\n\r\nnonsense\r\n\r\n"}) {
        const int status = status_of_bytes(bad);
        EXPECT_TRUE(status == 0 || status == 400 || status == 501 || status == 505) << status << ": " << bad;
    }
}

TEST_F(WireTest, RefusesWhatTwoReadersCouldReadDifferently) {
    start();
    for (const std::string_view bad :
         {"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
          "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
          "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: identity\r\n\r\nabc",
          "Content-Length: +3\r\n\r\nabc",
          "Content-Length: 3,3\r\n\r\nabc",
          "Content-Length: -1\r\n\r\nabc",
          "Content-Length: 0x3\r\n\r\nabc",
          "Content-Length: \r\n\r\n",
          "Content-Length : 3\r\n\r\nabc",
          "Content-Length: 99999999999999999999999\r\n\r\nabc",
          "Host: y\r\nContent-Length: 3\r\n\r\nabc",
          "X-A: b\x01z\r\nContent-Length: 3\r\n\r\nabc",
          "X(A): b\r\n\r\n",
          "no colon\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc",
          "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef"}) {
        const int status = status_of_bytes("POST /post HTTP/1.1\r\nHost: x\r\n" + std::string(bad));
        EXPECT_TRUE(status == 400 || status == 413 || status == 0) << status << ": " << bad;
        // Nothing of it is taken for a second request.
        Wire wire(port());
        wire.send("POST /post HTTP/1.1\r\nHost: x\r\n" + std::string(bad));
        wire.read();
        EXPECT_TRUE(wire.closes()) << bad;
    }
}

TEST_F(WireTest, TakesChunkedBodies) {
    start();
    Wire wire(port());
    const std::string head = "POST /post HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(wire.ask(head + "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n").body,
              "POST /post abcde");
    EXPECT_EQ(wire.ask(head + "0\r\n\r\n").body, "POST /post ");
    std::string each;
    for (int i = 0; i < 1000; ++i) each += "1\r\nz\r\n";
    EXPECT_EQ(wire.ask(head + each + "0\r\n\r\n").body, "POST /post " + std::string(1000, 'z'));
}

TEST_F(WireTest, SaysContinueToWhoAsks) {
    start();
    Wire wire(port());
    const std::string head =
        "POST /post HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    EXPECT_EQ(wire.ask(head).status, 100);
    EXPECT_EQ(wire.ask("hello").body, "POST /post hello");
    EXPECT_EQ(
        wire.ask("POST /nothing HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            .status,
        404);
}

TEST_F(WireTest, CompressesForWhoTakesIt) {
    start();
    const WireAnswer plain = get("/tagged");
    EXPECT_EQ(plain.body, std::string(5000, '7'));
    EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(plain.header("ETag"), "\"abc\"");
    const WireAnswer packed = get("/tagged", "Accept-Encoding: br, gzip;q=0.5\r\n");
    EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
    EXPECT_LT(packed.body.size(), 200u);
    EXPECT_EQ(gunzip(packed.body, 10000), std::string(5000, '7'));
    EXPECT_EQ(get("/tagged", "Accept-Encoding: gzip;q=0\r\n").header("Content-Encoding"), "");
    EXPECT_EQ(get("/fast/small", "Accept-Encoding: gzip\r\n").header("Content-Encoding"), "");
}

TEST_F(WireTest, ATagThatIsKnownIsNotModified) {
    start();
    const WireAnswer packed = get("/tagged", "Accept-Encoding: gzip\r\n");
    Wire wire(port());
    for (const std::string& tag :
         {std::string("\"abc\""), packed.header("ETag"), std::string("\"x\", W/\"abc\""), std::string("*")}) {
        const WireAnswer answer =
            wire.ask("GET /tagged HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + tag + "\r\n\r\n");
        EXPECT_EQ(answer.status, 304) << tag;
        EXPECT_EQ(answer.header("ETag"), "\"abc\"");
        EXPECT_EQ(answer.header("Cache-Control"), "no-cache");
        EXPECT_EQ(answer.header("Content-Type"), "");
    }
    EXPECT_EQ(wire.ask("GET /tagged HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"ab\"\r\n\r\n").status, 200);
}

TEST_F(WireTest, AHandlersHeadersCannotBreakTheAnswer) {
    router.get("/odd", [](const Request&) {
        Response response = Response::text(200, "body");
        response.header("X-Bad", "a\r\nX-Injected: b").header("X Bad", "c").header("Content-Length", "1");
        response.header("Transfer-Encoding", "chunked").header("X-Good", "d");
        return response;
    });
    router.get("/status", [](const Request&) { return Response::text(42, "body"); });
    start();
    const WireAnswer answer = get("/odd");
    EXPECT_EQ(answer.body, "body");
    EXPECT_EQ(answer.header("X-Injected"), "");
    EXPECT_EQ(answer.header("X-Good"), "d");
    EXPECT_EQ(get("/status").status, 500);
}

}  // namespace
}  // namespace comity::http
