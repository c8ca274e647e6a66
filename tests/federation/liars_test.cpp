// What follows from evidence that a witness has lied is for the community's rules to say: where one in force
// says so, the witness does not count for votes that close from then on; on every node, for whoever counts
// again out of the logs, and until a later rule undoes it.
#include <gmock/gmock.h>

#include "base/logging.h"
#include "federation/recount.h"
#include "governance/rules/rule_part.h"
#include "testing/forged_log.h"
#include "witnessed_nodes.h"

namespace comity::federation::testing {
namespace {

using comity::testing::ForgedLog;
using governance::Choice;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

[[maybe_unused]] const bool kQuiet = (logging::start(logging::Level::kOff, logging::Form::kText), true);

constexpr std::int64_t kEnd = kNow + 60;  // of the vote

class DroppedLiars : public WitnessedNodes {
  protected:
    struct Vote {
        Digest opening, version;
    };
    Vote open(const json::Object& rule, std::int64_t closes, const std::string& witnesses = {}) {
        governance::ProposalBody text;
        text.texts.push_back({"en", true, "A text", "Everybody shares what it knows."});
        if (!rule.empty()) text.rule = governance::parse_rule_part(json::Value(rule), "rule").value();
        const Digest version =
            said(a_, community_.statement("ke", governance::kProposal, governance::proposal_json(text)));
        governance::OpeningBody body;
        body.version = version;
        json::Object procedure{
            {"id", "majority"},
            {"title", "A majority"},
            {"electorate", json::Object{{"everybody", true}}},
            {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
        if (!witnesses.empty()) procedure["witnesses"] = witnesses;
        body.procedure_json = procedure;
        body.closes = Time::from_seconds(closes);
        const Vote vote{
            said(a_, community_.statement("ke", governance::kOpening, governance::opening_json(body))),
            version};
        sync();
        return vote;
    }
    void cast(NetNode& node, const Vote& vote, const std::string& member, Choice choice) {
        governance::BallotBody body;
        body.opening = vote.opening;
        body.version = vote.version;
        body.choice = choice;
        said(node, community_.statement(member, governance::kBallot, governance::ballot_json(body)));
    }
    // A rule that all vote for, and that takes force ten seconds from now.
    void adopt(const json::Object& rule, Choice choice = Choice::kYes) {
        const Vote vote = open(rule, a_.clock().now().seconds() + 9);
        for (const char* member : {"ke", "fr", "no"}) cast(a_, vote, member, choice);
        sync();
        advance(10);
    }
    void adopt_dropping() {
        adopt({{"number", "W-1"}, {"policy", json::Object{{"misbehaviour", "witness-does-not-count"}}}});
    }
    // The witness states the larger of a log first and the smaller later, by its own signatures.
    void publish_evidence_against(int i) {
        const crypto::NamedSecret& witness = witnesses_[static_cast<std::size_t>(i)]->secret;
        const auto cosigned = [&](std::uint64_t size, std::int64_t second) {
            auto note = crypto::parse_note(liar_.note(history_, size)).value();
            note.signatures.push_back(log::cosign(note.text, witness, Time::from_seconds(second)));
            return note.write();
        };
        const std::vector keys{witness.public_part()};
        const auto found = compare_notes(cosigned(7, 1000), cosigned(3, 2000), liar_.key(), keys);
        ASSERT_TRUE(found && *found);
        evidence_ = said(a_, community_.statement("no", kEvidenceType, (*found)->json()));
    }
    // The vote: two ballots that all three had seen in time, and one that w0 and w1 alone had.
    void hold(const std::string& quorum = "group two 2 w0 w1 w2\nquorum two\n",
              bool evidence_in_time = true) {
        vote_ = open({}, kEnd, policy_ + quorum);
        cast(a_, vote_, "ke", Choice::kYes);
        cast(a_, vote_, "no", Choice::kYes);
        if (evidence_in_time) publish_evidence_against(0);
        for (auto& witness : witnesses_) bring(witness->cosign(a_));
        cast(b_, vote_, "fr", Choice::kNo);
        bring(witnesses_[0]->cosign(b_));
        bring(witnesses_[1]->cosign(b_));
        sync();
        advance(kEnd + 1 - a_.clock().now().seconds());
        if (!evidence_in_time) publish_evidence_against(0);
    }
    void seal(int i) { WitnessedNodes::seal(i, kEnd); }
    void seal_all() {
        for (int i = 0; i < 3; ++i) seal(i);
    }
    governance::Tally counted(NetNode& node) { return WitnessedNodes::counted(node, vote_.opening); }
    static std::vector<std::string> dropped(const governance::Tally& tally) {
        std::vector<std::string> all;
        for (const auto& one : tally.closed->dropped) all.push_back(one.witness);
        return all;
    }
    // On both nodes, on one that has joined since and heard of everything in another order, and out of the
    // logs.
    void expect_the_same_everywhere() {
        const std::string here = json::write(governance::tally_json(counted(a_)));
        EXPECT_EQ(json::write(governance::tally_json(counted(b_))), here);
        NetNode c("c.example/log");
        c.clock().set(a_.clock().now());
        c.must_sync_with(b_);
        c.must_sync_with(a_);
        EXPECT_EQ(json::write(governance::tally_json(counted(c))), here);
        HttpSource source({.url = b_.address(), .token = {}});
        const auto again = recount(source, {.vote = vote_.opening.hex()});
        ASSERT_TRUE(again) << again.error().message();
        EXPECT_THAT(again->discrepancies, IsEmpty());
        EXPECT_EQ(json::write(governance::tally_json(again->tallies.front())), here);
    }

    const ForgedLog liar_;
    const ForgedLog::History history_ = ForgedLog::History::of(8);
    Vote vote_;
    Digest evidence_;
};

TEST_F(DroppedLiars, WithoutARuleNothingFollows) {
    hold();
    seal_all();
    const governance::Tally tally = counted(a_);
    EXPECT_TRUE(tally.settled());
    EXPECT_THAT(dropped(tally), IsEmpty());
    EXPECT_THAT(reasons(tally), IsEmpty());
    expect_the_same_everywhere();
}

TEST_F(DroppedLiars, ByARuleTheWitnessDoesNotCount) {
    adopt_dropping();
    hold();
    seal(0);
    EXPECT_FALSE(counted(a_).settled());
    seal(1);
    seal(2);
    const governance::Tally tally = counted(a_);
    EXPECT_TRUE(tally.settled());
    EXPECT_THAT(dropped(tally), ElementsAre("w0"));
    EXPECT_EQ(tally.closed->dropped.front().evidence, evidence_);
    EXPECT_THAT(reasons(tally), ElementsAre("fr late")) << "one witness alone had seen it";
    EXPECT_EQ(tally.counted, 2U);
    expect_the_same_everywhere();
}

TEST_F(DroppedLiars, EvidenceThatWasNotInByTheCloseChangesNothing) {
    adopt_dropping();
    hold("group two 2 w0 w1 w2\nquorum two\n", false);
    seal_all();
    const governance::Tally tally = counted(a_);
    EXPECT_TRUE(tally.settled());
    EXPECT_THAT(dropped(tally), IsEmpty());
    EXPECT_THAT(reasons(tally), IsEmpty());
    expect_the_same_everywhere();
}

TEST_F(DroppedLiars, ALaterRuleUndoesIt) {
    adopt_dropping();
    adopt({{"number", "W-2"}, {"repeals", json::Array{"W-1"}}});
    hold();
    seal_all();
    EXPECT_THAT(dropped(counted(a_)), IsEmpty());
    EXPECT_THAT(reasons(counted(a_)), IsEmpty());
    expect_the_same_everywhere();
}

TEST_F(DroppedLiars, ARuleThatWasRejectedSaysNothing) {
    adopt({{"number", "W-1"}, {"policy", json::Object{{"misbehaviour", "witness-does-not-count"}}}},
          Choice::kNo);
    hold();
    seal_all();
    EXPECT_THAT(dropped(counted(a_)), IsEmpty());
    EXPECT_THAT(reasons(counted(a_)), IsEmpty());
}

TEST_F(DroppedLiars, WhereNobodyWouldBeLeftToDecideAllCount) {
    adopt_dropping();
    hold("group every all w0 w1 w2\nquorum every\n");
    seal_all();
    const governance::Tally tally = counted(a_);
    EXPECT_THAT(dropped(tally), IsEmpty());
    ASSERT_EQ(tally.closed->faults.size(), 1U);
    EXPECT_THAT(tally.closed->faults.front(), HasSubstr("there would be no quorum: all count"));
    EXPECT_THAT(reasons(tally), ElementsAre("fr late"));
    EXPECT_EQ(tally.counted, 2U);
    expect_the_same_everywhere();
}

}  // namespace
}  // namespace comity::federation::testing
