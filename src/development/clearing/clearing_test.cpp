#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "development/allocation/plan_file.h"
#include "development/answer/clearing.h"
#include "development/clearing/planning.h"
#include "development/observatory/dataset.h"
#include "testing/development_view.h"

namespace comity::development {
namespace {

const ledger::Audience kForAll{ledger::Tlp::kClear, {}, {}, {}};
const ledger::Audience kForBank{ledger::Tlp::kAmber, {"bank"}, {}, {}};

json::Object parsed(std::string_view text) {
    const auto value = json::parse(text);
    EXPECT_TRUE(value) << text;
    return value->as_object();
}

// A need or offer of routers in 2027, with what is changed of it.
json::Object need(std::string_view id, double amount, std::string_view place, std::int64_t people,
                  std::string_view more = "{}") {
    json::Object body = parsed(fmt::format(
        R"({{"id":"{}","title":"Routers","kind":"equipment","subject":"router","amount":{},"unit":"piece","place":"{}","period":{{"from":"2027-01-01","to":"2027-12-31"}},"beneficiaries":{{"people":{}}}}})",
        id, amount, place, people));
    for (auto& [key, value] : parsed(more)) body[key] = value;
    return body;
}
json::Object offer(std::string_view id, double amount, std::string_view more = "{}") {
    json::Object body = parsed(fmt::format(
        R"({{"id":"{}","title":"Routers","kind":"equipment","subject":"router","amount":{},"unit":"piece","period":{{"from":"2026-06-01","to":"2027-06-30"}}}})",
        id, amount));
    for (auto& [key, value] : parsed(more)) body[key] = value;
    return body;
}

struct Said {
    std::string_view type;
    std::string author;
    json::Object body;
    std::string seed;
    ledger::Audience audience = kForAll;
};

class Clearing : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        view_.emplace(database());
    }
    Digest say(const Said& said) {
        return view_->say(said.type, said.author, said.audience, said.body, {}, said.seed);
    }
    Result<json::Object> ask(std::string_view what, const Query& query = {},
                             const ledger::Viewer& viewer = {}) {
        const auto session = view_->database().snapshot();
        const auto readable = ledger::readable_by(**session, viewer);
        return answer_clearing({{**session, *readable}, *parse_time("2026-12-01T00:00:00Z")}, what, query);
    }
    json::Object told(std::string_view what, const Query& query = {}, const ledger::Viewer& viewer = {}) {
        auto found = ask(what, query, viewer);
        EXPECT_TRUE(found) << (found ? "" : found.error().message());
        return found.value_or(json::Object{});
    }
    json::Array rows(std::string_view what, const Query& query = {}) {
        return told(what, query).at("rows").as_array();
    }
    // Two groups in two countries, one short offer.
    void fill() {
        say({kMembership, "agency",
             parsed(
                 R"({"scheme":"un","source":"UN","edition":"1","groups":[{"id":"ldc","members":[["RWA",null,null],["TCD",null,2027]]}]})"),
             "m"});
        say({kNeed, "cert-rw", need("routers", 60, "RWA", 600), "n1"});
        say({kNeed, "cert-ke", need("routers", 60, "KEN", 6000), "n2"});
        say({kOffer, "acme", offer("routers", 80), "o1"});
    }
    static std::map<std::string, double> given(const json::Object& plan) {
        std::map<std::string, double> out;
        for (const json::Value& each : plan.at("assignments").as_array())
            out[std::string(each.at("need").as_string())] += each.at("amount").to_number<double>();
        return out;
    }

    std::optional<testing::DevelopmentView> view_;
};

class ClearingOnEngines : public Clearing {};
INSTANTIATE_TEST_SUITE_P(Engines, ClearingOnEngines, testing::each_engine(), testing::engine_name);

TEST_P(ClearingOnEngines, PlansUnderFloorsAndProvesIt) {
    fill();
    // Half of the offer is the least developed countries' part.
    const json::Object plan = told("plan", {{"scheme", "un"}, {"curve", "true"}});
    EXPECT_EQ(given(plan), (std::map<std::string, double>{{"cert-ke/routers", 40}, {"cert-rw/routers", 40}}));
    const auto read = parse_plan(*json::parse(json::write(plan)));
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(plan.at("curve").as_array().size(), 6U);
    EXPECT_EQ(plan.at("curve").at(0).at("value"), 6200);  // without floors: 60 to those where it reaches most
    EXPECT_EQ(given(told("plan", {{"fairness", "none"}})).at("cert-ke/routers"), 60);
    EXPECT_EQ(given(told("plan", {{"fairness", "none"}, {"scheme", "un"}, {"priority", "ldc=100"}}))
                  .at("cert-rw/routers"),
              60);
    EXPECT_EQ(plan.at("schemes").as_array().size(), 1U);
}

TEST_P(ClearingOnEngines, CountsTheRevisionThatCounts) {
    fill();
    say({kNeed, "cert-rw", need("routers", 10, "RWA", 100, R"({"revision":2})"), "n3"});
    say({kNeed, "cert-rw", need("routers", 99, "RWA", 100, R"({"revision":1})"), "n4"});
    EXPECT_EQ(told("needs", {{"member", "cert-rw"}}).at("rows").at(0).at("amount"), 10);
    EXPECT_EQ(told("revision", {{"of", "need"}, {"ref", "cert-rw/routers"}}).at("revision"), 2);
    say({kNeed, "cert-rw", parsed(R"({"id":"routers","revision":3,"withdrawn":true,"reason":"bought"})"),
         "n5"});
    EXPECT_TRUE(told("needs", {{"member", "cert-rw"}}).at("rows").as_array().empty());
    EXPECT_EQ(told("need", {{"need", "cert-rw/routers"}}).at("need").at("reason"), "bought");
    EXPECT_EQ(told("revision", {{"of", "need"}, {"ref", "cert-rw/routers"}}).at("withdrawn"), true);
    EXPECT_TRUE(told("revision", {{"of", "need"}, {"ref", "cert-rw/other"}}).at("revision").is_null());
    EXPECT_FALSE(given(told("plan")).contains("cert-rw/routers"));
}

TEST_P(ClearingOnEngines, SaysWhyAnOfferDoesNotFit) {
    fill();
    say({kOffer, "cert-rw", offer("own", 5), "x0"});
    say({kOffer, "acme", offer("cash", 5, R"({"kind":"funding"})"), "x1"});
    say({kOffer, "acme", offer("servers", 5, R"({"subject":"server"})"), "x2"});
    say({kOffer, "acme", offer("boxes", 5, R"({"unit":"box"})"), "x3"});
    say({kOffer, "acme", offer("elsewhere", 5, R"({"places":["FJI"]})"), "x4"});
    say({kOffer, "acme", offer("later", 5, R"({"period":{"from":"2028-01-01","to":"2028-02-01"}})"), "x5"});
    say({kNeed, "cert-rw", need("routers", 60, "RWA", 600, R"({"revision":1,"standards":["wpa3","ipv6"]})"),
         "x6"});
    say({kOffer, "acme", offer("modern", 5, R"({"standards":["ipv6","wpa3","qos"]})"), "x7"});
    std::map<std::string, std::string> reasons;
    for (const json::Value& row : rows("need", {{"need", "cert-rw/routers"}}))
        reasons[std::string(row.at("offer").as_string())] =
            row.at("reason").is_null() ? "" : std::string(row.at("reason").as_string());
    EXPECT_EQ(reasons, (std::map<std::string, std::string>{{"acme/modern", ""},
                                                           {"acme/routers", "standards"},
                                                           {"acme/boxes", "other-unit"},
                                                           {"acme/cash", "other-kind"},
                                                           {"acme/elsewhere", "other-place"},
                                                           {"acme/later", "other-period"},
                                                           {"acme/servers", "other-subject"},
                                                           {"cert-rw/own", "same-member"}}));
    EXPECT_EQ(told("offer", {{"offer", "acme/modern"}}).at("rows").as_array().size(), 2U);
}

TEST_P(ClearingOnEngines, CountsTheDaysOfWhatIsGivenOverTime) {
    const char* training = R"({"kind":"training","subject":"ipv6","unit":"seat"})";
    say({kNeed, "cert-rw", need("course", 10, "RWA", 100, training), "a"});
    say({kOffer, "acme", offer("course", 10, training), "b"});
    const json::Object shown = told("need", {{"need", "cert-rw/course"}});
    EXPECT_NEAR(shown.at("rows").at(0).at("part").to_number<double>(), 181.0 / 365, 1e-12);
    EXPECT_NEAR(told("plan").at("people").to_number<double>(), 100 * 181.0 / 365, 1e-6);
}

TEST_P(ClearingOnEngines, PaysOutOfFundsThatPay) {
    fill();
    say({kOffer, "acme", offer("routers", 80, R"({"revision":1,"cost":{"amount":200,"fund":"bank/fund"}})"),
         "p1"});
    const auto why = [&] { return std::string(told("plan").at("left_out").at(0).at("why").as_string()); };
    EXPECT_EQ(why(), "no offer fits it");
    const char* fund = R"({"kind":"funding","subject":"schools","unit":"USD"})";
    json::Object money = offer("fund", 5000, fund);
    say({kOffer, "bank", money, "p2"});
    EXPECT_TRUE(given(told("plan")).empty());
    EXPECT_EQ(told("plan").at("left_out").as_array().size(), 4U);  // the fund does not pay for acme
    money["revision"] = 1;
    money["pays"] = json::Array{"acme"};
    say({kOffer, "bank", money, "p3"});
    const json::Object plan = told("plan");
    EXPECT_EQ(given(plan).at("cert-ke/routers"), 25);  // what 5000 buy
    EXPECT_TRUE(parse_plan(*json::parse(json::write(plan))));
}

// The circle: what is accepted or promised stands, what is declined is left out, and the rest is planned
// anew.
TEST_P(ClearingOnEngines, PlansTheRestOfWhatWasChosen) {
    fill();
    say({kOffer, "acme", offer("more", 30), "o2"});
    say({kChoice, "cert-rw",
         parsed(R"({"need":"cert-rw/routers","offer":"acme/routers","choice":"accept","amount":50})"), "c1"});
    say({kChoice, "cert-ke",
         parsed(
             R"({"need":"cert-ke/routers","offer":"acme/routers","choice":"decline","reason":"no spares"})"),
         "c2"});
    json::Object plan = told("plan", {{"fairness", "none"}});
    EXPECT_EQ(given(plan).at("cert-ke/routers"), 30);
    EXPECT_EQ(plan.at("taken").at(0).at("amount"), 50);
    EXPECT_EQ(told("needs", {{"member", "cert-rw"}}).at("rows").at(0).at("left"), 10);
    // A promise takes the place of the acceptance.
    say({kCommitment, "acme",
         parsed(
             R"({"id":"k1","need":"cert-rw/routers","offer":"routers","amount":40,"milestones":[{"id":"a","due":"2027-03-01","amount":15},{"id":"b","due":"2027-06-01","amount":25}]})"),
         "k"});
    EXPECT_EQ(told("needs", {{"member", "cert-rw"}}).at("rows").at(0).at("promised"), 40);
    EXPECT_EQ(told("offers", {{"member", "acme"}}).at("rows").at(1).at("left"), 40);
    // Taken back, it is open again.
    say({kChoice, "cert-ke",
         parsed(R"({"need":"cert-ke/routers","offer":"acme/routers","choice":"open","revision":1})"), "c3"});
    plan = told("plan", {{"fairness", "none"}});
    EXPECT_EQ(given(plan).at("cert-ke/routers"), 60);
    // The one who offers can say no.
    say({kChoice, "acme", parsed(R"({"need":"cert-ke/routers","offer":"acme/more","choice":"decline"})"),
         "c4"});
    EXPECT_EQ(told("choices", {{"offer", "acme/more"}}).at("rows").at(0).at("stands"), "declined");
    EXPECT_EQ(given(told("plan", {{"fairness", "none"}})).at("cert-ke/routers"), 40);
    EXPECT_EQ(told("overlaps").at("rows").as_array().size(), 1U);  // acme offers routers twice
}

TEST_P(ClearingOnEngines, ShowsWhatIsOverdueAndWhatItDid) {
    fill();
    say({kCommitment, "acme",
         parsed(
             R"({"id":"k1","need":"cert-rw/routers","offer":"routers","amount":40,"milestones":[{"id":"a","due":"2027-03-01","amount":15},{"id":"b","due":"2027-06-01","amount":25}],"effect":{"indicator":"users","place":"RWA","from":2026,"expected":5}})"),
         "k"});
    const auto state = [&](std::string_view at) {
        return told("commitments", {{"at", std::string(at)}}).at("rows").at(0).as_object();
    };
    EXPECT_EQ(state("2027-03-01").at("overdue"), false);
    EXPECT_EQ(state("2027-03-04").at("milestones").at(0).at("state"), "overdue");
    EXPECT_EQ(state("2027-03-04").at("milestones").at(0).at("days_late"), 3);
    EXPECT_TRUE(
        told("commitments", {{"at", "2027-03-01"}, {"overdue", "true"}}).at("rows").as_array().empty());
    say({kDelivery, "acme",
         parsed(
             R"({"id":"d1","commitment":"acme/k1","milestone":"a","amount":15,"day":"2027-02-20","evidence":[{"title":"Waybill","url":"https://acme.example/1"}]})"),
         "d1"});
    EXPECT_EQ(state("2027-03-04").at("milestones").at(0).at("state"), "delivered");
    say({kDelivery, "cert-rw",
         parsed(R"({"id":"d1","commitment":"acme/k1","milestone":"a","amount":12,"day":"2027-02-25"})"),
         "d2"});
    say({kDelivery, "ngo",
         parsed(R"({"id":"d1","commitment":"acme/k1","milestone":"a","amount":13,"day":"2027-02-26"})"),
         "d3"});
    json::Object now = state("2027-03-04");
    EXPECT_EQ(now.at("disagree"), true);
    EXPECT_EQ(now.at("milestones").at(0).at("seen"), 13);
    EXPECT_EQ(now.at("received"), 12);
    EXPECT_EQ(now.at("deliveries").as_array().size(), 3U);
    say({kDelivery, "cert-rw",
         parsed(
             R"({"id":"d1","revision":1,"commitment":"acme/k1","milestone":"a","amount":15,"day":"2027-02-25"})"),
         "d4"});
    now = state("2027-03-04");
    EXPECT_EQ(now.at("disagree"), false);
    EXPECT_EQ(now.at("milestones").at(0).at("state"), "received");
    // No figures yet, then some.
    EXPECT_TRUE(now.at("effect").at("before").is_null());
    view_->say(
        kDataset, "agency", kForAll,
        parsed(R"({"indicator":"users","unit":"%","source":"s","licence":"CC0-1.0","edition":"1"})"),
        {R"({"place":"RWA","points":[[2026,34],[2028,41.5]]})",
         R"({"place":"KEN","points":[[2026,40],[2028,42]]})",
         R"({"place":"UGA","points":[[2026,20],[2028,23]]})", R"({"place":"FJI","points":[[2026,80]]})"},
        "data");
    const json::Object effect = state("2028-03-04").at("effect").as_object();
    EXPECT_EQ(effect.at("change"), 7.5);
    EXPECT_EQ(effect.at("elsewhere"), 2.5);
    EXPECT_EQ(effect.at("places"), 2);
    EXPECT_EQ(effect.at("after_year"), 2028);
    // The same is wanted there by another: it runs already.
    say({kNeed, "ngo", need("routers", 5, "RWA", 50), "n9"});
    bool running = false;
    for (const json::Value& row : rows("overlaps"))
        running = running || (row.at("what") == "running" && row.at("one") == "ngo/routers");
    EXPECT_TRUE(running);
}

// Law 1: all the same in any order.
TEST(ClearingView, IsAFunctionOfTheSet) {
    const std::vector<Said> all = {
        {kNeed, "cert-rw", need("routers", 60, "RWA", 600), "n1"},
        {kNeed, "cert-rw", need("routers", 10, "RWA", 100, R"({"revision":1})"), "n2"},
        {kNeed, "cert-rw", need("routers", 20, "RWA", 100, R"({"revision":1})"), "n3"},
        {kNeed, "cert-ke", need("routers", 60, "KEN", 6000), "n4"},
        {kOffer, "acme", offer("routers", 80), "o1"},
        {kOffer, "acme", offer("more", 30), "o2"},
        {kChoice, "cert-rw", parsed(R"({"need":"cert-rw/routers","offer":"acme/routers","choice":"accept"})"),
         "c1"},
        {kChoice, "cert-ke", parsed(R"({"need":"cert-ke/routers","offer":"acme/more","choice":"decline"})"),
         "c2"},
        {kCommitment, "acme",
         parsed(
             R"({"id":"k1","need":"cert-ke/routers","offer":"routers","amount":4,"milestones":[{"id":"a","due":"2027-03-01","amount":4}]})"),
         "k"},
        {kDelivery, "acme",
         parsed(R"({"id":"d1","commitment":"acme/k1","milestone":"a","amount":4,"day":"2027-02-20"})"), "d"},
    };
    std::mt19937_64 random(1);
    std::vector<std::string> wanted;
    for (int round = 0; round < 6; ++round) {
        std::vector<Said> order = all;
        if (round > 0) std::ranges::shuffle(order, random);
        const testing::TestDatabase database(db::Database::Engine::kSqlite);
        testing::DevelopmentView view(database);
        for (const Said& said : order)
            view.say(said.type, said.author, said.audience, said.body, {}, said.seed);
        std::vector<std::string> answers{view.canonical()};
        for (const char* what : {"needs", "offers", "choices", "plan", "commitments", "overlaps"}) {
            const auto session = view.database().snapshot();
            const auto readable = ledger::readable_by(**session, {});
            answers.push_back(json::write(*answer_clearing({{**session, *readable}, Time{}}, what, {})));
        }
        if (round == 0) wanted = answers;
        EXPECT_EQ(answers, wanted) << round;
    }
}

// Law 4: what one may not read is as if it were not there.
TEST_P(ClearingOnEngines, TellsNothingOfWhatMayNotBeRead) {
    fill();
    say({kCommitment, "acme",
         parsed(
             R"({"id":"k1","need":"cert-ke/routers","offer":"routers","amount":4,"milestones":[{"id":"a","due":"2027-03-01","amount":4}]})"),
         "k"});
    const std::vector<std::pair<std::string, Query>> questions = {
        {"needs", {}},
        {"offers", {}},
        {"choices", {}},
        {"plan", {{"scheme", "un"}}},
        {"plans", {}},
        {"commitments", {}},
        {"overlaps", {}},
        {"need", {{"need", "cert-rw/routers"}}},
        {"offer", {{"offer", "acme/routers"}}},
        {"revision", {{"of", "need"}, {"ref", "cert-rw/routers"}}}};
    std::vector<std::string> before;
    for (const auto& [what, query] : questions) before.push_back(json::write(told(what, query)));
    say({kNeed, "cert-rw", need("routers", 1, "RWA", 5, R"({"revision":9})"), "s1", kForBank});
    say({kNeed, "ngo", need("routers", 5, "RWA", 50), "s2", kForBank});
    say({kOffer, "bank", offer("spare", 500), "s3", kForBank});
    say({kChoice, "cert-rw",
         parsed(R"({"need":"cert-rw/routers","offer":"acme/routers","choice":"decline"})"), "s4", kForBank});
    say({kCommitment, "acme",
         parsed(
             R"({"id":"k2","need":"cert-rw/routers","offer":"routers","amount":4,"milestones":[{"id":"a","due":"2027-03-01","amount":4}]})"),
         "s5", kForBank});
    say({kDelivery, "acme",
         parsed(R"({"id":"d1","commitment":"acme/k1","milestone":"a","amount":4,"day":"2027-02-20"})"), "s6",
         kForBank});
    for (std::size_t i = 0; i < questions.size(); ++i)
        EXPECT_EQ(json::write(told(questions[i].first, questions[i].second)), before[i])
            << questions[i].first;
    EXPECT_EQ(told("needs", {}, {"bank", "", true, {}}).at("rows").as_array().size(), 3U);
}

TEST_P(ClearingOnEngines, RefusesByParameter) {
    fill();
    for (const auto& [what, query, where] : std::vector<std::tuple<std::string, Query, std::string>>{
             {"needs", {{"kind", "gold"}}, "kind"},
             {"needs", {{"place", "xx"}}, "place"},
             {"need", {}, "need"},
             {"plan", {{"fairness", "kind"}}, "fairness"},
             {"plan", {{"keep", "2"}}, "keep"},
             {"plan", {{"weight", "ldc"}}, "weight"},
             {"plan", {{"weight", "ldc=2"}}, "ldc"},
             {"commitments", {{"at", "now"}}, "at"},
             {"revision", {{"of", "x"}, {"ref", "a/b"}}, "of"}}) {
        const auto refused = ask(what, query);
        ASSERT_FALSE(refused) << what;
        EXPECT_EQ(refused.error().where, where) << what;
    }
    EXPECT_EQ(ask("need", {{"need", "a/b"}}).error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(ask("plan", {{"scheme", "nothing"}}).error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(ask("nothing").error().kind, ErrorKind::kNotFound);
}

// Bodies are held to their form, field by field, and come back as they were.
TEST(ClearingBodies, AreReadStrictly) {
    const auto refused = [](const auto& parse, json::Object body, std::string_view change,
                            std::string_view where) {
        for (auto& [key, value] : parsed(change)) {
            if (value.is_null()) {
                body.erase(key);
            } else {
                body[key] = value;
            }
        }
        const auto read = parse(body);
        ASSERT_FALSE(read) << change;
        EXPECT_EQ(read.error().where, where) << change;
    };
    const json::Object good = need("routers", 60, "RWA", 600);
    EXPECT_EQ(json::write(need_json(*parse_need(
                  need("routers", 60, "RWA", 600,
                       R"({"revision":3,"lot":20,"conditions":["a"],"standards":["x"],"note":"n"})")))),
              json::write(need_json(*parse_need(need_json(*parse_need(
                  need("routers", 60, "RWA", 600,
                       R"({"revision":3,"lot":20,"conditions":["a"],"standards":["x"],"note":"n"})")))))));
    for (const auto& [change, where] : std::vector<std::pair<std::string, std::string>>{
             {R"({"id":"a b"})", "body.id"},
             {R"({"kind":"gold"})", "body.kind"},
             {R"({"subject":null})", "body.subject"},
             {R"({"amount":0})", "body.amount"},
             {R"({"amount":"6"})", "body.amount"},
             {R"({"lot":7})", "body.lot"},
             {R"({"lot":6,"whole":true})", "body.lot"},
             {R"({"place":"QQQ"})", "body.place"},
             {R"({"period":{"from":"2027-02-30","to":"2027-12-31"}})", "body.period.from"},
             {R"({"period":{"from":"2027-12-31","to":"2027-01-01"}})", "body.period.to"},
             {R"({"beneficiaries":{"people":0}})", "body.beneficiaries.people"},
             {R"({"standards":["a b"]})", "body.standards[0]"},
             {R"({"withdrawn":true})", "body"},
             {R"({"more":1})", "body"}}) {
        json::Object body = good;
        for (auto& [key, value] : parsed(change)) {
            if (value.is_null()) {
                body.erase(key);
            } else {
                body[key] = value;
            }
        }
        const auto read = parse_need(body);
        ASSERT_FALSE(read) << change;
        EXPECT_TRUE(read.error().where.starts_with(where)) << change << ": " << read.error().message();
    }
    refused(parse_offer, offer("x", 5), R"({"cost":{"amount":1,"fund":"fund"}})", "body.cost.fund");
    refused(parse_offer, offer("x", 5), R"({"pays":["acme"]})", "body.pays");
    const json::Object promise = parsed(
        R"({"id":"k1","need":"a/n","offer":"o","amount":4,"milestones":[{"id":"a","due":"2027-03-01","amount":4}]})");
    refused(parse_commitment, promise, R"({"amount":5})", "body.milestones");
    refused(parse_commitment, promise, R"({"offer":"x/o"})", "body.offer");
    refused(parse_choice, parsed(R"({"need":"a/n","offer":"b/o","choice":"accept"})"),
            R"({"choice":"decline","amount":4})", "body.amount");
    const auto choice = parse_choice(parsed(R"({"need":"a/n","offer":"b/o","choice":"accept"})"));
    ASSERT_TRUE(choice);
    EXPECT_TRUE(check_choice(*choice, "a"));
    EXPECT_FALSE(check_choice(*choice, "b"));
    EXPECT_FALSE(check_choice(*choice, "c"));
}

}  // namespace
}  // namespace comity::development
