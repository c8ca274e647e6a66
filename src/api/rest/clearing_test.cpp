#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "development/allocation/plan_file.h"
#include "development/clearing/promises.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using testing::problem_of;
using testing::RestServer;

class ClearingDoors : public ::testing::Test {
  protected:
    ClearingDoors() : community_({"cert-rw", "acme", "bank"}) {
        server_.submit(community_.charter());
        say("cert-rw", development::kNeed,
            R"({"id":"routers","title":"Routers","kind":"equipment","subject":"router","amount":60,"unit":"piece","place":"RWA","period":{"from":"2027-01-01","to":"2027-12-31"},"beneficiaries":{"people":600,"who":"pupils"},"standards":["ipv6"],"conditions":["spares"],"note":"n","revision":1})");
        say("bank", development::kOffer,
            R"({"id":"fund","title":"Fund","kind":"funding","amount":8000,"unit":"USD","period":{"from":"2027-01-01","to":"2027-12-31"},"pays":["acme"]})");
        say("acme", development::kOffer,
            R"({"id":"routers","title":"Routers","kind":"equipment","subject":"router","amount":500,"unit":"piece","places":["RWA"],"period":{"from":"2027-01-01","to":"2027-12-31"},"cost":{"amount":200,"fund":"bank/fund"},"standards":["ipv6"]})");
    }
    void say(const std::string& author, std::string_view type, std::string_view body) {
        server_.submit(community_.statement(author, type, json::parse(body)->as_object()));
    }
    json::Value told(const std::string& target) { return server_.get_json("/api/v1/clearing/" + target); }

    testing::Community community_;
    RestServer server_;
};

TEST_F(ClearingDoors, AnswerAsTheDocumentSays) {
    EXPECT_EQ(told("needs?kind=equipment").at("rows").as_array().size(), 1U);
    EXPECT_EQ(told("offers?place=RWA").at("rows").as_array().size(), 2U);
    EXPECT_EQ(told("need?need=cert-rw/routers").at("rows").as_array().size(), 2U);
    EXPECT_EQ(told("offer?offer=acme/routers").at("rows").as_array().size(), 1U);
    const json::Value plan = told("plan?all=true&curve=true");
    EXPECT_EQ(plan.at("assignments").at(0).at("amount"), 40);  // what the fund pays for
    EXPECT_TRUE(development::parse_plan(plan));
    say("cert-rw", development::kChoice,
        R"({"need":"cert-rw/routers","offer":"acme/routers","choice":"accept","amount":30,"reason":"good"})");
    EXPECT_EQ(told("choices").at("rows").at(0).at("stands"), "accepted");
    say("acme", development::kCommitment,
        R"({"id":"k1","need":"cert-rw/routers","offer":"routers","amount":30,"milestones":[{"id":"all","due":"2027-03-01","amount":30}],"effect":{"indicator":"users","place":"RWA","from":2026}})");
    say("acme", development::kDelivery,
        R"({"id":"d1","commitment":"acme/k1","milestone":"all","amount":30,"day":"2027-02-01","evidence":[{"title":"Waybill","url":"https://acme.example/1"}]})");
    const json::Value promised = told("commitments?at=2027-04-01&member=acme");
    EXPECT_EQ(promised.at("rows").at(0).at("milestones").at(0).at("state"), "delivered");
    EXPECT_TRUE(promised.at("rows").at(0).at("effect").at("change").is_null());
    EXPECT_EQ(told("revision?of=commitment&ref=acme/k1").at("revision"), 0);
    EXPECT_TRUE(told("overlaps").at("rows").as_array().empty());
    EXPECT_TRUE(told("plans").at("rows").as_array().empty());
    say("cert-rw", development::kNeed, R"({"id":"routers","revision":2,"withdrawn":true,"reason":"bought"})");
    EXPECT_EQ(told("need?need=cert-rw/routers").at("need").at("withdrawn"), true);
}

TEST_F(ClearingDoors, RefuseByParameter) {
    const auto refused = [&](int status, const std::string& where, const std::string& target) {
        const auto answer = server_.get("/api/v1/clearing/" + target);
        EXPECT_EQ(answer.status, status) << target;
        if (!where.empty()) {
            EXPECT_EQ(std::string(problem_of(answer)["where"].as_string()), where) << target;
        }
    };
    refused(400, "kind", "needs?kind=gold");
    refused(400, "place", "offers?place=nowhere");
    refused(404, "", "need?need=cert-rw/nothing");
    refused(404, "", "offer?offer=acme/nothing");
    refused(400, "fairness", "plan?fairness=kind");
    refused(404, "", "plan?scheme=nothing");
    refused(400, "at", "commitments?at=now");
    refused(400, "of", "revision?of=x&ref=a/b");
}

}  // namespace
}  // namespace comity::api::rest
