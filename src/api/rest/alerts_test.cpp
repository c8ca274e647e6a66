// Rules and alerts over REST: for whom, and in which form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/bodies.h"
#include "intelligence/alert/rule_book.h"
#include "node/alerter.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;
using ledger::Audience;
using ledger::Tlp;
using ::testing::HasSubstr;
using testing::RestServer;

constexpr std::string_view kOurs = R"({"name":"ours","networks":["198.51.100.0/24"],"severity":"high"})";

class AlertsTest : public ::testing::Test {
  protected:
    AlertsTest() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        for (const char* account : {"amina@cert-ke", "client@cert-ke", "okello@cert-ug"})
            server_.add_account(account);
        EXPECT_TRUE(intelligence::AlertRules::prepare(server_.node().database()));
        server_.hold_key(community_, "cert-ke");
    }

    http::Response add_rule(std::string_view rule, const std::string& account = "amina@cert-ke") {
        return server_.post("/api/v1/alert-rules", rule, server_.bearer(account));
    }
    void share(unsigned n) {
        server_.clock().advance_seconds(1);
        server_.submit(community_.share("cert-ug", {testing::indicator(n)}, {Tlp::kGreen, {}, {}, {}}));
        const auto done = rounds_.look();
        EXPECT_TRUE(done) << done.error().message();
    }
    json::Array alerts(const std::string& account, const std::string& query = "") {
        const auto page = server_.get_json("/api/v1/alerts" + query, server_.bearer(account));
        return page.at("items").as_array();
    }

    testing::Community community_;
    RestServer server_;
    node::AlertRounds rounds_{server_.node()};
};

TEST_F(AlertsTest, RulesAreKeptForAMembersOwnPeople) {
    const auto added = RestServer::json_of(add_rule(kOurs), 201);
    EXPECT_EQ(added.at("member").as_string(), "cert-ke");
    EXPECT_EQ(add_rule(kOurs).status, 409);
    EXPECT_EQ(add_rule(R"({"name":"none"})").status, 400);
    EXPECT_EQ(add_rule(kOurs, "client@cert-ke").status, 403);
    EXPECT_EQ(add_rule(kOurs, "okello@cert-ug").status, 403) << "no key of it is in custody here";
    EXPECT_EQ(server_.get("/api/v1/alert-rules").status, 401);
    const auto list = server_.get_json("/api/v1/alert-rules", server_.bearer("amina@cert-ke"));
    EXPECT_EQ(list.at("items").as_array().size(), 1u);
    EXPECT_EQ(list.at("items").at(0), added);
    const auto others = server_.get_json("/api/v1/alert-rules", server_.bearer("okello@cert-ug"));
    EXPECT_TRUE(others.at("items").as_array().empty());
    EXPECT_EQ(
        server_.ask(Method::kDelete, "/api/v1/alert-rules/ours", server_.bearer("okello@cert-ug")).status,
        404);
    EXPECT_EQ(
        server_.ask(Method::kDelete, "/api/v1/alert-rules/ours", server_.bearer("amina@cert-ke")).status,
        204);
    EXPECT_EQ(
        server_.ask(Method::kDelete, "/api/v1/alert-rules/ours", server_.bearer("amina@cert-ke")).status,
        404);
}

TEST_F(AlertsTest, AreAFeedForWhoMayReadThem) {
    EXPECT_EQ(add_rule(kOurs).status, 201);
    share(7);
    const auto feed = server_.get("/api/v1/alert-feed", server_.bearer("amina@cert-ke"));
    ASSERT_EQ(feed.status, 200);
    EXPECT_EQ(feed.find("Content-Type"), "application/atom+xml; charset=utf-8");
    EXPECT_THAT(
        feed.body,
        HasSubstr("<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>urn:comity:alerts:test.example/log</id>"));
    EXPECT_THAT(feed.body, HasSubstr("<title>[high] 198.51.100.7, shared by cert-ug</title>"));
    EXPECT_THAT(feed.body, HasSubstr("<author><name>cert-ke</name></author>"));
    http::Client::Headers again = server_.bearer("amina@cert-ke");
    again.emplace_back("If-None-Match", std::string(feed.find("ETag").value_or("")));
    EXPECT_EQ(server_.get("/api/v1/alert-feed", again).status, 304);
    const auto others = server_.get("/api/v1/alert-feed", server_.bearer("okello@cert-ug"));
    EXPECT_EQ(others.body, server_.get("/api/v1/alert-feed").body) << "as if there were none";
    EXPECT_THAT(others.body, ::testing::Not(HasSubstr("<entry>")));
    EXPECT_EQ(server_.get("/api/v1/alert-feed?severity=loud").status, 400);
}

TEST_F(AlertsTest, AlertsAreShownToWhoMayReadThemAndAcknowledgedInCustody) {
    EXPECT_EQ(add_rule(kOurs).status, 201);
    share(1);
    const auto shown = alerts("amina@cert-ke");
    ASSERT_EQ(shown.size(), 1u);
    const std::string id(shown[0].at("id").as_string());
    for (const char* other : {"okello@cert-ug", "client@cert-ke", ""}) {
        EXPECT_TRUE(alerts(other).empty()) << other;
        EXPECT_EQ(server_.get("/api/v1/alerts/" + id, server_.bearer(other)).status, 404) << other;
    }
    const std::string acknowledgement = "/api/v1/alerts/" + id.substr(0, 12) + "/acknowledgement";
    EXPECT_EQ(server_.post(acknowledgement, R"({"note":""})", server_.bearer("amina@cert-ke")).status, 400);
    EXPECT_EQ(server_.post(acknowledgement, "{}", server_.bearer("okello@cert-ug")).status, 404);
    const auto said = RestServer::json_of(
        server_.post(acknowledgement, R"({"note":"On it"})", server_.bearer("amina@cert-ke")), 201);
    EXPECT_EQ(said.at("alert").as_string(), id);
    const auto after = server_.get_json("/api/v1/alerts/" + id, server_.bearer("amina@cert-ke"));
    EXPECT_EQ(after.at("acknowledgements").at(0).at("id"), said.at("id"));
    EXPECT_EQ(after.at("open"), json::Value(false));
    EXPECT_TRUE(alerts("amina@cert-ke", "?open=true").empty());
}

TEST_F(AlertsTest, ListsGoOnWhereTheyEnded) {
    EXPECT_EQ(add_rule(kOurs).status, 201);
    for (unsigned n = 1; n <= 5; ++n) share(n);
    std::vector<json::Value> all;
    for (const json::Value& each : alerts("amina@cert-ke")) all.push_back(each.at("id"));
    ASSERT_EQ(all.size(), 5u);
    std::vector<json::Value> walked;
    std::string query = "?limit=2";
    while (true) {
        const auto page = server_.get_json("/api/v1/alerts" + query, server_.bearer("amina@cert-ke"));
        for (const json::Value& each : page.at("items").as_array()) walked.push_back(each.at("id"));
        if (page.at("next").is_null()) break;
        query = "?limit=2&cursor=" + std::string(page.at("next").as_string());
    }
    EXPECT_EQ(walked, all);
    EXPECT_TRUE(alerts("amina@cert-ke", "?severity=critical").empty());
    EXPECT_EQ(alerts("amina@cert-ke", "?severity=medium").size(), 5u);
    for (const char* bad : {"?limit=0", "?severity=grave", "?cursor=x"})
        EXPECT_EQ(server_.get(std::string("/api/v1/alerts") + bad, server_.bearer("amina@cert-ke")).status,
                  400)
            << bad;
    // A cursor that another may use is none to who may not read its alert.
    const std::string foreign = "?cursor=" + std::string(all.front().as_string());
    EXPECT_EQ(server_.get("/api/v1/alerts" + foreign, server_.bearer("okello@cert-ug")).status, 400);
}

TEST_F(AlertsTest, ATrialKeepsNothing) {
    share(1);
    const auto tried = RestServer::json_of(
        server_.post("/api/v1/alert-trials?days=7", kOurs, server_.bearer("amina@cert-ke")));
    EXPECT_EQ(tried.at("objects"), json::Value(1));
    EXPECT_EQ(tried.at("items").at(0).at("values").at(0).as_string(), "198.51.100.1");
    EXPECT_EQ(server_.post("/api/v1/alert-trials?days=367", kOurs, server_.bearer("amina@cert-ke")).status,
              400);
    EXPECT_TRUE(alerts("amina@cert-ke").empty());
    const auto rules = server_.get_json("/api/v1/alert-rules", server_.bearer("amina@cert-ke"));
    EXPECT_TRUE(rules.at("items").as_array().empty());
}

}  // namespace
}  // namespace comity::api::rest
