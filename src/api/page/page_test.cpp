#include "api/page/page.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "http/gzip.h"
#include "http/server.h"
#include "http/test_wire.h"
#include "web/assets.h"

namespace comity::api::page {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class PageTest : public ::testing::Test {
  protected:
    void SetUp() override {
        add_routes(router_);
        auto started = http::Server::start({.port = 0}, router_);
        ASSERT_TRUE(started) << started.error().message();
        server_ = *std::move(started);
    }
    http::testing::WireAnswer get(std::string_view path, std::string_view more = "") const {
        return http::testing::Wire(server_->port())
            .ask(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, more));
    }

    http::Router router_;
    std::unique_ptr<http::Server> server_;
};

TEST(Assets, HoldThePageAtTheRootAndNoPathTwice) {
    std::set<std::string_view> paths;
    for (const web::Asset& asset : web::assets()) {
        EXPECT_TRUE(paths.insert(asset.path).second) << asset.path;
        EXPECT_THAT(asset.path, StartsWith("/"));
        EXPECT_EQ(asset.etag.size(), 34u);
        EXPECT_EQ(asset.immutable, asset.path.starts_with("/assets/"));
    }
    EXPECT_TRUE(paths.contains("/"));
}

TEST_F(PageTest, ServesEachFileCompressedAndPlain) {
    for (const web::Asset& asset : web::assets()) {
        const auto packed = get(asset.path, "Accept-Encoding: br, gzip\r\n");
        EXPECT_EQ(packed.status, 200) << asset.path;
        EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
        EXPECT_EQ(packed.header("Content-Type"), asset.type);
        EXPECT_EQ(packed.header("Vary"), "Accept-Encoding");
        const auto unpacked = http::gunzip(packed.body, 64u << 20);
        ASSERT_TRUE(unpacked) << asset.path;

        for (const std::string_view more :
             {"", "Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: identity\r\n"}) {
            const auto plain = get(asset.path, more);
            EXPECT_EQ(plain.status, 200);
            EXPECT_EQ(plain.header("Content-Encoding"), "");
            EXPECT_EQ(plain.body, *unpacked);
        }
    }
}

TEST_F(PageTest, AnswersThatNothingChanged) {
    const std::string etag = get("/").header("ETag");
    ASSERT_THAT(etag, Not(IsEmpty()));
    for (const std::string& more : {etag, "\"other\", " + etag, std::string("*")}) {
        const auto same = get("/", "If-None-Match: " + more + "\r\nAccept-Encoding: gzip\r\n");
        EXPECT_EQ(same.status, 304) << more;
        EXPECT_EQ(same.header("ETag"), etag);
        EXPECT_THAT(same.body, IsEmpty());
    }
    EXPECT_EQ(get("/", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(PageTest, LetsOnlyFilesNamedByContentBeKept) {
    for (const web::Asset& asset : web::assets()) {
        EXPECT_EQ(get(asset.path).header("Cache-Control"),
                  asset.immutable ? "public, max-age=31536000, immutable" : "no-cache")
            << asset.path;
    }
}

TEST_F(PageTest, AllowsNothingFromElsewhereAndNothingInline) {
    const auto answer = get("/");
    const std::string policy = answer.header("Content-Security-Policy");
    EXPECT_THAT(policy, StartsWith("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Referrer-Policy"), "no-referrer");
    EXPECT_THAT(answer.body, Not(HasSubstr("<style")));
    EXPECT_THAT(answer.body, Not(HasSubstr("style=")));
    EXPECT_THAT(answer.body, Not(HasSubstr("http:")));
}

TEST_F(PageTest, HasNothingElsewhere) {
    for (const std::string_view path : {"/index.html", "/assets/", "/assets/none.js", "/members"}) {
        EXPECT_EQ(get(path).status, 404) << path;
    }
}

}  // namespace
}  // namespace comity::api::page
