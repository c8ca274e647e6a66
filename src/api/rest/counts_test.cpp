// Members that let themselves be counted together: what they say, and what is told of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/bodies.h"
#include "node/counter.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;
using ledger::Tlp;
using testing::RestServer;

std::string counted_object() {
    return "indicator--00000000-0000-4000-8000-000000000001";  // testing::indicator(1)
}

// Sixteen members are counted together; that they are on one node makes no difference to any of them.
class TogetherTest : public ::testing::Test {
  protected:
    static constexpr std::size_t kMembers = 16;

    TogetherTest() : community_(names()) {
        server_.submit(community_.charter());
        for (const std::string& member : names()) {
            server_.add_account("a@" + member);
            server_.hold_key(community_, member);
        }
        server_.submit(community_.share("m0", {testing::indicator(1)}, {Tlp::kGreen, {}, {}, {}}));
    }
    static std::vector<std::string> names() {
        std::vector<std::string> out;
        for (std::size_t i = 0; i < kMembers; ++i) out.push_back("m" + std::to_string(i));
        return out;
    }
    int policy(const std::string& member, std::string_view form) {
        http::Client::Headers headers = server_.bearer("a@" + member);
        headers.emplace_back("Content-Type", "application/json");
        return server_.ask(Method::kPut, "/api/v1/hit-policy", headers, form).status;
    }
    json::Value shown() { return server_.get_json("/api/v1/hit-policy", server_.bearer("a@m0")); }
    void report(const std::string& member) {
        const std::string now = format_time_millis(server_.clock().now());
        const json::Object item{
            {"object", counted_object()}, {"count", 1}, {"first_seen", now}, {"last_seen", now}};
        server_.post("/api/v1/hits",
                     json::write(json::Object{{"id", "report-of-" + member}, {"items", json::Array{item}}}),
                     server_.bearer("a@" + member));
    }
    std::vector<json::Value> told() {
        const auto seen = server_.get_json("/api/v1/intel/objects/" + counted_object() + "/sightings",
                                           server_.bearer("a@m1"));
        std::vector<json::Value> out;
        for (const json::Value& week : seen.at("private").as_array())
            if (!week.at("members").is_null()) out.push_back(week);
        return out;
    }
    std::size_t said(std::string_view type) {
        return server_
            .get_json("/api/v1/statements?limit=100&type=" + std::string(type), server_.bearer("a@m0"))
            .at("items")
            .as_array()
            .size();
    }
    void look() {
        node::CountRounds rounds(server_.node());
        const auto done = rounds.look();
        EXPECT_TRUE(done) << done.error().message();
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(TogetherTest, AreCountedByStatementsOfWhichNoneTellsAnything) {
    using intelligence::CountWeek;
    EXPECT_EQ(policy("m0", R"({"mode":"approval","together":true})"), 400);
    const CountWeek week = CountWeek::of(server_.clock().now());
    for (const std::string& member : names()) {
        EXPECT_EQ(policy(member, R"({"mode":"counted","together":true})"), 200);
        report(member);
    }
    look();
    EXPECT_EQ(said(intelligence::kCountKey), 0U) << "for the week before it is too late";
    server_.clock().set(Time::from_seconds(week.end().seconds() + 3600));
    look();
    look();
    EXPECT_EQ(said(intelligence::kCountKey), kMembers) << "once";
    EXPECT_EQ(said(intelligence::kCount), 0U);
    EXPECT_TRUE(told().empty()) << "each is in one number alone, and this node's is not it";
    server_.clock().set(intelligence::counts_from(week));
    EXPECT_EQ(policy("m15", R"({"mode":"counted"})"), 200);
    look();
    EXPECT_EQ(said(intelligence::kCount), kMembers - 1);
    EXPECT_TRUE(told().empty()) << "one has thought better of it";
    const auto round = shown().at("round");
    EXPECT_EQ(round.at("week").as_string(), week.text());
    EXPECT_EQ(round.at("awaited"), json::Value(json::Array{"m15"}));

    // The week after all stay with it.
    EXPECT_EQ(policy("m15", R"({"mode":"counted","together":true})"), 200);
    const CountWeek next{week.number + 1};
    server_.clock().set(Time::from_seconds(next.begin().seconds() + 3 * 86'400));
    for (const std::string& member : names()) {
        const std::string now = format_time_millis(server_.clock().now());
        const json::Object item{
            {"object", counted_object()}, {"count", 1}, {"first_seen", now}, {"last_seen", now}};
        server_.post("/api/v1/hits",
                     json::write(json::Object{{"id", "later-of-" + member}, {"items", json::Array{item}}}),
                     server_.bearer("a@" + member));
    }
    server_.clock().set(Time::from_seconds(next.end().seconds() + 3600));
    look();
    server_.clock().set(intelligence::counts_from(next));
    look();
    look();
    EXPECT_EQ(said(intelligence::kCount), 2 * kMembers - 1) << "once, however often it is looked";
    const auto weeks = told();
    ASSERT_EQ(weeks.size(), 1U);
    EXPECT_EQ(weeks[0].at("week").as_string(), next.text());
    EXPECT_EQ(weeks[0].at("among"), json::Value(kMembers));
    EXPECT_GE(weeks[0].at("members").to_number<std::int64_t>(), 5)
        << "noise that takes eleven away does not happen";
    EXPECT_EQ(told(), weeks);
    EXPECT_TRUE(shown().at("round").at("awaited").as_array().empty());
    // What they say is had by the statement, as nodes that follow this one have it.
    const auto counts = server_.get_json(
        "/api/v1/statements?limit=1&type=" + std::string(intelligence::kCount), server_.bearer("a@m0"));
    const std::string objects =
        "/api/v1/statements/" + std::string(counts.at("items").at(0).at("id").as_string()) + "/objects";
    const auto carried = server_.get_json(objects, server_.bearer("a@m1"));
    ASSERT_EQ(carried.at("items").as_array().size(), 1U);
    EXPECT_TRUE(intelligence::parse_cells(json::write(carried.at("items").at(0).at("object"))));
    EXPECT_EQ(server_.get(objects).status, 404) << "it is for members";
    // Rebuilt, the same.
    const auto before = server_.node().ledger().view_digest();
    EXPECT_TRUE(server_.node().ledger().rebuild([](auto, auto, auto) {}));
    EXPECT_EQ(*server_.node().ledger().view_digest(), *before);
    EXPECT_EQ(told(), weeks);
}

TEST_F(TogetherTest, TooFewSayNothing) {
    using intelligence::CountWeek;
    const CountWeek week = CountWeek::of(server_.clock().now());
    for (const char* member : {"m0", "m1", "m2", "m3"}) {
        EXPECT_EQ(policy(member, R"({"mode":"counted","together":true})"), 200);
        report(member);
    }
    server_.clock().set(Time::from_seconds(week.end().seconds() + 3600));
    look();
    EXPECT_EQ(said(intelligence::kCountKey), 4U);
    server_.clock().set(intelligence::counts_from(week));
    look();
    EXPECT_EQ(said(intelligence::kCount), 0U);
    EXPECT_TRUE(shown().at("round").is_null());
}

}  // namespace
}  // namespace comity::api::rest
