#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "http/routes.h"

namespace comity::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Response nothing(const Request&) {
    return {};
}

std::string pattern_of(const Router& router, std::string_view path, Method method = Method::kGet) {
    const Router::Match match = router.table().find(method, path);
    return match.route == nullptr ? "" : match.route->pattern;
}

TEST(Routes, LiteralsWinOverNamesAndNamesOverTheRest) {
    Router router;
    for (const auto* pattern :
         {"/", "/a", "/a/", "/a/{x}", "/a/b", "/a/{x}/c", "/{rest*}", "/a/{x}/{rest*}", "/{y}/b"}) {
        router.get(pattern, nothing);
    }
    EXPECT_EQ(pattern_of(router, "/"), "/");
    EXPECT_EQ(pattern_of(router, "/a"), "/a");
    EXPECT_EQ(pattern_of(router, "/a/"), "/a/");
    EXPECT_EQ(pattern_of(router, "/a/b"), "/a/b");
    EXPECT_EQ(pattern_of(router, "/a/bb"), "/a/{x}");
    EXPECT_EQ(pattern_of(router, "/a/b/c"), "/a/{x}/c");
    EXPECT_EQ(pattern_of(router, "/a/b/d"), "/a/{x}/{rest*}");
    EXPECT_EQ(pattern_of(router, "/z/b"), "/{y}/b");
    EXPECT_EQ(pattern_of(router, "/z/c"), "/{rest*}");
    EXPECT_EQ(pattern_of(router, "/a/b/"), "/{rest*}");
    EXPECT_EQ(pattern_of(router, "//b"), "/{rest*}");
}

TEST(Routes, CaptureWhatTheyName) {
    Router router;
    router.get("/x/{one}/y/{two}", nothing);
    router.get("/f/{name}/{path*}", nothing);
    EXPECT_THAT(router.table().find(Method::kGet, "/x/1/y/2").captures,
                ElementsAre(Pair("one", "1"), Pair("two", "2")));
    EXPECT_THAT(router.table().find(Method::kGet, "/f/n/a/b//c/").captures,
                ElementsAre(Pair("name", "n"), Pair("path", "a/b//c/")));
    EXPECT_EQ(pattern_of(router, "/x//y/2"), "");
    EXPECT_EQ(pattern_of(router, "/x/1/y/"), "");
    EXPECT_EQ(pattern_of(router, "/f/n/"), "");
    EXPECT_EQ(pattern_of(router, "/f/n"), "");
}

TEST(Routes, HeadIsGetsAndOthersAreToldWhatIsAllowed) {
    Router router;
    router.get("/a", nothing);
    router.add(Method::kPost, "/a", {}, nothing);
    router.add(Method::kPost, "/only", {}, nothing);
    EXPECT_EQ(pattern_of(router, "/a", Method::kHead), "/a");
    EXPECT_EQ(router.table().find(Method::kPut, "/a").allow, "GET, HEAD, POST");
    EXPECT_EQ(router.table().find(Method::kHead, "/only").allow, "POST");
    EXPECT_EQ(router.table().find(Method::kGet, "/none").allow, "");
}

TEST(Routes, AMethodIsLookedForInLessLiteralPatternsToo) {
    Router router;
    router.get("/a/{id}", nothing);
    router.add(Method::kPost, "/a/new", {}, nothing);
    EXPECT_EQ(pattern_of(router, "/a/new"), "/a/{id}");
    EXPECT_EQ(router.table().find(Method::kPut, "/a/new").allow, "GET, HEAD, POST");
}

TEST(Routes, FallbacksAndErrorFormsGoByTheLongestPrefix) {
    Router router;
    const auto named = [](int status) {
        return [status](const Request&) { return Response::text(status, ""); };
    };
    router.fallback("", named(1));
    router.fallback("/taxii2/", named(2));
    router.fallback("/taxii2/root", named(3));
    const auto of = [&](std::string_view path) { return (*router.table().fallback(path))(Request()).status; };
    EXPECT_EQ(of("/"), 1);
    EXPECT_EQ(of("/taxii2"), 1);
    EXPECT_EQ(of("/taxii2/x"), 2);
    EXPECT_EQ(of("/taxii2/rooted"), 2);
    EXPECT_EQ(of("/taxii2/root"), 3);
    EXPECT_EQ(of("/taxii2/root/y"), 3);
    EXPECT_EQ(router.table().error_form("/"), nullptr);
}

TEST(Routes, AreListed) {
    Router router;
    router.get("/a", nothing);
    router.get_fast("/b", nothing);
    router.add_later(Method::kPost, "/c/{d}", {.max_body = 1}, [](Request, Respond) {});
    const auto listed = router.list();
    ASSERT_EQ(listed.size(), 3u);
    EXPECT_EQ(listed[2].pattern, "/c/{d}");
    EXPECT_EQ(listed[2].method, Method::kPost);
}

TEST(Routes, OrderOfAddingChangesNothing) {
    std::vector<std::string> patterns{"/a",     "/a/{x}", "/a/b",   "/a/{x*}",   "/{x}",
                                      "/{x}/b", "/{x*}",  "/a/b/c", "/{x}/{y}/c"};
    const std::vector<std::string> paths{"/",    "/a",   "/b",     "/a/b",   "/a/c",
                                         "/c/b", "/c/d", "/a/b/c", "/x/y/c", "/x/y/z"};
    std::mt19937 random(4);
    std::vector<std::string> first;
    for (int round = 0; round < 50; ++round) {
        std::shuffle(patterns.begin(), patterns.end(), random);
        Router router;
        for (const std::string& pattern : patterns) router.get(pattern, nothing);
        std::vector<std::string> found;
        for (const std::string& path : paths) found.push_back(pattern_of(router, path));
        if (round == 0) first = found;
        EXPECT_EQ(found, first);
    }
}

}  // namespace
}  // namespace comity::http
