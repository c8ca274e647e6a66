// What a server says of what it takes in: once, to whom it may, whatever dies in between.
#include "node/alerter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "intelligence/alert/answer.h"
#include "intelligence/alert/rule_book.h"
#include "node/alert_desk.h"
#include "testing/served_node.h"

namespace comity::node {
namespace {

using ledger::Audience;
using ledger::Tlp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Audience kGreen{Tlp::kGreen, {}, {}, {}};

class AlerterTest : public ::testing::Test {
  protected:
    AlerterTest() : community_({"cert-ke", "cert-ug", "kenic"}), served_([](http::Router&, Node&) {}) {
        served_.submit(community_.charter());
        EXPECT_TRUE(intelligence::AlertRules::prepare(node().database()));
        served_.hold_key(community_, "cert-ke");
    }

    Node& node() { return served_.node(); }
    void add_rule(std::string_view rule, const std::string& member = "cert-ke") {
        const auto form = json::parse(rule);
        ASSERT_TRUE(form) << rule;
        const auto added = add_alert_rule(node(), member, *form);
        ASSERT_TRUE(added) << added.error().message();
    }
    void share(unsigned n, Audience audience = kGreen, const std::string& author = "cert-ug") {
        served_.clock().advance_seconds(1);
        served_.submit(community_.share(author, {testing::indicator(n)}, std::move(audience)));
    }
    void look() { look(rounds_); }
    void look(AlertRounds& rounds) {
        const auto done = rounds.look();
        EXPECT_TRUE(done) << done.error().message();
    }
    // As the member's own people see them, the newest first.
    std::vector<json::Object> alerts(const std::string& member = "cert-ke") {
        const auto session = node().database().snapshot();
        const auto roll = node().ledger().roll();
        const auto viewer = ledger::viewer_of(*roll, member, "", true);
        const auto readable = ledger::readable_by(**session, viewer);
        const auto answer =
            intelligence::answer_alerts({**session, *readable, {viewer}, *roll, node().clock().now()}, {});
        EXPECT_TRUE(answer) << answer.error().message();
        std::vector<json::Object> out;
        for (const json::Value& item : answer->at("items").as_array()) out.push_back(item.as_object());
        return out;
    }
    static std::string text(const json::Object& form, std::string_view name) {
        return std::string(form.at(name).as_string());
    }
    // STIX ids that alerts name, each as often as it is named.
    std::multiset<std::string> named() {
        std::multiset<std::string> out;
        for (const json::Object& alert : alerts()) {
            for (const json::Value& evidence : alert.at("evidence").as_array()) {
                for (const json::Value& id : evidence.at("objects").as_array())
                    out.emplace(std::string(id.as_string()).substr(35));
            }
        }
        return out;
    }

    testing::Community community_;
    testing::ServedNode served_;
    AlertRounds rounds_{served_.node()};
};

constexpr std::string_view kOurs =
    R"({"name":"ours","networks":["198.51.100.0/24"],"severity":"high","measures":["Call the operator"]})";

TEST_F(AlerterTest, SaysWhatMeetsARuleInTheMembersName) {
    share(1);
    add_rule(kOurs);
    look();
    EXPECT_THAT(alerts(), IsEmpty()) << "what was there before the rule is not its business";
    share(2);
    look();
    const auto said = alerts();
    ASSERT_THAT(said, SizeIs(1));
    EXPECT_EQ(text(said[0], "author"), "cert-ke");
    EXPECT_EQ(text(said[0], "title"), "198.51.100.2, shared by cert-ug");
    EXPECT_EQ(text(said[0], "severity"), "high");
    EXPECT_EQ(text(said[0], "rule"), "ours");
    EXPECT_EQ(said[0].at("audience"), ledger::audience_json({Tlp::kAmberStrict, {"cert-ke"}, {}, {}}));
    EXPECT_EQ(said[0].at("measures").at(0).as_string(), "Call the operator");
    EXPECT_EQ(said[0].at("open"), json::Value(true));
    EXPECT_THAT(alerts("cert-ug"), IsEmpty()) << "not even the one who shared it learns of it";
    EXPECT_THAT(alerts("kenic"), IsEmpty());
}

TEST_F(AlerterTest, NeverSaysTheSameTwice) {
    add_rule(kOurs);
    share(1);
    look();
    look();
    share(1, {Tlp::kClear, {}, {}, {}});
    share(1, kGreen, "kenic");
    look();
    EXPECT_THAT(named(), SizeIs(1));
    // After a restart it begins where it may have been long ago; another server does so beside it.
    {
        const auto tx = node().database().begin();
        ASSERT_TRUE((*tx)->run("DELETE FROM alert_mark"));
        ASSERT_TRUE((*tx)->commit());
    }
    AlertRounds again(node());
    AlertRounds other(node());
    share(2);
    for (AlertRounds* rounds : {&again, &other, &rounds_, &again}) look(*rounds);
    EXPECT_THAT(named(), SizeIs(2));
    EXPECT_THAT(alerts(), SizeIs(2));
}

// Written and signed, then dead: the next server submits the same bytes.
TEST_F(AlerterTest, LosesAndDoublesNothingWhereASubmissionWasCutOff) {
    add_rule(kOurs);
    share(1);
    look();
    ASSERT_THAT(alerts(), SizeIs(1));
    const std::string id = text(alerts()[0], "id");
    {
        const auto tx = node().database().begin();
        ASSERT_TRUE((*tx)->run("UPDATE alert_said SET state = 0"));
        ASSERT_TRUE((*tx)->commit());
    }
    AlertRounds after(node());
    look(after);
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_EQ(text(alerts()[0], "id"), id);
}

TEST_F(AlerterTest, TellsTogetherWhatComesTogetherAndBeyondTheHoursLimit) {
    add_rule(R"({"name":"ours","networks":["198.51.100.0/24"],"per_hour":2,"acknowledge_within":0})");
    share(1);
    share(2);
    look();
    ASSERT_THAT(alerts(), SizeIs(1)) << "both in one";
    EXPECT_EQ(text(alerts()[0], "title"), "198.51.100.1, shared by cert-ug and 1 more");
    share(3);
    look();
    for (unsigned n = 4; n <= 9; ++n) {
        share(n);
        look();
    }
    EXPECT_THAT(alerts(), SizeIs(2)) << "two an hour";
    served_.clock().advance_seconds(3601);
    look();
    EXPECT_THAT(alerts(), SizeIs(3));
    EXPECT_THAT(named(), SizeIs(9)) << "what waited is told, each once";
}

TEST_F(AlerterTest, SaysHowManyItDoesNotName) {
    add_rule(kOurs);
    std::vector<std::string> many;
    for (unsigned n = 0; n < 250; ++n) many.push_back(testing::indicator(1000 + n));
    served_.submit(community_.share("cert-ug", many, kGreen));
    look();
    ASSERT_THAT(alerts(), SizeIs(1));
    EXPECT_THAT(named(), SizeIs(intelligence::kMaxAlertObjects));
    EXPECT_EQ(alerts()[0].at("more"), json::Value(250 - intelligence::kMaxAlertObjects));
}

TEST_F(AlerterTest, IsNeverLaxerThanItsEvidence) {
    add_rule(
        R"({"name":"all","networks":["198.51.100.0/24"],"audience":{"tlp":"amber","members":["cert-ke","kenic"]}})");
    share(1, {Tlp::kAmberStrict, {"cert-ke"}, {}, {}});
    share(2, {Tlp::kAmber, {"cert-ke", "kenic"}, {}, {}});
    look();
    EXPECT_THAT(alerts(), SizeIs(2)) << "one for each audience";
    const auto told = alerts("kenic");
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(text(told[0], "title"), "198.51.100.2, shared by cert-ug");
}

TEST_F(AlerterTest, EscalatesWhatNobodyAcknowledges) {
    add_rule(R"({"name":"ours","networks":["198.51.100.0/24"],"acknowledge_within":600})");
    share(1);
    look();
    const std::string root = text(alerts()[0], "id");
    served_.clock().advance_seconds(590);
    look();
    EXPECT_THAT(alerts(), SizeIs(1));
    served_.clock().advance_seconds(20);
    AlertRounds other(node());
    look(other);
    look();
    ASSERT_THAT(alerts(), SizeIs(2)) << "by one of two servers";
    EXPECT_EQ(text(alerts()[0], "severity"), "high");
    EXPECT_EQ(text(alerts()[0], "escalates"), root);
    EXPECT_THAT(text(alerts()[0], "title"), HasSubstr("Not acknowledged: 198.51.100.1"));
    served_.clock().advance_seconds(601);
    look();
    EXPECT_EQ(text(alerts()[0], "severity"), "critical");
    // To acknowledge one of the chain is to acknowledge all of it.
    const auto viewer = ledger::viewer_of(*node().ledger().roll(), "cert-ke", "", true);
    const auto done = acknowledge_alert(node(), viewer, text(alerts()[0], "id").substr(0, 8), "On it");
    ASSERT_TRUE(done) << done.error().message();
    for (const json::Object& alert : alerts()) {
        EXPECT_EQ(alert.at("open"), json::Value(false));
        EXPECT_EQ(alert.at("acknowledgements").at(0).at("note").as_string(), "On it");
    }
    served_.clock().advance_seconds(10'000);
    look();
    EXPECT_THAT(alerts(), SizeIs(3));
}

TEST_F(AlerterTest, EndsToEscalateInTheEndAndWithItsRule) {
    add_rule(R"({"name":"ours","networks":["198.51.100.0/24"],"acknowledge_within":60})");
    share(1);
    for (int i = 0; i < 10; ++i) {
        look();
        served_.clock().advance_seconds(61);
    }
    EXPECT_THAT(alerts(), SizeIs(4)) << "three times";
    share(2);
    look();
    ASSERT_TRUE(remove_alert_rule(node(), "cert-ke", "ours"));
    served_.clock().advance_seconds(1000);
    look();
    EXPECT_THAT(alerts(), SizeIs(5));
}

TEST_F(AlerterTest, WaitsForAKeyToSpeakWith) {
    const auto form = json::parse(kOurs);
    const auto none = add_alert_rule(node(), "kenic", *form);
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message(), HasSubstr("holds no key of 'kenic'"));
    add_rule(kOurs);
    const auto held = node().config().data / "keys/cert-ke.key";
    std::filesystem::rename(held, held.string() + ".away");
    share(1);
    look();
    EXPECT_THAT(alerts(), IsEmpty());
    std::filesystem::rename(held.string() + ".away", held);
    served_.clock().advance_seconds(61);
    look();
    EXPECT_THAT(named(), SizeIs(1));
}

TEST_F(AlerterTest, TriesARuleOnWhatWas) {
    share(1);
    served_.clock().advance_seconds(40 * 86'400);
    share(2);
    share(3, {Tlp::kAmberStrict, {"kenic"}, {}, {}});
    const auto form = json::parse(kOurs);
    auto tried = try_alert_rule(node(), "cert-ke", *form, 30);
    ASSERT_TRUE(tried) << tried.error().message();
    EXPECT_EQ(tried->at("objects"), json::Value(1));
    EXPECT_EQ(tried->at("items").at(0).at("title").as_string(), "198.51.100.2, shared by cert-ug");
    tried = try_alert_rule(node(), "cert-ke", *form, 41);
    EXPECT_EQ(tried->at("objects"), json::Value(2));
    look();
    EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(AlerterTest, AnswersADrillThatItArrivedAndLeavesTheRestToPeople) {
    add_rule(kOurs);
    const auto drill = [&](Audience audience) {
        served_.submit(community_.statement("kenic", intelligence::kAlert,
                                            {{"title", "Test"}, {"severity", "high"}, {"drill", true}},
                                            std::move(audience)));
        look();
        AlertRounds other(node());
        look(other);
        look();
    };
    drill({Tlp::kAmberStrict, {"cert-ug"}, {}, {}});
    EXPECT_EQ(alerts("kenic")[0].at("acknowledgements").as_array().size(), 0u) << "it is not for cert-ke";
    drill({Tlp::kAmberStrict, {"cert-ke", "cert-ug"}, {}, {}});
    const json::Object tested = alerts("kenic")[0];
    ASSERT_EQ(tested.at("acknowledgements").as_array().size(), 1u);
    const json::Value& arrived = tested.at("acknowledgements").at(0);
    EXPECT_EQ(arrived.at("author").as_string(), "cert-ke");
    EXPECT_EQ(arrived.at("automatic"), json::Value(true));
    EXPECT_EQ(tested.at("open"), json::Value(true));
    EXPECT_EQ(tested.at("awaited"), (json::Array{"cert-ke", "cert-ug"}));
    const auto viewer = ledger::viewer_of(*node().ledger().roll(), "cert-ke", "", true);
    ASSERT_TRUE(acknowledge_alert(node(), viewer, text(tested, "id"), "Heard"));
    EXPECT_EQ(alerts("kenic")[0].at("awaited"), (json::Array{"cert-ug"}));
    EXPECT_EQ(alerts("kenic")[0].at("open"), json::Value(false));
}

// The thread: told by the ledger, not by the clock.
TEST_F(AlerterTest, HearsOfWhatComes) {
    add_rule(kOurs);
    const Alerter alerter(node());
    share(1);
    while (alerts().empty()) std::this_thread::yield();
    EXPECT_THAT(named(), SizeIs(1));
}

}  // namespace
}  // namespace comity::node
