#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "development/observatory/dataset.h"
#include "development/observatory/membership.h"
#include "log/tree.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using testing::problem_of;
using testing::RestServer;

const ledger::Audience kClear{ledger::Tlp::kClear, {}, {}, {}};

class DivideDoors : public ::testing::Test {
  protected:
    DivideDoors() : community_({"cert-ke", "cert-ug"}) {
        server_.submit(community_.charter());
        std::string sweden, kenya;
        for (int year = 2000; year < 2024; ++year) {
            sweden += fmt::format("{}[{},{}]", sweden.empty() ? "" : ",", year, 45 + 2 * (year - 2000));
            kenya += fmt::format("{}[{},{}]", kenya.empty() ? "" : ",", year,
                                 1 + (year - 2000) * (year - 2000) / 9.0);
        }
        say("internet_users",
            {fmt::format(R"({{"place":"KEN","points":[{}]}})", kenya),
             fmt::format(R"({{"place":"SWE","points":[{}]}})", sweden)},
            kClear);
        say("population",
            {R"({"place":"KEN","points":[[2023,55]]})", R"({"place":"SWE","points":[[2023,10]]})",
             R"({"place":"RWA","points":[[2023,14]]})"},
            kClear);
        server_.submit(community_.statement(
            "cert-ke", development::kMembership,
            *json::parse(
                 R"({"scheme":"region","source":"UN","edition":"1","groups":[{"id":"africa","members":[["KEN",null,null]]}]})")
                 ->if_object(),
            kClear));
    }

    Digest say(std::string_view indicator, std::vector<std::string> objects,
               const ledger::Audience& audience) {
        std::vector<Digest> leaves;
        for (const std::string& object : objects) leaves.push_back(log::leaf_hash(as_bytes(object)));
        json::Object body{{"indicator", indicator}, {"unit", "%"},    {"source", "wdi"},
                          {"licence", "CC-BY-4.0"}, {"edition", "1"}, {"low", 0}};
        if (indicator == "internet_users") body["high"] = 100;
        body["objects"] = json::Object{{"count", objects.size()}, {"root", log::root_of(leaves).hex()}};
        const crypto::Envelope envelope =
            community_.statement("cert-ke", development::kDataset, std::move(body), audience);
        server_.submit(ledger::Submission{envelope.write(), std::move(objects), {}});
        return envelope.digest();
    }
    json::Value told(const std::string& target) { return server_.get_json("/api/v1/divide" + target); }
    void refused(int status, const std::string& where, const std::string& target) {
        const auto answer = server_.get("/api/v1/divide/" + target);
        EXPECT_EQ(answer.status, status) << target;
        if (!where.empty()) {
            EXPECT_EQ(std::string(problem_of(answer)["where"].as_string()), where) << target;
        }
    }

    testing::Community community_;
    RestServer server_;
};

TEST_F(DivideDoors, AnswerAsTheDocumentSays) {
    const json::Value all = told("");
    EXPECT_EQ(all.at("datasets").as_array().size(), 2U);
    EXPECT_EQ(all.at("schemes").as_array().size(), 1U);
    EXPECT_EQ(all.at("indices").as_array().size(), 3U);
    EXPECT_EQ(told("/figures?indicator=internet_users&place=KEN&from=2020").at("rows").as_array().size(), 4U);
    const json::Value unequal =
        told("/inequality?indicator=internet_users&weights=population&scheme=region&year=2023");
    EXPECT_EQ(unequal.at("rows").at(0).at("places"), 2);
    EXPECT_NEAR(unequal.at("rows").at(0).at("coverage").as_double(), 65.0 / 79, 1e-12);
    EXPECT_EQ(told("/inequality?indicator=internet_users").at("rows").as_array().size(), 24U);
    EXPECT_EQ(told("/inequality?indicator=internet_users&year=1999").at("left_out").as_array().size(), 1U);
    EXPECT_EQ(told("/distance?indicator=internet_users&benchmark=SWE").at("rows").as_array().size(), 2U);
    const json::Value coming = told("/forecast?indicator=internet_users&place=KEN&until=2030&target=95");
    EXPECT_EQ(coming.at("rows").as_array().size(), 7U);
    EXPECT_EQ(coming.at("models").as_array().size(), 3U);
    const json::Value index = told("/index?id=idi-2010&year=2023&scheme=region&draws=10");
    EXPECT_TRUE(index.at("rows").at(0).at("score").is_null());  // one indicator of eleven: missing is never 0
    EXPECT_EQ(index.at("without").as_array().size(), 10U);
}

TEST_F(DivideDoors, RefuseByParameter) {
    refused(400, "indicator", "figures");
    refused(400, "place", "figures?indicator=internet_users&place=nowhere");
    refused(404, "", "figures?indicator=nothing");
    refused(400, "carry", "inequality?indicator=internet_users&carry=99");
    refused(400, "zeros", "inequality?indicator=internet_users&zeros=maybe");
    refused(404, "", "inequality?indicator=nothing");
    refused(404, "", "inequality?indicator=internet_users&scheme=nothing");
    refused(404, "", "inequality?indicator=internet_users&weights=nothing");
    refused(400, "benchmark", "distance?indicator=internet_users");
    refused(404, "", "distance?indicator=nothing&benchmark=SWE");
    refused(400, "until", "forecast?indicator=internet_users&place=KEN&until=2001");
    refused(404, "", "forecast?indicator=internet_users&place=RWA");
    refused(400, "year", "index?id=idi-2010");
    refused(400, "idi-2023", "index?id=idi-2023&year=2023");  // without goalposts
    refused(404, "", "index?id=nothing&year=2023");
}

// Series are had by the statement, as objects of any other are, and each with its proof.
TEST_F(DivideDoors, CarrySeriesByTheirStatement) {
    const Digest id =
        say("fixed", {R"({"place":"KEN","points":[[2023,3]]})"}, {ledger::Tlp::kAmber, {"cert-ug"}, {}, {}});
    server_.add_account("okello@cert-ug");
    const auto okello = server_.bearer("okello@cert-ug");
    const std::string target = "/api/v1/statements/" + id.hex() + "/objects";
    EXPECT_EQ(server_.get(target).status, 404);
    EXPECT_EQ(server_.get_json(target, okello).at("items").at(0).at("object").at("place"), "KEN");
    EXPECT_EQ(told("").at("datasets").as_array().size(), 2U);
    EXPECT_EQ(server_.get_json("/api/v1/divide", okello).at("datasets").as_array().size(), 3U);
}

}  // namespace
}  // namespace comity::api::rest
