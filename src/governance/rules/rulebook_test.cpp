#include "governance/rules/rulebook.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "governance/procedure/presets.h"
#include "governance/rules/akoma_ntoso.h"
#include "governance/rules/conformity.h"
#include "governance/rules/guard.h"
#include "governance/voting/store.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;
using testing::Community;
using State = RuleVersion::State;

constexpr Witnessed kNow = 1'760'000'000;

// Classes go by the length of an id: "a1" and "b1" are companies, "a12" technical, "a123" civil.
class Rules : public ::testing::Test {
  protected:
    Rules() { said(community_.charter(), kNow); }

    Digest said(const crypto::Envelope& envelope, Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest say(const std::string& member, std::string_view type, json::Object body, Witnessed at) {
        return said(community_.statement(member, type, std::move(body)), at);
    }
    // Proposed, voted on and closed at that second; the vote.
    Digest adopted(json::Object rule, Witnessed closes, Choice choice = Choice::kYes, bool acceding = false) {
        ProposalBody body;
        body.texts.push_back(
            {"en", true, "A rule", "Preamble\n\nArticle 1\nShare & care.\n\nAlways.\nArticle 2\nEnd."});
        auto part = parse_rule_part(rule, "rule");
        EXPECT_TRUE(part) << part.error().message();
        body.rule = std::move(*part);
        const Digest version = say("a1", kProposal, proposal_json(body), closes - 4 * kDay);
        OpeningBody opening;
        opening.version = version;
        opening.procedure_json =
            json::Object{{"id", "quick"},
                         {"title", "A majority"},
                         {"electorate", json::Object{{"everybody", true}}},
                         {"binds", acceding ? "acceding" : "all"},
                         {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
        opening.closes = Time::from_seconds(closes);
        const Digest vote = say("a1", kOpening, opening_json(opening), closes - 3 * kDay);
        BallotBody ballot;
        ballot.opening = vote;
        ballot.version = version;
        ballot.choice = choice;
        say("b1", kBallot, ballot_json(ballot), closes - 10);
        votes_.push_back(vote);
        return vote;
    }
    Digest suspend(const std::string& member, const Digest& vote, std::int64_t days, Witnessed at) {
        return say(member, kSuspension, {{"opening", vote.hex()}, {"days", days}, {"reason", "A worm"}}, at);
    }
    Rulebook book(std::span<const Act> acts) {
        std::vector<Adopted> list;
        for (const auto& tally : tally_all(acts, votes_, verified_signatures())) {
            EXPECT_TRUE(tally) << tally.error().message();
            if (tally->verdict.outcome != Outcome::kAdopted) continue;
            const auto text =
                std::ranges::find(acts, tally->version, [](const Act& act) { return act.statement->id; });
            list.push_back({*tally, *parse_proposal(text->statement->body)});
        }
        return make_rulebook(std::move(list), acts, roll_of(acts));
    }
    Rulebook book() { return book(acts_.all()); }

    Community community_{{"a1", "b1", "a12", "b12", "a123", "b123"}};
    Acts acts_;
    std::vector<Digest> votes_;
};

TEST_F(Rules, TheStrictestThatBindsEverybodySaysHowHitsAreCounted) {
    const auto counts = [](std::int64_t least, std::int64_t noise) {
        return json::Object{{"counts", json::Object{{"least", least}, {"noise", noise}}}};
    };
    adopted({{"number", "C-1"}, {"policy", counts(12, 1)}}, kNow + 10 * kDay);
    adopted({{"number", "C-2"}, {"policy", counts(7, 3)}}, kNow + 20 * kDay);
    adopted({{"number", "C-3"}, {"policy", counts(50, 50)}}, kNow + 5 * kDay, Choice::kNo);
    adopted({{"number", "C-4"}, {"policy", counts(60, 60)}}, kNow + 5 * kDay, Choice::kYes, true);
    adopted({{"number", "C-1"}, {"topics", json::Array{"counting"}}}, kNow + 30 * kDay);
    const Rulebook rules = book();
    EXPECT_EQ(rules.counts_at(kNow + 6 * kDay), (CountTerms{5, 1}))
        << "not adopted, or for those that accede";
    EXPECT_EQ(rules.counts_at(kNow + 11 * kDay), (CountTerms{12, 1}));
    EXPECT_EQ(rules.counts_at(kNow + 21 * kDay), (CountTerms{12, 3}));
    EXPECT_EQ(rules.counts_at(kNow + 31 * kDay), (CountTerms{7, 3})) << "superseded";
}

TEST_F(Rules, TakeForceAfterTheirDaysAndASecondVersionEndsTheFirst) {
    adopted({{"number", "DS-1"}, {"delay_days", 30}}, kNow + 10 * kDay);
    adopted({{"number", "DS-1"}, {"delay_days", 10}}, kNow + 100 * kDay);
    adopted({{"number", "DS-9"}}, kNow + 100 * kDay, Choice::kNo);
    const Rulebook rules = book();
    ASSERT_EQ(rules.versions.size(), 2U);
    const RuleVersion& first = rules.versions[0];
    EXPECT_EQ(first.from, kNow + 40 * kDay);
    EXPECT_EQ(first.until, kNow + 110 * kDay);
    EXPECT_EQ(first.ended, "superseded by version 2");
    EXPECT_EQ(rules.versions[1].version, 2);
    EXPECT_EQ(first.state_at(first.from - 1), State::kToCome);
    EXPECT_EQ(first.state_at(first.from), State::kInForce);
    EXPECT_EQ(rules.find("DS-1", kNow + 109 * kDay)->version, 1);
    EXPECT_EQ(rules.find("DS-1", kNow + 110 * kDay)->version, 2);
    EXPECT_EQ(rules.find("DS-1", kNow), nullptr);
}

TEST_F(Rules, EndByRepealAndByTheirOwnDate) {
    adopted({{"number", "DS-1"}}, kNow + 10 * kDay);
    adopted({{"number", "DS-2"}, {"expires", format_time_millis(Time::from_seconds(kNow + 50 * kDay))}},
            kNow + 11 * kDay);
    adopted({{"number", "DS-3"}, {"delay_days", 5}, {"repeals", json::Array{"DS-1"}}}, kNow + 20 * kDay);
    const Rulebook rules = book();
    EXPECT_EQ(rules.find("DS-1", kNow + 25 * kDay - 1)->number, "DS-1");
    EXPECT_EQ(rules.find("DS-1", kNow + 25 * kDay), nullptr);
    EXPECT_EQ(rules.versions[0].ended, "repealed by DS-3");
    EXPECT_NE(rules.find("DS-2", kNow + 49 * kDay), nullptr);
    EXPECT_EQ(rules.find("DS-2", kNow + 50 * kDay), nullptr);
}

TEST_F(Rules, BindThoseWhoAccedeFromThenOn) {
    const json::Object policy =
        json::parse(R"({"clauses":[{"forbid":["intelligence.share"],"title":"Nothing is shared"}]})")
            ->as_object();
    const Digest vote =
        adopted({{"number", "DS-1"}, {"policy", policy}}, kNow + 10 * kDay, Choice::kYes, true);
    say("a12", kAccession, {{"opening", vote.hex()}}, kNow + 20 * kDay);
    const Rulebook rules = book();
    ActRequest request;
    request.action = "intelligence.share";
    request.author = "a12";
    request.at = kNow + 20 * kDay - 1;
    EXPECT_TRUE(judge(rules, request).ruling.allowed);
    request.at = kNow + 20 * kDay;
    const Judged judged = judge(rules, request);
    EXPECT_FALSE(judged.ruling.allowed);
    EXPECT_EQ(judged.by->number, "DS-1");
    EXPECT_EQ(refusal_text(judged, request.action), "forbids intelligence.share: Nothing is shared");
    request.author = "b12";
    EXPECT_TRUE(judge(rules, request).ruling.allowed);
}

TEST_F(Rules, AreSuspendedByEnoughClassesOnceAndComeBackByThemselves) {
    const Witnessed close = kNow + 10 * kDay;
    const Digest vote = adopted(
        {{"number", "DS-1"}, {"suspension", json::Object{{"classes", 2}, {"of_each", "1/2"}, {"days", 5}}}},
        close);
    suspend("a12", vote, 30, close + 1 * kDay);   // one class
    suspend("a123", vote, 30, close + 9 * kDay);  // another, but over seven days later
    EXPECT_FALSE(book().versions[0].suspension);
    suspend("b12", vote, 3, close + 10 * kDay);  // two classes within seven days
    const RuleVersion rule = book().versions[0];
    ASSERT_TRUE(rule.suspension);
    EXPECT_EQ(rule.suspension->from, close + 10 * kDay);
    EXPECT_EQ(rule.suspension->until, close + 13 * kDay) << "the fewest days that were asked for";
    EXPECT_EQ(rule.state_at(close + 12 * kDay), State::kSuspended);
    EXPECT_EQ(rule.state_at(close + 13 * kDay), State::kInForce);
    EXPECT_EQ(book().find("DS-1", close + 12 * kDay)->number, "DS-1") << "it stands in the book";
    for (const char* member : {"a1", "b1", "a12", "a123"}) suspend(member, vote, 5, close + 20 * kDay);
    EXPECT_EQ(book().versions[0].suspension->until, close + 13 * kDay) << "not twice";
}

TEST_F(Rules, ShowWhoKeepsThemAndWhoHasLooked) {
    const Digest vote = adopted({{"number", "DS-1"}}, kNow + 10 * kDay);
    say("a12", kConformity, {{"opening", vote.hex()}, {"conforms", "no"}}, kNow + 11 * kDay);
    const Digest said =
        say("a12", kConformity,
            {{"opening", vote.hex()},
             {"conforms", "yes"},
             {"evidence", json::Array{json::Object{{"title", "Audit"}, {"url", "https://a12.example"}}}}},
            kNow + 12 * kDay);
    say("b1", kReview,
        {{"opening", vote.hex()}, {"conformity", said.hex()}, {"finding", "doubted"}, {"reason", "Old"}},
        kNow + 13 * kDay);
    say("b1", kReview,
        {{"opening", vote.hex()}, {"conformity", said.hex()}, {"finding", "confirmed"}, {"reason", "Seen"}},
        kNow + 14 * kDay);
    say("a12", kReview,
        {{"opening", vote.hex()}, {"conformity", said.hex()}, {"finding", "confirmed"}, {"reason", "Mine"}},
        kNow + 14 * kDay);
    const Rulebook rules = book();
    ASSERT_EQ(rules.versions[0].conformity.size(), 1U);
    const RuleVersion::Conformity& conformity = rules.versions[0].conformity[0];
    EXPECT_EQ(conformity.body.conforms, "yes");
    ASSERT_EQ(conformity.reviews.size(), 1U) << "the last of each, and nobody reviews itself";
    EXPECT_EQ(conformity.reviews[0].body.finding, "confirmed");
}

// Recognition is what others confirm, to the day that they said; a declaration is overdue after its day.
TEST_F(Rules, TellWhoRecognisesWhoseWordAndWhatIsDue) {
    const Digest vote = adopted({{"number", "DS-1"}, {"topics", json::Array{"tax"}}}, kNow + 10 * kDay);
    const auto day = [](std::int64_t days) { return second_text(kNow + days * kDay).substr(0, 10); };
    const auto declare = [&](const std::string& member, std::int64_t until) {
        return say(member, kConformity,
                   conformity_json({vote, "yes", {{"Audit", "https://a.example", {}}}, "", day(until)}),
                   kNow + 12 * kDay);
    };
    const auto look = [&](const std::string& by, const Digest& said, const std::string& finding,
                          const std::string& until) {
        say(by, kReview, review_json({vote, said, finding, "Seen", until}), kNow + 13 * kDay);
    };
    const Digest one = declare("a12", 40), two = declare("b1", 400);
    look("b1", one, "confirmed", day(60));
    look("a12", two, "confirmed", "");
    look("a1", one, "doubted", "");
    const Rulebook rules = book();
    const json::Object rule{{"number", "DS-1"},   {"version", 1},
                            {"title", "Title"},   {"topics", json::Array{"tax"}},
                            {"vote", vote.hex()}, {"conformity", declarations_of(rules.versions[0])}};
    const auto at = [&](std::int64_t days, std::int64_t within) {
        return conformity_table(std::span(&rule, 1), kNow + days * kDay, within);
    };
    const auto recognised = [](const json::Object& table, std::string_view member, std::string_view by,
                               const std::string& what) {
        for (const json::Value& each : table.at("recognition").as_array())
            if (each.at("member").as_string() == member && each.at("by").as_string() == by)
                return json::write(each.at(what));
        return std::string("nobody");
    };
    const json::Object early = at(20, 0);
    EXPECT_EQ(json::write(early.at("members")), R"(["a12","b1"])");
    EXPECT_EQ(recognised(early, "a12", "b1", "mutual"), R"(["DS-1"])");
    EXPECT_EQ(recognised(early, "b1", "a12", "mutual"), R"(["DS-1"])");
    EXPECT_EQ(recognised(early, "a12", "a1", "doubted"), R"(["DS-1"])");
    EXPECT_EQ(recognised(early, "a12", "a1", "mutual"), "[]");
    EXPECT_TRUE(early.at("due").as_array().empty());
    EXPECT_EQ(early.at("declarations").at(0).at("evidence").at(0).at("title"), "Audit");
    // Ahead, on its day, and after it: a day lasts to its end.
    EXPECT_EQ(at(20, 20).at("declarations").at(0).at("state"), "due");
    EXPECT_EQ(at(20, 18).at("declarations").at(0).at("state"), "current");
    EXPECT_EQ(at(40, 0).at("declarations").at(0).at("state"), "due");
    const json::Object late = at(42, 20);
    EXPECT_EQ(late.at("declarations").at(0).at("state"), "overdue");
    ASSERT_EQ(late.at("due").as_array().size(), 2U) << "and the review that will lapse";
    EXPECT_EQ(late.at("due").at(0).at("state"), "overdue");
    EXPECT_EQ(late.at("due").at(1).at("what"), "recognition");
    EXPECT_EQ(late.at("due").at(1).at("by"), "b1");
    const json::Object lapsed = at(62, 0);
    EXPECT_EQ(recognised(lapsed, "a12", "b1", "lapsed"), R"(["DS-1"])");
    EXPECT_EQ(recognised(lapsed, "b1", "a12", "mutual"), "[]");
    EXPECT_EQ(recognised(lapsed, "b1", "a12", "confirmed"), R"(["DS-1"])");
}

TEST(RuleBodies, KeepDaysAndRefuseWhatIsNone) {
    ReviewBody body{{}, {}, "confirmed", "Seen", "2028-02-29"};
    ASSERT_TRUE(parse_review(review_json(body)));
    EXPECT_EQ(parse_review(review_json(body))->until, "2028-02-29");
    for (const char* bad : {"2027-02-29", "2027-13-01", "tomorrow!!", "2027-1-1", "20270101T0"}) {
        body.until = bad;
        const auto parsed = parse_review(review_json(body));
        ASSERT_FALSE(parsed) << bad;
        EXPECT_EQ(parsed.error().where, "body.until");
    }
    ConformityBody said{{}, "yes", {}, "", "2027-06-30"};
    EXPECT_EQ(parse_conformity(conformity_json(said))->review_by, "2027-06-30");
    said.review_by = "2027-06-31";
    EXPECT_FALSE(parse_conformity(conformity_json(said)));
}

// Law 1.
TEST_F(Rules, AreTheSameInWhateverOrderStatementsCome) {
    std::mt19937 random(11);
    for (int i = 0; i < 6; ++i) {
        const Digest vote = adopted(
            {{"number", i % 2 == 0 ? "DS-1" : "DS-2"}, {"delay_days", i}, {"repeals", json::Array{"DS-3"}}},
            kNow + (10 + i) * kDay);
        for (const char* member : {"a1", "a12", "b12", "a123", "b123"})
            suspend(member, vote, 1 + static_cast<std::int64_t>(random() % 9),
                    kNow + (20 + static_cast<Witnessed>(random() % 9)) * kDay);
    }
    const auto described = [](const Rulebook& rules) {
        std::string text;
        for (const RuleVersion& rule : rules.versions) {
            text += fmt::format("{} {} {} {} {} {}\n", rule.number, rule.version, rule.from, rule.until,
                                rule.ended, rule.suspension ? rule.suspension->from : 0);
        }
        return text;
    };
    const std::string expected = described(book());
    EXPECT_NE(expected.find("superseded by version 3"), std::string::npos);
    std::vector<Act> acts(acts_.all().begin(), acts_.all().end());
    for (int trial = 0; trial < 5; ++trial) {
        std::ranges::shuffle(acts, random);
        std::ranges::shuffle(votes_, random);
        EXPECT_EQ(described(book(acts)), expected);
    }
}

TEST_F(Rules, AreWrittenAsAkomaNtoso) {
    adopted({{"number", "DS-1"}, {"delay_days", 1}}, kNow + 10 * kDay);
    adopted({{"number", "DS-1"}}, kNow + 20 * kDay);
    const Rulebook rules = book();
    const std::string text = akoma_ntoso(rules.versions[0], "fr", roll_of(acts_.all()));
    using ::testing::HasSubstr;
    EXPECT_THAT(text, HasSubstr("xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\""));
    EXPECT_THAT(text, HasSubstr("<FRBRnumber value=\"DS-1\"/>"));
    EXPECT_THAT(text, HasSubstr("<article eId=\"art_2\">\n        <num>Article 2</num>"));
    EXPECT_THAT(text, HasSubstr("<p>Share &amp; care.</p>\n          <p>Always.</p>"));
    EXPECT_THAT(text, HasSubstr("<section eId=\"sec_1\">\n        <content>\n          <p>Preamble</p>"));
    EXPECT_THAT(text, HasSubstr("type=\"repeal\" source=\"#end\""));
    EXPECT_THAT(text, HasSubstr("superseded by version 2"));
}

TEST(RulePart, RefusesWhatIsNone) {
    const auto refusal = [](std::string_view text) {
        const auto part = parse_rule_part(*json::parse(text), "rule");
        return part ? std::string("taken") : part.error().message();
    };
    using ::testing::HasSubstr;
    EXPECT_EQ(refusal(R"({"number":"DS-1"})"), "taken");
    EXPECT_THAT(refusal(R"({"number":"DS 1"})"), HasSubstr("is no rule's number"));
    EXPECT_THAT(refusal(R"({"number":"DS-1","repeals":["DS-1"]})"), HasSubstr("names the rule itself"));
    EXPECT_THAT(
        refusal(R"({"number":"DS-1","from":"2026-02-01T00:00:00Z","expires":"2026-01-01T00:00:00Z"})"),
        HasSubstr("would never be in force"));
    EXPECT_THAT(refusal(R"({"number":"DS-1","suspension":{"of_each":"3/2"}})"), HasSubstr("up to one"));
    EXPECT_THAT(refusal(R"({"number":"DS-1","suspension":{"days":31}})"), HasSubstr("rule.suspension.days"));
    EXPECT_THAT(refusal(R"({"number":"DS-1","secret":1})"), HasSubstr("rule.secret"));
}

}  // namespace
}  // namespace comity::governance
