#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intelligence/marking_change.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using ledger::Audience;
using ledger::Tlp;
using ::testing::ElementsAre;
using testing::problem_of;
using testing::RestServer;

const Audience kClear{Tlp::kClear, {}, {}, {}};
const Audience kForUganda{Tlp::kAmber, {"cert-ug"}, {}, {}};
const std::string kIndicator = "indicator--00000000-0000-4000-8000-000000000007";

class SearchDoors : public ::testing::Test {
  protected:
    SearchDoors() : community_({"cert-ke", "cert-ug", "bank"}) { server_.submit(community_.charter()); }

    std::vector<std::string> found(const std::string& question, const http::Client::Headers& headers = {}) {
        std::vector<std::string> ids;
        const json::Value page = server_.get_json("/api/v1/intel/search?" + question, headers);
        for (const json::Value& item : page.at("items").as_array())
            ids.emplace_back(item.at("id").as_string());
        return ids;
    }
    void mark(const std::string& author, const Audience& audience) {
        server_.clock().advance_seconds(1);
        const intelligence::MarkingChange change{*intelligence::ObjectId::parse(kIndicator), {}, audience};
        server_.submit(community_.statement(author, intelligence::kMarkingChange,
                                            intelligence::marking_change_json(change), kClear));
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(SearchDoors, FindsByValueNetworkIdAndWords) {
    server_.submit(community_.share("cert-ke", {testing::indicator(7), testing::indicator(9)}, kClear));
    EXPECT_THAT(found("q=198.51.100.7"), ElementsAre(kIndicator));
    EXPECT_THAT(found("q=198[.]51[.]100[.]7"), ElementsAre(kIndicator));
    EXPECT_THAT(found("q=198.51.100.0/29"), ElementsAre(kIndicator));
    EXPECT_EQ(found("q=198.51.100.0/24").size(), 2U);
    EXPECT_THAT(found("q=" + kIndicator), ElementsAre(kIndicator));
    EXPECT_EQ(found("source=cert-ke&type=indicator").size(), 2U);
    EXPECT_EQ(found("source=cert-ug").size(), 0U);
    EXPECT_EQ(found("q=nothing%20of%20it").size(), 0U);
    for (const auto& [question, where] :
         {std::pair("tlp=white", "tlp"), std::pair("confidence=x", "confidence"),
          std::pair("since=today", "since"), std::pair("property=x", "property"),
          std::pair("property=a..b=x", "property"), std::pair("property=.a=x", "property"),
          std::pair("property=a.=x", "property"), std::pair("type=X", "type"), std::pair("q=%20", "q"),
          std::pair("limit=0", "limit"), std::pair("cursor=x", "cursor"), std::pair("versions=x", "versions"),
          std::pair("text=-", "text")}) {
        const auto answer = server_.get("/api/v1/intel/search?" + std::string(question));
        EXPECT_EQ(answer.status, 400) << question;
        EXPECT_THAT(std::string(problem_of(answer)["where"].as_string()), ::testing::StartsWith(where))
            << question;
    }
}

TEST_F(SearchDoors, ShowsAnObjectItsRelationsAndItsConfidence) {
    const std::string sighting =
        R"({"type":"sighting","spec_version":"2.1","id":"sighting--00000000-0000-4000-8000-000000000001",)"
        R"("created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","count":3,"sighting_of_ref":")" +
        kIndicator + "\"}";
    server_.submit(community_.share("cert-ke", {testing::indicator(7)}, kClear));
    server_.submit(community_.share("cert-ug", {testing::indicator(7), sighting}, kClear));
    const json::Value shown = server_.get_json("/api/v1/intel/objects/" + kIndicator);
    EXPECT_EQ(shown.at("versions").as_array().size(), 1U);
    EXPECT_EQ(shown.at("versions").at(0).at("copies").as_array().size(), 2U);
    EXPECT_EQ(shown.at("confidence").at("sightings").as_int64(), 3);
    const json::Value graph = server_.get_json("/api/v1/intel/objects/" + kIndicator + "/related");
    EXPECT_EQ(graph.at("nodes").as_array().size(), 2U);
    EXPECT_EQ(graph.at("edges").at(0).at("kind").as_string(), "sighting_of_ref");
    EXPECT_EQ(server_.get("/api/v1/intel/objects/x").status, 400);
    EXPECT_EQ(server_.get("/api/v1/intel/objects/" + kIndicator + "/related?depth=9").status, 400);
    for (const std::string what : {"", "/related", "/readers"})
        EXPECT_EQ(server_.get("/api/v1/intel/objects/indicator--00000000-0000-4000-8000-00000000000a" + what)
                      .status,
                  404);
}

TEST_F(SearchDoors, AChangedMarkingCountsForEveryReaderAtOnce) {
    server_.submit(community_.share("cert-ke", {testing::indicator(7)}, kForUganda));
    server_.add_account("eve@bank");
    server_.add_account("okello@cert-ug");
    const auto eve = server_.bearer("eve@bank");
    const auto okello = server_.bearer("okello@cert-ug");
    const auto sees = [&](const http::Client::Headers& who) {
        const bool here = server_.get("/api/v1/intel/objects/" + kIndicator, who).status == 200;
        EXPECT_EQ(found("q=198.51.100.7", who).size(), here ? 1U : 0U);
        EXPECT_EQ(server_.get_json("/api/v1/objects", who).at("items").as_array().size(), here ? 1U : 0U);
        return here;
    };
    EXPECT_TRUE(sees(okello));
    EXPECT_FALSE(sees(eve));
    mark("cert-ug", kClear);  // not its own
    EXPECT_FALSE(sees(eve));
    mark("cert-ke", kClear);
    EXPECT_TRUE(sees(eve));
    EXPECT_TRUE(sees({}));
    // The object, and not what carried it.
    const json::Value item = server_.get_json("/api/v1/objects", eve).at("items").at(0);
    EXPECT_TRUE(item.at("statement").is_null());
    EXPECT_TRUE(server_.get_json("/api/v1/intel/search", eve).at("items").at(0).at("statement").is_null());
    EXPECT_FALSE(server_.get_json("/api/v1/objects", okello).at("items").at(0).at("statement").is_null());
    mark("cert-ke", {Tlp::kRed, {}, {}, {"eve@bank"}});
    EXPECT_TRUE(sees(eve));
    EXPECT_FALSE(sees(okello));
    // What it shares again is marked so too.
    server_.submit(community_.share("cert-ke", {testing::indicator(7)}, kClear));
    EXPECT_FALSE(sees(okello));
}

TEST_F(SearchDoors, SaysWhoCanSeeAndWhyToThoseWhoMayAsk) {
    server_.submit(community_.group("cert-ke", "responders", {"bank"}));
    server_.submit(community_.share("cert-ke", {testing::indicator(7)},
                                    {Tlp::kAmberStrict, {"cert-ug"}, {"cert-ke/responders"}, {}}));
    for (const std::string account : {"amina@cert-ke", "okello@cert-ug", "eve@bank"})
        server_.add_account(account);
    const std::string target = "/api/v1/intel/objects/" + kIndicator + "/readers";
    const json::Value all = server_.get_json(target, server_.bearer("amina@cert-ke")).at("copies").at(0);
    EXPECT_TRUE(all.at("yours").as_bool());
    EXPECT_EQ(all.at("public").at("why").as_string(), "stranger");
    std::map<std::string, std::string> why;
    for (const json::Value& member : all.at("members").as_array())
        why[std::string(member.at("member").as_string())] =
            std::string(member.at("staff").at("why").as_string()) + " " +
            std::string(member.at("clients").at("why").as_string());
    EXPECT_EQ(why["cert-ke"], "author client");
    EXPECT_EQ(why["cert-ug"], "named client");
    EXPECT_EQ(why["bank"], "group client");
    const json::Value own = server_.get_json(target, server_.bearer("okello@cert-ug")).at("copies").at(0);
    EXPECT_FALSE(own.as_object().contains("members"));
    EXPECT_EQ(own.at("you").at(0).at("why").as_string(), "named");
    EXPECT_EQ(server_.get(target + "?for=bank", server_.bearer("okello@cert-ug")).status, 403);
    EXPECT_EQ(server_.get(target + "?for=nobody", server_.bearer("okello@cert-ug")).status, 400);
    EXPECT_EQ(server_.get_json(target + "?for=okello@cert-ug", server_.bearer("okello@cert-ug"))
                  .at("copies")
                  .at(0)
                  .at("for")
                  .at("why")
                  .as_string(),
              "named");
    EXPECT_EQ(server_.get_json(target + "?for=bank", server_.bearer("amina@cert-ke"))
                  .at("copies")
                  .at(0)
                  .at("for")
                  .at("group")
                  .as_string(),
              "cert-ke/responders");
    EXPECT_EQ(server_.get(target).status, 404);
}

}  // namespace
}  // namespace comity::api::rest
