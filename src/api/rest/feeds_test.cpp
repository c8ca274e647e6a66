// Exports in force: pulled, unchanged, rolled back; for whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;
using ledger::Audience;
using ledger::Tlp;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RestServer;

class FeedsTest : public ::testing::Test {
  protected:
    FeedsTest() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        server_.clock().set(
            *parse_time("2026-06-01T00:00:00Z"));  // testing::indicator() is valid from 2026 on
        for (const char* account : {"amina@cert-ke", "client@cert-ke", "okello@cert-ug"})
            server_.add_account(account);
        share(1, "77.91.7.1");
    }
    void share(unsigned n, std::string_view address, Audience audience = {Tlp::kGreen, {}, {}, {}}) {
        std::string object = testing::indicator(n);
        const std::string before = fmt::format("198.51.100.{}", n);
        object.replace(object.find(before), before.size(), address);
        server_.submit(community_.share("cert-ug", {object}, std::move(audience)));
        server_.clock().advance_seconds(60);
    }
    http::Response add(std::string_view form, const std::string& account = "amina@cert-ke") {
        return server_.post("/api/v1/feeds", form, server_.bearer(account));
    }
    http::Response pull(const std::string& account = "client@cert-ke", const std::string& etag = "") {
        http::Client::Headers headers = server_.bearer(account);
        if (!etag.empty()) headers.emplace_back("If-None-Match", etag);
        return server_.get("/api/v1/feeds/fw", headers);
    }
    http::Response roll_back(std::string_view state) {
        return server_.post("/api/v1/feeds/fw/rollback", fmt::format(R"({{"state":{}}})", state),
                            server_.bearer("amina@cert-ke"));
    }
    json::Value states() {
        return server_.get_json("/api/v1/feeds/fw/states", server_.bearer("amina@cert-ke"));
    }

    testing::Community community_;
    RestServer server_;
};

constexpr std::string_view kFirewall = R"({"name":"fw","format":"plain","type":"ip"})";

TEST_F(FeedsTest, ArePulledByDevicesAndAnswered304WhereNothingHasChanged) {
    EXPECT_EQ(add(kFirewall).status, 201);
    const auto first = pull();
    EXPECT_THAT(first.body, HasSubstr("77.91.7.1"));
    EXPECT_EQ(first.find("X-Comity-State"), "1");
    const std::string etag(first.find("ETag").value_or(""));
    EXPECT_EQ(pull("client@cert-ke", etag).status, 304);
    server_.clock().advance_seconds(3600);
    EXPECT_EQ(pull("client@cert-ke", etag).status, 304) << "made anew, and the same";
    EXPECT_EQ(states().at("items").as_array().size(), 1U);
    share(2, "77.91.7.2");
    const auto second = pull("client@cert-ke", etag);
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(second.find("X-Comity-State"), "2");
    EXPECT_THAT(second.body, HasSubstr("77.91.7.2"));
}

TEST_F(FeedsTest, GoBackToAnyEarlierStateAndOnAgain) {
    add(kFirewall);
    const std::string first(pull().body);
    share(2, "77.91.7.2");
    const std::string second(pull().body);
    share(3, "77.91.7.3");
    const std::string third(pull().body);
    EXPECT_EQ(RestServer::json_of(roll_back("1")).at("pinned"), json::Value(1));
    EXPECT_EQ(pull().body, first);
    EXPECT_EQ(pull().find("X-Comity-Pinned"), "true");
    share(4, "77.91.7.4");
    EXPECT_EQ(pull().body, first) << "whatever comes";
    EXPECT_EQ(roll_back("2").status, 200);
    EXPECT_EQ(pull().body, second);
    EXPECT_EQ(roll_back("9").status, 404);
    EXPECT_EQ(roll_back("\"x\"").status, 400);
    const auto kept = server_.get("/api/v1/feeds/fw/states/3", server_.bearer("amina@cert-ke"));
    EXPECT_EQ(kept.body, third);
    http::Client::Headers again = server_.bearer("amina@cert-ke");
    again.emplace_back("If-None-Match", std::string(kept.find("ETag").value_or("")));
    EXPECT_EQ(server_.get("/api/v1/feeds/fw/states/3", again).status, 304);
    EXPECT_EQ(server_.get("/api/v1/feeds/fw/states/9", server_.bearer("amina@cert-ke")).status, 404);
    EXPECT_EQ(server_.get("/api/v1/feeds/fw/states/x", server_.bearer("amina@cert-ke")).status, 400);
    EXPECT_EQ(roll_back("null").status, 200);
    EXPECT_THAT(pull().body, HasSubstr("77.91.7.4"));
    EXPECT_EQ(states().at("items").at(0).at("state"), json::Value(4));
}

TEST_F(FeedsTest, HoldWhatADeviceOfTheMemberMayReadWhoeverPulls) {
    add(kFirewall);
    share(2, "77.91.7.2", {Tlp::kAmberStrict, {"cert-ke"}, {}, {}});
    share(3, "77.91.7.3", {Tlp::kAmber, {"cert-ke"}, {}, {}});
    for (const char* account : {"amina@cert-ke", "client@cert-ke"}) {
        EXPECT_THAT(pull(account).body, Not(HasSubstr("77.91.7.2"))) << account;
        EXPECT_THAT(pull(account).body, HasSubstr("77.91.7.3")) << account;
    }
    EXPECT_EQ(pull("okello@cert-ug").status, 404) << "another member's";
    EXPECT_EQ(pull("").status, 401);
    EXPECT_EQ(server_.get("/api/v1/feeds", server_.bearer("client@cert-ke")).status, 403);
    EXPECT_EQ(server_.get("/api/v1/feeds/fw/states", server_.bearer("client@cert-ke")).status, 403);
    EXPECT_EQ(add(kFirewall, "client@cert-ke").status, 403);
}

TEST_F(FeedsTest, AreRefusedWhereTheyAreNone) {
    for (const char* form :
         {R"({"name":"fw"})", R"({"name":"fw","format":"none"})", R"({"name":"F W","format":"plain"})",
          R"({"name":"fw","format":"plain","type":"x"})",
          R"({"name":"fw","format":"plain","min_confidence":101})",
          R"({"name":"fw","format":"plain","more":1})"})
        EXPECT_EQ(add(form).status, 400) << form;
    EXPECT_EQ(add(kFirewall).status, 201);
    EXPECT_EQ(add(kFirewall).status, 409);
    const json::Value all = server_.get_json("/api/v1/feeds", server_.bearer("amina@cert-ke"));
    EXPECT_EQ(all.at("items").as_array().size(), 1U);
    EXPECT_EQ(server_.get("/api/v1/feeds/none/states", server_.bearer("amina@cert-ke")).status, 404);
    EXPECT_EQ(server_.ask(Method::kDelete, "/api/v1/feeds/fw", server_.bearer("okello@cert-ug")).status, 404);
    EXPECT_EQ(server_.ask(Method::kDelete, "/api/v1/feeds/fw", server_.bearer("amina@cert-ke")).status, 204);
    EXPECT_EQ(pull().status, 404);
}

}  // namespace
}  // namespace comity::api::rest
