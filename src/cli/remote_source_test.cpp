// A server that lies must cost the command line nothing but an error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/source.h"
#include "http/server.h"

namespace comity::cli {
namespace {

using ::testing::HasSubstr;

class RemoteSourceTest : public ::testing::Test {
  protected:
    // Answers every path below /api/v1 with what `answer` makes of the request.
    void serve(std::function<http::Response(const http::Request&)> answer) {
        router_.get("/{rest*}", std::move(answer));
        http::ServerOptions options;
        options.port = 0;
        auto started = http::Server::start(options, router_);
        ASSERT_TRUE(started) << started.error().message();
        server_ = *std::move(started);
        context_.node = "http://127.0.0.1:" + std::to_string(server_->port()) + "/";
        auto opened = Source::open(context_);
        ASSERT_TRUE(opened);
        source_ = *std::move(opened);
    }
    void serve_json(std::string body) {
        serve([body](const http::Request&) { return http::Response::json(200, body); });
    }

    http::Router router_;
    std::unique_ptr<http::Server> server_;
    std::istringstream in_;
    std::ostringstream out_, err_;
    Context context_{in_, out_, err_};
    std::unique_ptr<Source> source_;
};

TEST_F(RemoteSourceTest, PagesAreFollowedToTheEnd) {
    serve([](const http::Request& request) {
        const std::string at(request.parameter("cursor").value_or("0"));
        const int page = std::stoi(at);
        return http::Response::json(200, R"({"items":[{"id":"m)" + at + R"("}],"next":)" +
                                             (page < 3 ? "\"" + std::to_string(page + 1) + "\"" : "null") +
                                             "}");
    });
    const auto members = source_->members("");
    ASSERT_TRUE(members) << members.error().message();
    ASSERT_EQ(members->size(), 4u);
    EXPECT_EQ((*members)[3].at("id"), "m3");
}

TEST_F(RemoteSourceTest, AListThatNeverEndsIsEnded) {
    serve_json(R"({"items":[{"id":"a"}],"next":"same"})");
    const auto members = source_->members("");
    ASSERT_TRUE(members);
    EXPECT_LE(members->size(), 2u);
}

TEST_F(RemoteSourceTest, MoreItemsThanAskedForAreCut) {
    serve_json(R"({"items":[{"id":"a"},{"id":"b"},{"id":"c"}],"next":null})");
    ListFilter filter;
    filter.limit = 2;
    EXPECT_EQ(source_->statements(filter)->size(), 2u);
}

TEST_F(RemoteSourceTest, WhatIsNoAnswerOfANodeIsAnError) {
    std::string body;
    serve([&body](const http::Request&) { return http::Response::json(200, body); });
    for (const char* wrong : {"", "x", "[]", "null", "7", "{}", R"({"items":7})", R"({"items":[7]})",
                              R"({"items":[{}],"next":)", "\xff"}) {
        body = wrong;
        EXPECT_FALSE(source_->members("")) << body;
    }
}

TEST_F(RemoteSourceTest, AProblemIsToldAsItIsMeant) {
    serve([](const http::Request& request) {
        return http::problem({ErrorKind::kNotFound, "id", "there is no member nobody", "list them"}, request);
    });
    const auto member = source_->member("nobody");
    ASSERT_FALSE(member);
    EXPECT_EQ(member.error().kind, ErrorKind::kNotFound);
    EXPECT_THAT(member.error().message(), HasSubstr("id: there is no member nobody: list them"));
}

TEST_F(RemoteSourceTest, AnyOtherRefusalIsItsStatus) {
    serve([](const http::Request&) { return http::Response::text(502, "<html>bad gateway</html>"); });
    const auto node = source_->node();
    ASSERT_FALSE(node);
    EXPECT_THAT(node.error().message(), HasSubstr("answered 502"));
}

TEST_F(RemoteSourceTest, IdsCannotLeaveTheirPath) {
    std::string seen;
    serve([&seen](const http::Request& request) {
        seen = request.path;
        return http::Response::json(200, "{}");
    });
    EXPECT_TRUE(source_->statement("..?x=1#y/..%"));
    EXPECT_EQ(seen, "/api/v1/statements/..?x=1#y/..%");
}

TEST_F(RemoteSourceTest, ATileOfTheWrongWidthIsRefused) {
    serve([](const http::Request&) {
        return http::Response::text(200, std::string(31, 'x'), "application/octet-stream");
    });
    EXPECT_FALSE(source_->consistency(1, 2));
}

TEST_F(RemoteSourceTest, NobodyThereIsSaid) {
    serve_json("{}");
    server_.reset();
    const auto node = source_->node();
    ASSERT_FALSE(node);
    EXPECT_EQ(node.error().kind, ErrorKind::kUnavailable);
}

TEST_F(RemoteSourceTest, WhatIsNoUrlIsRefused) {
    context_.node = "cert-ke.example";
    EXPECT_FALSE(Source::open(context_));
    context_.node = "file:///etc/passwd";
    EXPECT_FALSE(Source::open(context_));
}

}  // namespace
}  // namespace comity::cli
