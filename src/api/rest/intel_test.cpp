#include <gmock/gmock.h>

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

}  // namespace
}  // namespace comity::api::rest
