#include <fmt/format.h>
#include <gmock/gmock.h>

#include "intelligence/pull/pulls.h"
#include "intelligence/stix/marking.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using ::testing::HasSubstr;
using testing::RestServer;

class Understanding : public ::testing::Test {
  protected:
    Understanding() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        server_.add_account("amina@cert-ke");
        server_.add_account("okello@cert-ug");
    }
    http::Response understand(std::string_view document, const std::string& query = "",
                              const std::string& as = "amina@cert-ke") {
        http::Client::Headers headers = server_.bearer(as);
        headers.emplace_back("Content-Type", "text/plain");
        return server_.ask(http::Method::kPost, "/api/v1/intel/understand" + query, headers, document);
    }
    json::Value earlier(std::string_view id, const std::string& as) {
        return RestServer::json_of(server_.post(
            "/api/v1/intel/earlier", json::write(json::Object{{"ids", json::Array{json::Value(id)}}}),
            server_.bearer(as)));
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(Understanding, SaysWhatWouldBeSharedOfATable) {
    const auto answer = RestServer::json_of(
        understand("ioc,tlp\nevil[.]com,green\nevil[.]net,amber\n10.0.0.1,green\nwhat?,green\n"));
    const json::Value& preview = answer.at("preview");
    EXPECT_EQ(preview.at("kind"), "csv");
    EXPECT_EQ(preview.at("understood").at(1).at("value"), "evil.net");
    EXPECT_EQ(preview.at("left_out").at(0).at("line"), 4);
    EXPECT_EQ(preview.at("not_understood").at(0).at("text"), "what?");
    ASSERT_EQ(answer.at("statements").as_array().size(), 2u) << "one for each audience";
    EXPECT_EQ(answer.at("statements").at(1).at("audience").at("tlp"), "amber");
    EXPECT_EQ(answer.at("statements").at(0).at("objects").at(0).at("name"), "Member cert-ke");
}

TEST_F(Understanding, TakesWhatIsSaidOfTheDocument) {
    const auto text = RestServer::json_of(
        understand("evil.com\n", "?format=text&plain=true&audience=%7B%22tlp%22:%22clear%22%7D"));
    EXPECT_EQ(text.at("preview").at("kind"), "text");
    EXPECT_EQ(text.at("statements").at(0).at("audience").at("tlp"), "clear");
    const auto table = RestServer::json_of(understand("a,b\nevil.net,evil.com\n", "?columns=value=b"));
    EXPECT_EQ(table.at("preview").at("understood").at(0).at("value"), "evil.com");
    for (const std::string query :
         {"?format=pdf", "?columns=x", "?audience=%7B", "?audience=%7B%7D", "?format=csv"})
        EXPECT_EQ(understand("evil.com\n", query).status, query == "?format=csv" ? 400 : 400) << query;
    EXPECT_EQ(understand("{\"type\":\"bundle\"", "").status, 400);
}

TEST_F(Understanding, KeepsNothingAndNeedsAMember) {
    understand("evil.com\n");
    EXPECT_EQ(server_.log_size(), 1u);
    EXPECT_EQ(understand("evil.com\n", "", "").status, 401);
    server_.add_account("eve@nobody");
    EXPECT_EQ(understand("evil.com\n", "", "eve@nobody").status, 403);
}

TEST_F(Understanding, KnowsWhatWasSharedBefore) {
    const auto first = RestServer::json_of(understand("evil.com\n"));
    std::vector<std::string> objects;
    for (const json::Value& object : first.at("statements").at(0).at("objects").as_array())
        objects.push_back(json::write(object));
    server_.submit(community_.share("cert-ke", objects, {ledger::Tlp::kGreen, {}, {}, {}}));
    server_.clock().advance_seconds(60);
    const auto again = RestServer::json_of(understand("evil.com\nevil.net\n"));
    EXPECT_EQ(again.at("preview").at("unchanged"), 1);
    EXPECT_EQ(again.at("statements").at(0).at("objects").as_array().size(), 1u);
}

TEST_F(Understanding, EarlierVersionsAreThoseThatOneMayRead) {
    const std::string open = testing::indicator(1);
    const std::string closed = testing::indicator(2, intelligence::marking_id(ledger::Tlp::kRed));
    server_.submit(community_.share("cert-ke", {open, closed}, {ledger::Tlp::kGreen, {}, {}, {}}));
    const std::string ids[] = {"indicator--00000000-0000-4000-8000-000000000001",
                               "indicator--00000000-0000-4000-8000-000000000002"};
    EXPECT_EQ(earlier(ids[0], "okello@cert-ug").at("items").at(0).at("audiences").at(0).at("tlp"), "green");
    EXPECT_EQ(earlier(ids[1], "okello@cert-ug").at("items").as_array().size(), 0u);
    EXPECT_EQ(earlier(ids[1], "amina@cert-ke").at("items").as_array().size(), 1u);
    EXPECT_EQ(earlier(ids[0], "").at("items").as_array().size(), 0u);
    for (const std::string_view body :
         {"{}", R"({"ids":[]})", R"({"ids":["x"]})", R"({"ids":["a--b"],"x":1})", "["})
        EXPECT_EQ(server_.post("/api/v1/intel/earlier", body).status, 400) << body;
}

class Exports : public ::testing::Test {
  protected:
    Exports() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        server_.add_account("okello@cert-ug");
        server_.add_account("client@cert-ug");
        server_.submit(community_.share("cert-ke", {indicator(1, "[domain-name:value = 'evil.com']"),
                                                    indicator(2, "[ipv4-addr:value = '8.8.8.8']"),
                                                    indicator(3, "[process:name = 'x']")}));
        server_.submit(community_.share("cert-ke", {indicator(4, "[domain-name:value = 'secret.com']")},
                                        {ledger::Tlp::kAmber, {"cert-ug"}, {}, {}}));
    }
    static std::string indicator(unsigned n, std::string_view pattern) {
        std::string object = testing::indicator(n);
        const std::string own = fmt::format("[ipv4-addr:value = '198.51.100.{}']", n);
        const std::size_t at = object.find(own);
        return object.substr(0, at).append(pattern) + object.substr(at + own.size());
    }
    http::Response get(const std::string& target, const std::string& as = "",
                       http::Client::Headers more = {}) {
        http::Client::Headers headers = server_.bearer(as);
        headers.insert(headers.end(), more.begin(), more.end());
        return server_.get("/api/v1/intel/export/" + target, headers);
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(Exports, HoldWhatTheReaderMayReadAndNoWarningListHas) {
    server_.clock().set(Time::from_seconds(1'780'000'000));
    const http::Response open = get("plain");
    EXPECT_EQ(open.body, "evil.com\n");
    EXPECT_EQ(open.find("X-Comity-Held-Back"), "1");
    EXPECT_EQ(open.find("X-Comity-Left-Out"), "1");
    EXPECT_EQ(get("plain", "okello@cert-ug").body, "evil.com\nsecret.com\n");
    EXPECT_EQ(get("plain?type=ip").body, "");
    EXPECT_EQ(get("plain?min_confidence=1").body, "evil.com\n") << "50, less 147 of 180 days";
    EXPECT_EQ(get("plain?min_confidence=20").body, "");
    for (const std::string format : {"suricata", "suricata-dataset?type=domain", "snort", "zeek", "rpz",
                                     "hosts", "unbound", "nftables", "ipset", "squid", "csv", "stix", "misp"})
        EXPECT_EQ(get(format).status, 200) << format;
}

TEST_F(Exports, AreGatedByWhatMembersSay) {
    server_.clock().set(Time::from_seconds(1'780'000'000));
    server_.submit(community_.share(
        "cert-ug",
        {R"({"type":"sighting","spec_version":"2.1","id":"sighting--00000000-0000-4000-8000-000000000001",)"
         R"("created":"2026-05-20T00:00:00Z","modified":"2026-05-20T00:00:00Z","last_seen":"2026-05-19T00:00:00Z",)"
         R"("first_seen":"2026-05-19T00:00:00Z","sighting_of_ref":"indicator--00000000-0000-4000-8000-000000000001"})"},
        {ledger::Tlp::kGreen, {}, {}, {}}));
    EXPECT_EQ(get("plain?min_sightings=1", "okello@cert-ug").body, "evil.com\n");
    EXPECT_EQ(get("plain?min_sightings=1").body, "") << "nobody else may know of the sighting";
    EXPECT_EQ(get("plain?sighted_within=30", "okello@cert-ug").body, "evil.com\n");
    EXPECT_EQ(get("plain?sighted_within=3", "okello@cert-ug").body, "");
    EXPECT_EQ(get("plain?max_false_reports=0", "okello@cert-ug").body, "evil.com\nsecret.com\n");
    EXPECT_EQ(get("plain?min_sightings=-1").status, 400);
    EXPECT_EQ(get("plain?max_false_reports=x").status, 400);
    EXPECT_EQ(get("plain?min_confidence=101").status, 400);
}

TEST_F(Exports, AreNotSentAgainUnchanged) {
    server_.clock().set(Time::from_seconds(1'780'000'000));
    const std::string etag(get("rpz").find("ETag").value_or(""));
    EXPECT_EQ(get("rpz", "", {{"If-None-Match", etag}}).status, 304);
    EXPECT_EQ(get("rpz", "okello@cert-ug", {{"If-None-Match", etag}}).status, 200);
    EXPECT_EQ(get("nothing").status, 404);
    EXPECT_EQ(get("plain?type=colour").status, 400);
    EXPECT_EQ(get("plain?max_age=x").status, 400);
}

TEST_F(Exports, PullsAreShownToTheirMembersOwnPeople) {
    using intelligence::pull::Pulls;
    ASSERT_TRUE(Pulls::prepare(server_.node().database()));
    for (const std::string member : {"cert-ug", "cert-ke"})
        ASSERT_TRUE(Pulls(server_.node().database())
                        .add({.name = "of-" + member,
                              .url = "https://taxii.example/c/",
                              .kind = {},
                              .every = 900,
                              .user = "u",
                              .secret_file = "/secret",
                              .ca_file = {},
                              .member = member,
                              .audience = {ledger::Tlp::kGreen, {}, {}, {}}},
                             server_.clock().now()));
    const auto shown = server_.get_json("/api/v1/pulls", server_.bearer("okello@cert-ug"));
    ASSERT_EQ(shown.at("items").as_array().size(), 1u);
    EXPECT_EQ(shown.at("items").at(0).at("name"), "of-cert-ug");
    EXPECT_FALSE(shown.at("items").at(0).as_object().contains("secret_file"));
    EXPECT_EQ(server_.get("/api/v1/pulls", server_.bearer("client@cert-ug")).status, 403);
    EXPECT_EQ(server_.get("/api/v1/pulls").status, 401);
}

}  // namespace
}  // namespace comity::api::rest
