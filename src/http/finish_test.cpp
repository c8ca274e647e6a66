#include "http/finish.h"

#include <gtest/gtest.h>

#include <random>

#include "base/logging.h"
#include "http/gzip.h"

namespace comity::http {
namespace {

Request asking(std::initializer_list<std::pair<std::string, std::string>> headers,
               Method method = Method::kGet) {
    Request request;
    request.method = method;
    request.path = "/";
    request.headers = headers;
    return request;
}

Response finished(Response response, const Request& request) {
    const Router router;
    finish(router.table(), request, response);
    return response;
}

TEST(Gzip, RoundTripsEverySize) {
    std::mt19937 random(5);
    for (std::size_t size = 100; size < 300000; size = size * 3 / 2) {
        std::string text;
        while (text.size() < size) text += "word" + std::to_string(random() % 100);
        const auto packed = gzip(text);
        ASSERT_TRUE(packed);
        EXPECT_LT(packed->size(), text.size());
        EXPECT_EQ(gunzip(*packed, text.size()), text);
        EXPECT_EQ(gunzip(*packed, text.size() - 1).error().kind, ErrorKind::kTooLarge);
    }
}

TEST(Gzip, LeavesWhatDoesNotShrink) {
    std::mt19937 random(6);
    std::string noise;
    for (int i = 0; i < 5000; ++i) noise.push_back(static_cast<char>(random()));
    EXPECT_FALSE(gzip(noise));
    EXPECT_FALSE(gzip(""));
    EXPECT_TRUE(gzip(std::string(5000, 'a')));  // the compressor is sound after a failure
}

TEST(Gunzip, RefusesWhatIsCutOffOrChanged) {
    const std::string packed = *gzip(std::string(1000, 'a') + "bcd");
    for (std::size_t n = 0; n < packed.size(); ++n) EXPECT_FALSE(gunzip(packed.substr(0, n), 10000)) << n;
    EXPECT_FALSE(gunzip(packed + "x", 10000));
    EXPECT_FALSE(gunzip("not gzip", 10000));
    std::string flipped = packed;
    flipped[flipped.size() - 5] ^= 1;  // the checksum
    EXPECT_FALSE(gunzip(flipped, 10000));
}

TEST(Gzip, EndsWhatWasCompressedOnceInDifferentWays) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += static_cast<char>('a' + i * i % 23);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5'000}, text.size()}) {
        const std::string_view start = std::string_view(text).substr(0, size);
        const auto packed = gzip_start(start);
        ASSERT_TRUE(packed);
        for (const std::string& rest : {std::string(), std::string("]}"), std::string(65'535, 'z')}) {
            const std::string whole = gzip_end(*packed, rest);
            EXPECT_EQ(whole.size(), packed->bytes.size() + rest.size() + kGzipEnd);
            const auto back = gunzip(whole, 1'000'000);
            ASSERT_TRUE(back) << back.error().message();
            EXPECT_TRUE(*back == std::string(start) + rest);
        }
        const auto again = gzip(std::string(5000, 'a'));  // the compressor is sound after it
        EXPECT_TRUE(again && gunzip(*again, 10'000));
    }
}

TEST(Finish, CompressesTextThatIsWorthIt) {
    const Request takes = asking({{"Accept-Encoding", "gzip"}});
    const auto coded = [&](std::string_view type, std::size_t size) {
        return finished(Response::text(200, std::string(size, 'a'), type), takes)
            .find("Content-Encoding")
            .has_value();
    };
    for (const auto* type :
         {"application/json", "text/plain; charset=utf-8", "application/taxii+json;version=2.1",
          "application/problem+json", "application/stix+json;version=2.1", "image/svg+xml"}) {
        EXPECT_TRUE(coded(type, 1025)) << type;
        EXPECT_FALSE(coded(type, 1024)) << type;
    }
    for (const auto* type :
         {"image/png", "application/octet-stream", "font/woff2", "text/event-stream", "nonsense"}) {
        EXPECT_FALSE(coded(type, 5000)) << type;
    }
}

TEST(Finish, LeavesAloneWhatIsCodedOrMustNotBe) {
    const Request takes = asking({{"Accept-Encoding", "gzip"}});
    Response coded = Response::json(200, std::string(5000, 'a'));
    coded.header("Content-Encoding", "gzip");
    EXPECT_EQ(finished(coded, takes).body, std::string(5000, 'a'));
    Response fixed = Response::json(200, std::string(5000, 'a'));
    fixed.compressible = false;
    EXPECT_FALSE(finished(fixed, takes).find("Vary"));
    EXPECT_EQ(finished(fixed, takes).body, std::string(5000, 'a'));
}

TEST(Finish, CompressesSharedBytesWithoutTouchingThem) {
    Response response = Response::json(200, "");
    const auto shared = std::make_shared<const std::string>(5000, 'a');
    response.shared_body = shared;
    const Response out = finished(response, asking({{"Accept-Encoding", "gzip"}}));
    EXPECT_EQ(gunzip(out.bytes(), 9999), *shared);
    EXPECT_EQ(finished(response, asking({})).shared_body, shared);  // not copied
}

TEST(Finish, WeakensTheTagOfWhatItCompressed) {
    Response response = Response::json(200, std::string(5000, 'a'));
    response.header("ETag", "\"1\"");
    EXPECT_EQ(finished(response, asking({{"Accept-Encoding", "gzip"}})).find("ETag"), "W/\"1\"");
    EXPECT_EQ(finished(response, asking({})).find("ETag"), "\"1\"");
}

TEST(Finish, AnswersNotModifiedToReadsOnly) {
    Response response = Response::json(200, "{}");
    response.header("ETag", "\"1\"");
    const auto status = [&](Method method, int of) {
        Response each = response;
        each.status = of;
        return finished(each, asking({{"If-None-Match", "\"1\""}}, method)).status;
    };
    EXPECT_EQ(status(Method::kGet, 200), 304);
    EXPECT_EQ(status(Method::kHead, 200), 304);
    EXPECT_EQ(status(Method::kPost, 200), 200);
    EXPECT_EQ(status(Method::kGet, 404), 404);
    EXPECT_EQ(finished(response, asking({{"If-None-Match", "\"0\""}, {"if-none-match", "\"1\""}})).bytes(),
              "");
}

TEST(Finish, FiltersSeeTheEndInTheirOrderAndMayThrow) {
    logging::start(logging::Level::kOff, logging::Form::kText);
    Router router;
    std::string seen;
    router.after([&](const Request&, Response& response) {
        seen += "1:" + std::to_string(response.status);
        response.header("X-One", "1");
    });
    router.after([](const Request&, Response&) { throw std::runtime_error("filter"); });
    router.after([&](const Request&, Response& response) { seen += response.find("X-One") ? " 2" : " ?"; });
    Response response = Response::text(7, "no status");
    finish(router.table(), asking({}), response);
    EXPECT_EQ(seen, "1:500 2");
}

TEST(Problem, SaysWhatIsWrongAndHidesWhatIsOurs) {
    logging::start(logging::Level::kOff, logging::Form::kText);
    Request request = asking({});
    request.id = "r-1";
    const Response shown =
        problem(Error{ErrorKind::kNotFound, "statement", "there is none", "look again"}, request);
    EXPECT_EQ(shown.status, 404);
    EXPECT_EQ(shown.body, R"({"type":"about:blank","title":"Not Found","status":404,"kind":"not-found",)"
                          R"("detail":"there is none: look again","where":"statement","instance":"r-1"})");
    const Response hidden = problem(Error{ErrorKind::kInternal, "/var/lib/x", "secret", ""}, request);
    EXPECT_EQ(hidden.status, 500);
    EXPECT_EQ(hidden.body.find("secret"), std::string::npos);
    EXPECT_EQ(hidden.body.find("/var"), std::string::npos);
    for (const ErrorKind kind : {ErrorKind::kTooMany, ErrorKind::kUnavailable}) {
        EXPECT_TRUE(problem(Error{kind, "", "x", ""}, request).find("Retry-After"));
    }
}

}  // namespace
}  // namespace comity::http
