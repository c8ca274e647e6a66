#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "development/tender/sealed_bid.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using testing::problem_of;
using testing::RestServer;

class MarketDoors : public ::testing::Test {
  protected:
    MarketDoors() : community_({"cert-rw", "acme", "globex"}) { server_.submit(community_.charter()); }
    Digest say(const std::string& author, std::string_view type, json::Object body) {
        const auto envelope = community_.statement(author, type, std::move(body));
        server_.submit(envelope);
        return envelope.digest();
    }
    json::Value told(const std::string& target) { return server_.get_json("/api/v1/market/" + target); }

    testing::Community community_;
    RestServer server_;
};

TEST_F(MarketDoors, AnswerAsTheDocumentSays) {
    EXPECT_TRUE(told("tenders").at("rows").as_array().empty());
    say("cert-rw", development::kRelease,
        json::parse(
            R"({"release":{"ocid":"ocds-x-1","id":"1","date":"2026-01-01T00:00:00Z","tag":["tender"],"initiationType":"tender","parties":[{"id":"acme","name":"Acme","roles":["tenderer"],"details":{"scale":"micro"}}],"tender":{"id":"t","title":"Routers","status":"active","procurementMethod":"open","numberOfTenderers":1,"tenderers":[{"id":"acme"}],"value":{"amount":100000,"currency":"USD"}}}})")
            ->as_object());
    const std::int64_t now = server_.clock().now().seconds();
    const json::Object body{{"id", "routers"},
                            {"title", "Routers"},
                            {"process", "ocds-x-1"},
                            {"deadline", development::second_text(now + 100)},
                            {"open_by", development::second_text(now + 200)},
                            {"currency", "USD"}};
    const Digest call = say("cert-rw", development::kCall, body);
    const auto parsed = development::parse_call(body);
    ASSERT_TRUE(parsed);
    const auto bid = development::seal_bid(
        *parsed, {call, "acme", 95000, "USD", "n", {{"Offer", "https://acme.example/1", {}}}}, Bytes(32, 1),
        Bytes(16, 2));
    ASSERT_TRUE(bid);
    const Digest sealed = say("acme", development::kBid, development::bid_json(*bid));
    EXPECT_EQ(told("call?call=cert-rw/routers").at("bids").at(0).at("stand"), "sealed");
    EXPECT_EQ(told("bids?call=" + call.hex().substr(0, 8)).at("rows").as_array().size(), 1U);
    server_.clock().advance_seconds(150);
    say("acme", development::kBidOpening, development::opening_json({call, {{sealed, Bytes(32, 1), {}}}}));
    server_.clock().advance_seconds(100);
    const json::Value opened = told("call?call=cert-rw/routers");
    EXPECT_EQ(opened.at("settled"), true);
    EXPECT_EQ(opened.at("bids").at(0).at("value").at("amount"), 95000);
    EXPECT_EQ(opened.at("ranked").at(0), json::Value(sealed.hex()));
    // A reply of those concerned stands beside the flag.
    say("cert-rw", development::kReply,
        json::parse(
            R"({"process":"cert-rw/ocds-x-1","flag":"R018","text":"Nobody else makes them.","evidence":[{"title":"Survey","url":"https://rw.example"}]})")
            ->as_object());
    const json::Value tender = told("tender?process=cert-rw/ocds-x-1");
    ASSERT_EQ(tender.at("flags").as_array().size(), 1U);
    EXPECT_EQ(tender.at("flags").at(0).at("replies").at(0).at("role"), "buyer");
    EXPECT_EQ(told("reply?process=cert-rw/ocds-x-1&flag=R018&member=cert-rw").at("revision"), 0);
    EXPECT_TRUE(told("reply?process=cert-rw/ocds-x-1&flag=R018&member=acme").at("revision").is_null());
    EXPECT_EQ(told("flags").at("replies").as_array().size(), 1U);
    EXPECT_EQ(told("tenders?flag=R018").at("rows").as_array().size(), 1U);
    EXPECT_TRUE(told("tenders?member=acme").at("rows").as_array().empty());
    EXPECT_EQ(told("audit").at("left_out").at("no active award"), 1);
}

TEST_F(MarketDoors, SayWhatIsWrongWithAFileAndKeepNothing) {
    server_.add_account("amina@cert-rw");
    const auto check = [&](std::string_view file, const std::string& as = "amina@cert-rw") {
        return server_.ask(http::Method::kPost, "/api/v1/market/check", server_.bearer(as), file);
    };
    const std::string good =
        R"("ocid":"ocds-x-1","date":"2026-01-01T00:00:00Z","tag":["tender"],"initiationType":"tender")";
    const auto two = RestServer::json_of(check("{\"id\":\"1\"," + good + "}\n{" + good + "}\n"));
    EXPECT_EQ(two.at("releases"), 2);
    EXPECT_EQ(two.at("processes"), 1);
    EXPECT_EQ(two.at("quarantined"), 1);
    EXPECT_EQ(two.at("more"), 0);
    ASSERT_EQ(two.at("defects").as_array().size(), 1U);
    EXPECT_EQ(two.at("defects").at(0).at("kind"), "missing");
    EXPECT_EQ(two.at("defects").at(0).at("line"), 2);
    EXPECT_EQ(two.at("defects").at(0).at("where"), "id");
    EXPECT_FALSE(two.at("defects").at(0).at("mend").as_string().empty());
    EXPECT_EQ(RestServer::json_of(check("no json")).at("defects").at(0).at("kind"), "broken-json");
    std::string many;
    for (int i = 0; i < 1003; ++i) many += "{\"ocid\":\"x\"}\n";
    const auto listed = RestServer::json_of(check(many));
    EXPECT_EQ(listed.at("defects").as_array().size(), 1000U);
    EXPECT_GT(listed.at("more").to_number<int>(), 2);
    EXPECT_TRUE(RestServer::json_of(check("{\"id\":\"1\"," + good + "}")).at("defects").as_array().empty());
    EXPECT_EQ(check("{}", "").status, 401);
    EXPECT_EQ(server_.log_size(), 1U);
}

TEST_F(MarketDoors, RefuseByParameter) {
    const auto refused = [&](int status, const std::string& where, const std::string& target) {
        const auto answer = server_.get("/api/v1/market/" + target);
        EXPECT_EQ(answer.status, status) << target;
        if (!where.empty()) {
            EXPECT_EQ(std::string(problem_of(answer)["where"].as_string()), where) << target;
        }
    };
    refused(400, "process", "tender");
    refused(404, "", "tender?process=cert-rw/none");
    refused(400, "call", "call");
    refused(404, "", "call?call=cert-rw/none");
    refused(404, "", "bids?call=12345678");
    refused(400, "by", "audit?by=.x");
    refused(400, "least", "audit?least=0");
    refused(404, "", "audit?group=none");
    refused(400, "flag", "reply?process=a/b");
}

}  // namespace
}  // namespace comity::api::rest
