// What scans met: taken in, told as the member's policy says and to nobody else, and counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/bodies.h"
#include "governance/participation/place.h"
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

std::string seen_object(unsigned n) {
    return fmt::format("indicator--00000000-0000-4000-8000-{:012x}", n);
}

class HitsTest : public ::testing::Test {
  protected:
    HitsTest() : community_({"cert-ke", "cert-ug", "kenic"}) {
        server_.submit(community_.charter());
        for (const char* account : {"amina@cert-ke", "client@cert-ke", "okello@cert-ug", "wanjiru@kenic"})
            server_.add_account(account);
        server_.hold_key(community_, "cert-ke");
        server_.submit(community_.share("cert-ug", {testing::indicator(1), testing::indicator(2)},
                                        {Tlp::kGreen, {}, {}, {}}));
        server_.submit(
            community_.share("cert-ug", {testing::indicator(3)}, {Tlp::kAmberStrict, {"kenic"}, {}, {}}));
    }
    json::Value policy(std::string_view form, const std::string& account = "amina@cert-ke") {
        http::Client::Headers headers = server_.bearer(account);
        headers.emplace_back("Content-Type", "application/json");
        return RestServer::json_of(server_.ask(Method::kPut, "/api/v1/hit-policy", headers, form));
    }
    json::Value report(const std::string& id, const std::vector<unsigned>& seen, std::int64_t count = 1,
                       const std::string& account = "amina@cert-ke") {
        json::Array items;
        const std::string now = format_time_millis(server_.clock().now());
        for (const unsigned n : seen)
            items.push_back(json::Object{
                {"object", seen_object(n)}, {"count", count}, {"first_seen", now}, {"last_seen", now}});
        return RestServer::json_of(server_.post("/api/v1/hits",
                                                json::write(json::Object{{"id", id}, {"items", items}}),
                                                server_.bearer(account)));
    }
    json::Value sightings(unsigned n, const std::string& account = "okello@cert-ug") {
        return server_.get_json("/api/v1/intel/objects/" + seen_object(n) + "/sightings",
                                server_.bearer(account));
    }
    json::Array hits(const std::string& query = "", const std::string& account = "amina@cert-ke") {
        return server_.get_json("/api/v1/hits" + query, server_.bearer(account)).at("items").as_array();
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(HitsTest, WaitForApprovalUnlessThePolicySaysOtherwise) {
    EXPECT_EQ(server_.get_json("/api/v1/hit-policy", server_.bearer("amina@cert-ke")).at("mode"), "approval");
    const auto taken = report("report-1", {1, 2, 3, 9}, 4);
    EXPECT_EQ(taken.at("taken"), json::Value(2));
    EXPECT_EQ(taken.at("unknown"), json::Value(2)) << "what may not be read is as what there is not";
    EXPECT_EQ(taken.at("policy").as_string(), "approval");
    EXPECT_EQ(taken.at("waiting"), json::Value(2));
    EXPECT_EQ(report("report-1", {1, 2}, 4).at("taken"), json::Value(0)) << "sent again, it counts once";
    EXPECT_EQ(sightings(1).at("sighted_by"), json::Value(0));
    EXPECT_EQ(hits("?state=waiting").size(), 2U);
    EXPECT_TRUE(hits("", "okello@cert-ug").empty()) << "nobody else is shown any of it";
    EXPECT_EQ(server_.get("/api/v1/hits").status, 401);
    EXPECT_EQ(server_.get("/api/v1/hits", server_.bearer("client@cert-ke")).status, 403);

    const auto done = RestServer::json_of(server_.post(
        "/api/v1/hit-decisions", fmt::format(R"({{"decision":"approve","objects":["{}"]}})", seen_object(1)),
        server_.bearer("amina@cert-ke")));
    EXPECT_EQ(done.at("told"), json::Value(1));
    const auto seen = sightings(1);
    EXPECT_EQ(seen.at("sighted_by"), json::Value(1));
    EXPECT_EQ(seen.at("count"), json::Value(4));
    EXPECT_EQ(seen.at("members").at(0).at("member").as_string(), "cert-ke");
    EXPECT_EQ(seen.at("days").as_array().size(), 1U);
    EXPECT_TRUE(seen.at("own").as_array().empty()) << "of another member";
    EXPECT_EQ(sightings(1, "amina@cert-ke").at("own").at(0).at("state").as_string(), "told");
    EXPECT_EQ(hits("?state=waiting").size(), 1U);

    RestServer::json_of(
        server_.post("/api/v1/hit-decisions", R"({"decision":"discard"})", server_.bearer("amina@cert-ke")));
    EXPECT_TRUE(hits("?state=waiting").empty());
    EXPECT_EQ(sightings(2).at("sighted_by"), json::Value(0));
}

TEST_F(HitsTest, AreToldAtOnceWhereThePolicyIsAutomaticAsVersionsOfOneSighting) {
    policy(R"({"mode":"automatic"})");
    EXPECT_EQ(report("report-1", {1}, 2).at("told"), json::Value(1));
    server_.clock().advance_seconds(86'400);
    EXPECT_EQ(report("report-2", {1}, 3).at("told"), json::Value(1));
    const auto seen = sightings(1);
    EXPECT_EQ(seen.at("private_rule"), json::Value(json::Object({{"least", 5}, {"noise", 1}})));
    EXPECT_EQ(seen.at("count"), json::Value(5));
    EXPECT_EQ(seen.at("sighted_by"), json::Value(1));
    EXPECT_EQ(seen.at("days").as_array().size(), 2U) << "over time";
    EXPECT_LT(seen.at("first_seen").as_string(), seen.at("last_seen").as_string());
    // Where it was seen is nowhere in it, and whoever may read what was seen may read it.
    const auto found =
        server_.get_json("/api/v1/intel/search?type=sighting", server_.bearer("okello@cert-ug"));
    ASSERT_EQ(found.at("items").as_array().size(), 1U);
    const json::Object& object = found.at("items").at(0).at("object").as_object();
    EXPECT_FALSE(object.contains("where_sighted_refs"));
    EXPECT_FALSE(object.contains("observed_data_refs"));
    EXPECT_EQ(found.at("items").at(0).at("audience").at("tlp").as_string(), "green");
    EXPECT_TRUE(server_.get_json("/api/v1/intel/search?type=sighting").at("items").as_array().empty());
}

TEST_F(HitsTest, AreToldByDayAndByRegion) {
    const auto overview = [&](const std::string& query, const std::string& account = "okello@cert-ug") {
        return server_.get_json("/api/v1/sightings" + query, server_.bearer(account));
    };
    EXPECT_EQ(overview("").at("objects"), json::Value(0));
    policy(R"({"mode":"automatic"})");
    server_.hold_key(community_, "kenic");
    policy(R"({"mode":"automatic"})", "wanjiru@kenic");
    report("report-1", {1}, 2);
    report("report-2", {3}, 1, "wanjiru@kenic");
    server_.submit(
        community_.statement("cert-ke", governance::kPlace, {{"region", "africa"}, {"place", "KEN"}}));
    server_.clock().advance_seconds(86'400);
    report("report-3", {1, 2});
    report("report-4", {1}, 1, "wanjiru@kenic");
    const auto seen = overview("?days=7", "wanjiru@kenic");
    EXPECT_EQ(seen.at("objects"), json::Value(3));
    EXPECT_EQ(seen.at("sighted_by"), json::Value(2));
    ASSERT_EQ(seen.at("days").as_array().size(), 2U);
    EXPECT_EQ(seen.at("days").at(1).at("objects"), json::Value(2));
    EXPECT_EQ(seen.at("seen").at(0).at("id").as_string(), seen_object(1));
    EXPECT_EQ(seen.at("seen").at(0).at("members"), json::Value(2));
    EXPECT_EQ(seen.at("regions"),
              json::parse(R"([{"region":"africa","members":1},{"region":"unknown","members":1}])").value());
    EXPECT_EQ(seen.at("places"), json::parse(R"([{"place":"KEN","members":1}])").value());
    EXPECT_EQ(sightings(1).at("regions").as_array().size(), 2U);
    // Of what one may not read nothing is in it.
    EXPECT_EQ(overview("", "amina@cert-ke").at("objects"), json::Value(2));
    EXPECT_EQ(server_.get_json("/api/v1/sightings").at("objects"), json::Value(0));
    EXPECT_EQ(server_.get("/api/v1/sightings?days=0").status, 400);
    EXPECT_EQ(server_.get("/api/v1/sightings?days=367").status, 400);
    server_.clock().advance_seconds(30 * 86'400);
    EXPECT_EQ(overview("?days=7").at("objects"), json::Value(0));
    // Who reports it to be false has not seen it.
    server_.submit(community_.share(
        "cert-ke",
        {R"({"type":"opinion","spec_version":"2.1","id":"opinion--00000000-0000-4000-8000-000000000001",)"
         R"("created":"2025-10-01T00:00:00.000Z","modified":"2025-10-01T00:00:00.000Z","opinion":"strongly-disagree",)"
         R"("object_refs":[")" +
         seen_object(2) + R"("]})"},
        {Tlp::kGreen, {}, {}, {}}));
    EXPECT_EQ(overview("?days=60", "wanjiru@kenic").at("objects"), json::Value(2));
}

TEST_F(HitsTest, AreForNobodyWhoMayNotReadWhatWasSeen) {
    server_.hold_key(community_, "kenic");
    policy(R"({"mode":"automatic","audience":{"tlp":"clear"}})", "wanjiru@kenic");
    EXPECT_EQ(report("report-1", {3}, 1, "wanjiru@kenic").at("told"), json::Value(1));
    const auto tlp_of = [&](const std::string& account) {
        const auto found = server_.get_json("/api/v1/intel/search?type=sighting", server_.bearer(account));
        const json::Array& items = found.at("items").as_array();
        return items.empty() ? std::string() : std::string(items[0].at("audience").at("tlp").as_string());
    };
    EXPECT_EQ(tlp_of("wanjiru@kenic"), "amber+strict") << "clear was wished, and is laxer";
    EXPECT_EQ(tlp_of("okello@cert-ug"), "amber+strict") << "who shared it hears of it";
    EXPECT_EQ(tlp_of("amina@cert-ke"), "");
    const auto shown = server_.get("/api/v1/intel/objects/" + seen_object(3) + "/sightings",
                                   server_.bearer("amina@cert-ke"));
    EXPECT_EQ(shown.status, 404);
}

TEST_F(HitsTest, ThatAreCountedOnlyAreToldToNobody) {
    policy(R"({"mode":"counted"})");
    policy(R"({"mode":"counted"})", "okello@cert-ug");
    report("report-1", {1});
    report("report-2", {1}, 1, "okello@cert-ug");
    server_.clock().advance_seconds(7 * 86'400);
    const auto seen = sightings(1, "wanjiru@kenic");
    EXPECT_EQ(seen.at("sighted_by"), json::Value(0));
    EXPECT_TRUE(seen.at("own").as_array().empty());
    for (const json::Value& week : seen.at("private").as_array())
        EXPECT_TRUE(week.at("members").is_null()) << "two are fewer than five";
    EXPECT_EQ(sightings(1, "amina@cert-ke").at("own").at(0).at("state").as_string(), "counted");
}

TEST_F(HitsTest, FalseReportsTakeTheMemberOut) {
    policy(R"({"mode":"automatic"})");
    report("report-1", {1});
    const auto before =
        server_.get_json("/api/v1/intel/objects/" + seen_object(1), server_.bearer("okello@cert-ug"));
    EXPECT_EQ(before.at("confidence").at("sighted_by"), json::Value(1));
    server_.submit(community_.share(
        "cert-ke",
        {R"({"type":"opinion","spec_version":"2.1","id":"opinion--00000000-0000-4000-8000-000000000001",)"
         R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","opinion":"strongly-disagree",)"
         R"("object_refs":[")" +
         seen_object(1) + R"("]})"},
        {Tlp::kGreen, {}, {}, {}}));
    const auto seen = sightings(1);
    EXPECT_EQ(seen.at("sighted_by"), json::Value(0));
    EXPECT_EQ(seen.at("false_by"), json::Value(1));
    const auto after =
        server_.get_json("/api/v1/intel/objects/" + seen_object(1), server_.bearer("okello@cert-ug"));
    EXPECT_LT(after.at("confidence").at("now").as_int64(), before.at("confidence").at("now").as_int64());
}

TEST_F(HitsTest, RefusesWhatCannotBeOrCouldNotBeSaid) {
    const auto status = [&](std::string_view body, const std::string& account = "amina@cert-ke") {
        return server_.post("/api/v1/hits", body, server_.bearer(account)).status;
    };
    const auto one = [](std::string_view object, std::string_view first, std::string_view last,
                        int count = 1) {
        return fmt::format(
            R"({{"id":"report-1","items":[{{"object":"{}","count":{},"first_seen":"{}","last_seen":"{}"}}]}})",
            object, count, first, last);
    };
    const std::string good = seen_object(1);
    for (const std::string& body :
         {std::string(R"({"id":"short","items":[]})"), std::string(R"({"id":"report-1","items":[]})"),
          one("malware--00000000-0000-4000-8000-000000000001", "2025-10-01T00:00:00Z",
              "2025-10-01T00:00:00Z"),
          one("indicator--1", "2025-10-01T00:00:00Z", "2025-10-01T00:00:00Z"),
          one(good, "2025-10-02T00:00:00Z", "2025-10-01T00:00:00Z"),
          one(good, "2025-10-01T00:00:00Z", "2199-10-01T00:00:00Z"),
          one(good, "2025-10-01T00:00:00Z", "2025-10-01T00:00:00Z", 0)})
        EXPECT_EQ(status(body), 400) << body;
    EXPECT_EQ(server_.get("/api/v1/hits?state=none", server_.bearer("amina@cert-ke")).status, 400);
    // No key of cert-ug is in custody here.
    http::Client::Headers headers = server_.bearer("okello@cert-ug");
    headers.emplace_back("Content-Type", "application/json");
    EXPECT_EQ(server_.ask(Method::kPut, "/api/v1/hit-policy", headers, R"({"mode":"automatic"})").status,
              403);
    EXPECT_EQ(server_.ask(Method::kPut, "/api/v1/hit-policy", headers, R"({"mode":"counted"})").status, 200);
}

// A member's own rule about its own scans.
TEST_F(HitsTest, ARuleOfScansAlertsOfThemOnceADay) {
    EXPECT_TRUE(intelligence::AlertRules::prepare(server_.node().database()));
    node::AlertRounds rounds(server_.node());
    const auto look = [&] {
        const auto done = rounds.look();
        EXPECT_TRUE(done) << done.error().message();
    };
    const auto alerts = [&](const std::string& account) {
        const auto page = server_.get_json("/api/v1/alerts", server_.bearer(account));
        return page.at("items").as_array();
    };
    const auto added = server_.post(
        "/api/v1/alert-rules", R"({"name":"scans","scans":true,"severity":"high","acknowledge_within":0})",
        server_.bearer("amina@cert-ke"));
    EXPECT_EQ(RestServer::json_of(added, 201).at("scans"), json::Value(true));
    server_.submit(community_.share("cert-ug", {testing::indicator(4)}, {Tlp::kGreen, {}, {}, {}}));
    look();
    EXPECT_TRUE(alerts("amina@cert-ke").empty()) << "what comes is not its business";
    policy(R"({"mode":"counted"})");
    report("report-1", {1, 4}, 3);
    report("report-2", {1}, 1);
    look();
    const auto said = alerts("amina@cert-ke");
    ASSERT_EQ(said.size(), 1U);
    EXPECT_THAT(std::string(said[0].at("title").as_string()),
                HasSubstr("met 3 times in your own logs, shared by cert-ug"));
    EXPECT_EQ(said[0].at("severity").as_string(), "high");
    EXPECT_TRUE(alerts("okello@cert-ug").empty()) << "for the member's own people";
    report("report-3", {1}, 3, "okello@cert-ug");
    look();
    EXPECT_EQ(alerts("amina@cert-ke").size(), 1U) << "another's scan";
    server_.clock().advance_seconds(86'400);
    report("report-4", {1});
    look();
    EXPECT_EQ(alerts("amina@cert-ke").size(), 2U);
}

}  // namespace
}  // namespace comity::api::rest
