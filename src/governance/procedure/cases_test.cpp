// Votes that were really taken, with the figures of each condition.
#include <gmock/gmock.h>

#include <set>

#include "governance/procedure/votes_for_tests.h"

namespace comity::governance {
namespace {

using ::testing::HasSubstr;

std::string outcome(std::string_view id, const std::vector<Figures>& figures, const Circumstances& c = {}) {
    return std::string(to_string(decided(preset(id), figures, c).outcome));
}

TEST(Cases, GeneralAssemblyRollCalls) {
    struct Row {
        const char* resolution;
        int yes, no, abstain;
    };
    for (const Row& row : {Row{"73/27", 119, 46, 14}, Row{"73/187", 94, 59, 33}, Row{"73/266", 138, 12, 16},
                           Row{"74/28", 163, 10, 6}, Row{"74/29", 129, 6, 45}, Row{"71/28", 180, 0, 1}}) {
        const std::vector<Figures> votes{
            {"", row.yes, row.no, row.abstain, 193 - row.yes - row.no - row.abstain}};
        EXPECT_EQ(outcome("unga-simple-majority", votes), "adopted") << row.resolution;
    }
}

// 74/247: more than half of those that voted yes or no, less than half of those recorded or of all.
TEST(Cases, Resolution74_247DependsOnTheBase) {
    const std::vector<Figures> votes{{"", 79, 60, 33, 21}};
    const Verdict verdict = decided(preset("unga-simple-majority"), votes);
    EXPECT_EQ(verdict.outcome, Outcome::kAdopted);
    EXPECT_EQ(verdict.adopted->value, 79);
    EXPECT_EQ(verdict.adopted->base, 139);
    EXPECT_EQ(verdict.adopted->needed, 70);
    EXPECT_THAT(verdict.adopted->text, HasSubstr("79 of 139 = 56.83 %"));

    const auto all =
        parse_procedure(*json::parse(R"({"id":"majority-of-all","title":"Majority of all members",
        "electorate":{"everybody":true},"adopted":{"of":"yes","base":"all","more_than":"1/2"}})"),
                        "");
    ASSERT_TRUE(all) << all.error().message();
    const Verdict other = decided(*all, votes);
    EXPECT_EQ(other.outcome, Outcome::kRejected);
    EXPECT_EQ(other.adopted->base, 193);
    EXPECT_EQ(other.adopted->needed, 97);
    EXPECT_EQ(outcome("unga-two-thirds", votes), "rejected");
}

// 25 October 1971: the question is not important (55-59-15), so 2758 needs a simple majority; 76-35-17 would
// have been two thirds too.
TEST(Cases, ChinaTheThresholdIsChosenByAnEarlierVote) {
    const Verdict first = decided(preset("unga-simple-majority"), {{"", 55, 59, 15, 2}});
    EXPECT_EQ(first.outcome, Outcome::kRejected);
    EXPECT_EQ(first.adopted->value, 55);
    EXPECT_EQ(first.adopted->base, 114);
    EXPECT_EQ(first.adopted->needed, 58);

    const Procedure& chosen = preset("unga-important-question");
    const std::vector<Figures> votes{{"", 76, 35, 17, 3}};
    const auto by = [&](bool important) {
        Circumstances c;
        c.earlier["important-question"] = important;
        return decided(chosen, votes, c);
    };
    const Verdict simple = by(first.outcome == Outcome::kAdopted);
    EXPECT_EQ(simple.outcome, Outcome::kAdopted);
    ASSERT_EQ(simple.adopted->parts.size(), 1U);
    EXPECT_EQ(simple.adopted->parts[0].needed, 56);
    const Verdict strict = by(true);
    EXPECT_EQ(strict.outcome, Outcome::kAdopted);
    EXPECT_EQ(strict.adopted->parts[0].needed, 74);  // 2/3 of 111 exactly
    // The same vote with five fewer for it would have depended on the first.
    Circumstances important;
    important.earlier["important-question"] = true;
    EXPECT_EQ(outcome("unga-important-question", {{"", 69, 35, 24, 3}}, important), "rejected");
    important.earlier["important-question"] = false;
    EXPECT_EQ(outcome("unga-important-question", {{"", 69, 35, 24, 3}}, important), "adopted");
}

TEST(Cases, OoxmlFailedIn2007AndPassedIn2008) {
    const Procedure& dis = preset("iso-dis");
    const Verdict first = decided(dis, {{"p-members", 17, 15, 9, 0}, {"", 34, 3, 9, 0}});
    EXPECT_EQ(first.outcome, Outcome::kRejected);
    const Finding& p1 = first.adopted->parts[0];
    const Finding& n1 = first.adopted->parts[1];
    EXPECT_FALSE(p1.met);
    EXPECT_THAT(p1.text, HasSubstr("17 of 32 = 53.12 %; needs 22"));
    EXPECT_FALSE(n1.met);
    EXPECT_THAT(n1.text, HasSubstr("18 of 69 = 26.08 %; allows 17"));

    const Verdict second = decided(dis, {{"p-members", 24, 8, 9, 0}, {"", 37, 2, 9, 0}});
    EXPECT_EQ(second.outcome, Outcome::kAdopted);
    EXPECT_THAT(second.adopted->parts[0].text, HasSubstr("24 of 32 = 75.00 %; needs 22"));
    EXPECT_THAT(second.adopted->parts[1].text, HasSubstr("10 of 71 = 14.08 %; allows 17"));
}

TEST(Cases, OoxmlWouldHavePassedHadTheVotesAgainstNoReasons) {
    const Procedure& dis = preset("iso-dis");
    std::vector<Elector> electors = electors_of(dis, {{"p-members", 17, 15, 9, 0}, {"", 34, 3, 9, 0}});
    for (Elector& elector : electors) elector.reasoned = elector.choice != Choice::kNo;
    EXPECT_EQ(evaluate(dis, electors, {}).outcome, Outcome::kAdopted);
}

std::vector<Elector> council(const std::set<std::string>& no, const std::set<std::string>& abstain) {
    const Procedure& procedure = preset("eu-council-qualified-majority");
    std::vector<Elector> electors;
    for (const auto& [id, weight] : procedure.weights.front().of) {
        Elector elector;
        elector.id = id;
        elector.weights = {weight};
        elector.choice = no.contains(id)        ? Choice::kNo
                         : abstain.contains(id) ? Choice::kAbstain
                                                : Choice::kYes;
        electors.push_back(std::move(elector));
    }
    return electors;
}

// 17 June 2024: 20 for it, six against, Belgium abstains: 66 % of the population, by a point.
TEST(Cases, TheNatureRestorationLawPassedByAPoint) {
    const Procedure& procedure = preset("eu-council-qualified-majority");
    std::set<std::string> no{"it", "hu", "nl", "pl", "fi", "se"};
    const Verdict verdict = evaluate(procedure, council(no, {"be"}), {});
    EXPECT_EQ(verdict.outcome, Outcome::kAdopted);
    EXPECT_THAT(verdict.adopted->parts[0].text, HasSubstr("20 of 27 = 74.07 %; needs 15"));
    const Finding& either = verdict.adopted->parts[1];
    EXPECT_TRUE(either.parts[0].met);
    EXPECT_THAT(either.parts[0].text, HasSubstr(" = 66."));
    EXPECT_FALSE(either.parts[1].met) << "seven are not in favour: a blocking minority was possible";
    EXPECT_EQ(either.parts[1].value, 7);

    no.insert("at");
    const Verdict without_austria = evaluate(procedure, council(no, {"be"}), {});
    EXPECT_EQ(without_austria.outcome, Outcome::kRejected);
    EXPECT_THAT(without_austria.why, HasSubstr(" = 64."));
}

TEST(Cases, ABlockingMinorityNeedsFourMembers) {
    const Procedure& procedure = preset("eu-council-qualified-majority");
    // Three that have 47 % of the population cannot block; a fourth, the smallest, makes it four.
    EXPECT_EQ(evaluate(procedure, council({"de", "fr", "it"}, {}), {}).outcome, Outcome::kAdopted);
    EXPECT_EQ(evaluate(procedure, council({"de", "fr", "it", "mt"}, {}), {}).outcome, Outcome::kRejected);
    const Procedure& reinforced = preset("eu-council-reinforced-majority");
    EXPECT_EQ(evaluate(reinforced, council({"bg", "dk", "fi", "sk", "ie", "hr", "lt"}, {}), {}).outcome,
              Outcome::kAdopted);
    EXPECT_EQ(evaluate(reinforced, council({"bg", "dk", "fi", "sk", "ie", "hr", "lt", "mt"}, {}), {}).outcome,
              Outcome::kRejected);
}

Circumstances quorum(std::int64_t n) {
    Circumstances c;
    c.parameters["quorum"] = n;
    return c;
}

// SC22: the official page says that the two-thirds requirement was met for both; its figures say 35 %.
TEST(Cases, CaBrowserForumSc22FailedWhateverItsPageSays) {
    const Verdict verdict =
        decided(preset("cabforum"), {{"issuers", 11, 20, 2, 0}, {"consumers", 7, 0, 0, 0}}, quorum(10));
    EXPECT_EQ(verdict.outcome, Outcome::kRejected);
    EXPECT_TRUE(verdict.quorum->met);
    EXPECT_EQ(verdict.quorum->value, 40);
    const Finding& issuers = verdict.adopted->parts[0];
    EXPECT_FALSE(issuers.met);
    EXPECT_THAT(issuers.text, HasSubstr("11 of 31 = 35.48 %; needs 21"));
    EXPECT_TRUE(verdict.adopted->parts[1].met);
    EXPECT_THAT(verdict.why, HasSubstr("issuers"));
}

TEST(Cases, CaBrowserForumBallots) {
    struct Row {
        const char* ballot;
        Figures issuers, consumers;
        std::int64_t quorum;
    };
    for (const Row& row : {Row{"SC31", {"issuers", 15, 4, 1, 0}, {"consumers", 5, 0, 1, 0}, 11},
                           Row{"SC081v3", {"issuers", 25, 0, 5, 0}, {"consumers", 4, 0, 0, 0}, 16},
                           Row{"SC48v2", {"issuers", 13, 0, 1, 0}, {"consumers", 3, 0, 0, 0}, 15},
                           Row{"216", {"issuers", 13, 0, 0, 0}, {"consumers", 4, 0, 0, 0}, 8},
                           Row{"SC087v2", {"issuers", 17, 0, 1, 0}, {"consumers", 1, 0, 0, 0}, 16}}) {
        EXPECT_EQ(outcome("cabforum", {row.issuers, row.consumers}, quorum(row.quorum)), "adopted")
            << row.ballot;
    }
    EXPECT_EQ(outcome("cabforum", {{"issuers", 13, 0, 1, 0}, {"consumers", 3, 0, 0, 0}}, quorum(18)),
              "no-quorum");
    EXPECT_EQ(outcome("cabforum", {{"issuers", 13, 0, 1, 0}, {"consumers", 0, 0, 3, 1}}, quorum(10)),
              "rejected");
    // Fifty per cent plus one of three votes is two, not two and a half.
    EXPECT_EQ(outcome("cabforum", {{"issuers", 13, 0, 1, 0}, {"consumers", 2, 1, 0, 0}}, quorum(10)),
              "adopted");
    EXPECT_EQ(outcome("cabforum", {{"issuers", 13, 0, 1, 0}, {"consumers", 2, 2, 0, 0}}, quorum(10)),
              "rejected");
}

// WCIT-12: the preamble is adopted 77-33-8; then 89 of 144 delegations sign.
TEST(Cases, Wcit12IsAdoptedAndBindsThoseWhoAccede) {
    const Verdict verdict = decided(preset("itu-majority"), {{"", 77, 33, 8, 26}});
    EXPECT_EQ(verdict.outcome, Outcome::kAdopted);
    EXPECT_THAT(verdict.adopted->text, HasSubstr("77 of 110 = 70.00 %"));
    EXPECT_EQ(preset("itu-majority").binds, Binds::kAcceding);
    EXPECT_EQ(preset("unga-simple-majority").binds, Binds::kAll);
}

TEST(Cases, ItuPostponesWhereMostAbstainAndVotesOnceMore) {
    Circumstances c;
    EXPECT_EQ(outcome("itu-majority", {{"", 40, 10, 51, 0}}, c), "postponed");
    EXPECT_EQ(outcome("itu-majority", {{"", 40, 10, 50, 0}}, c), "adopted");
    c.round = 2;
    EXPECT_EQ(outcome("itu-majority", {{"", 40, 10, 51, 0}}, c), "adopted");
}

TEST(Cases, GnsoMajorities) {
    const std::vector<Figures> epdp{{"contracted", 7, 0, 0, 0}, {"non-contracted", 9, 4, 0, 0}};
    const Verdict verdict = decided(preset("gnso-supermajority"), epdp);
    EXPECT_EQ(verdict.outcome, Outcome::kAdopted);
    EXPECT_THAT(verdict.adopted->parts[0].parts[1].text, HasSubstr("9 of 13 = 69.23 %; needs 9"));
    EXPECT_EQ(outcome("gnso-supermajority", {{"contracted", 7, 0, 0, 0}, {"non-contracted", 7, 0, 6, 0}}),
              "adopted")
        << "three quarters of one and a majority of the other";
    EXPECT_EQ(outcome("gnso-supermajority", {{"contracted", 5, 0, 2, 0}, {"non-contracted", 7, 0, 6, 0}}),
              "rejected");
    EXPECT_EQ(outcome("gnso-majority", {{"contracted", 3, 0, 0, 4}, {"non-contracted", 13, 0, 0, 0}}),
              "rejected")
        << "who is absent acts as no";
    EXPECT_EQ(outcome("gnso-issue-report", {{"contracted", 4, 0, 0, 3}, {"non-contracted", 0, 13, 0, 0}}),
              "adopted");
    EXPECT_EQ(outcome("gnso-initiate-pdp", {{"contracted", 4, 3, 0, 0}, {"non-contracted", 0, 13, 0, 0}}),
              "rejected");
}

TEST(Cases, SecurityCouncilAVetoStopsFourteenVotes) {
    const Procedure& procedure = preset("unsc-substantive");
    std::vector<Elector> electors = electors_of(procedure, {{"permanent", 5, 0, 0, 0}, {"", 10, 0, 0, 0}});
    EXPECT_EQ(evaluate(procedure, electors, {}).outcome, Outcome::kAdopted);
    electors[0].choice = Choice::kNo;
    EXPECT_EQ(evaluate(procedure, electors, {}).outcome, Outcome::kRejected);
    electors[0].choice = Choice::kAbstain;
    EXPECT_EQ(evaluate(procedure, electors, {}).outcome, Outcome::kAdopted);
}

TEST(Cases, IetfObjectionsAreAnsweredNotOutvoted) {
    const Procedure& procedure = preset("ietf-rough-consensus");
    Circumstances c;
    c.declarations["rough-consensus"] = true;
    std::vector<Elector> electors = electors_of(procedure, {{"", 99, 1, 0, 0}});
    electors.back().objects = true;
    EXPECT_EQ(evaluate(procedure, electors, c).outcome, Outcome::kRejected)
        << "99 do not outvote one objection";
    electors.back().addressed = true;
    EXPECT_EQ(evaluate(procedure, electors, c).outcome, Outcome::kAdopted);
    c.declarations["rough-consensus"] = false;
    EXPECT_EQ(evaluate(procedure, electors, c).outcome, Outcome::kRejected) << "the chair has not judged so";
    ASSERT_EQ(procedure.appeals.size(), 4U);
    EXPECT_EQ(procedure.appeals.back().to, "IAB");
}

TEST(Cases, IesgRecusedDirectorsAreNotCounted) {
    const Procedure& procedure = preset("ietf-iesg-ballot");
    std::vector<Elector> electors = electors_of(procedure, {{"", 1, 0, 0, 13}});
    for (std::size_t i = 1; i < 9; ++i) electors[i].choice = Choice::kAttending;
    EXPECT_EQ(evaluate(procedure, electors, {}).outcome, Outcome::kRejected);  // 9 of 14
    electors[12].recused = true;
    EXPECT_EQ(evaluate(procedure, electors, {}).outcome, Outcome::kAdopted);  // 9 of 13
    electors[3].objects = true;
    EXPECT_EQ(evaluate(procedure, electors, {}).outcome, Outcome::kRejected);  // a DISCUSS
}

TEST(Cases, TwiceEquallyDividedIsRejected) {
    Circumstances c;
    const std::vector<Figures> tie{{"", 60, 60, 10, 63}};
    EXPECT_EQ(outcome("unga-simple-majority", tie, c), "tied");
    c.round = 2;
    EXPECT_EQ(outcome("unga-simple-majority", tie, c), "rejected");
    EXPECT_EQ(outcome("unga-simple-majority", {{"", 30, 10, 10, 143}}), "no-quorum");
}

TEST(Cases, ConsensusAndUnanimity) {
    Circumstances c;
    EXPECT_EQ(outcome("unga-without-a-vote", {{"", 0, 0, 0, 193}}, c), "rejected");
    c.declarations["consensus"] = true;
    EXPECT_EQ(outcome("unga-without-a-vote", {{"", 0, 0, 0, 193}}, c), "adopted");  // 79/243
    EXPECT_EQ(outcome("unga-without-a-vote", {{"", 0, 1, 0, 192}}, c), "rejected");
    EXPECT_EQ(outcome("lazy-consensus", {{"", 0, 0, 0, 9}}), "adopted");
    EXPECT_EQ(outcome("lazy-consensus", {{"", 8, 1, 0, 0}}), "rejected");
    EXPECT_EQ(outcome("unanimity", {{"", 9, 0, 0, 0}}), "adopted");
    EXPECT_EQ(outcome("unanimity", {{"", 8, 0, 1, 0}}), "rejected");
    EXPECT_EQ(outcome("unanimity-of-voting", {{"", 8, 0, 1, 0}}), "adopted");
    EXPECT_EQ(outcome("w3c-recommendation", {{"", 4, 0, 0, 96}}, c), "rejected");
    EXPECT_EQ(outcome("w3c-recommendation", {{"", 5, 0, 0, 95}}, c), "adopted");
}

}  // namespace
}  // namespace comity::governance
