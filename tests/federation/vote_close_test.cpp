// A vote whose procedure names witnesses is closed by their word, not by that of the node that took a ballot:
// on every node, and for whoever counts it again out of the logs.
#include <gmock/gmock.h>

#include "base/logging.h"
#include "federation/recount.h"
#include "witnessed_nodes.h"

namespace comity::federation::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

[[maybe_unused]] const bool kQuiet = (logging::start(logging::Level::kOff, logging::Form::kText), true);

constexpr std::int64_t kClose = kNow + 30;

class VoteClose : public WitnessedNodes {
  protected:
    VoteClose() { policy_ += "group two 2 w0 w1 w2\nquorum two\n"; }
    void open() {
        governance::ProposalBody text;
        text.texts.push_back({"en", true, "Rule 1", "Everybody shares what it knows."});
        version_ =
            said(a_, community_.statement("ke", governance::kProposal, governance::proposal_json(text)));
        governance::OpeningBody body;
        body.version = version_;
        body.procedure_json =
            json::Object{{"id", "witnessed"},
                         {"title", "A majority"},
                         {"electorate", json::Object{{"everybody", true}}},
                         {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}},
                         {"witnesses", policy_}};
        body.closes = Time::from_seconds(kClose);
        opening_ = said(a_, community_.statement("ke", governance::kOpening, governance::opening_json(body)));
        sync();
    }
    Digest vote(NetNode& node, const std::string& member, governance::Choice choice,
                std::int64_t issued = kNow) {
        governance::BallotBody body;
        body.opening = opening_;
        body.version = version_;
        body.choice = choice;
        return said(node, ledger::sign_statement({community_.id(), std::string(governance::kBallot), member,
                                                  Community::clear(), governance::ballot_json(body)},
                                                 Time::from_seconds(issued), community_.key(member)));
    }
    void seal(int i) { WitnessedNodes::seal(i, kClose); }
    governance::Tally counted(NetNode& node) { return WitnessedNodes::counted(node, opening_); }

    Digest version_, opening_;
};

TEST_F(VoteClose, WaitsForItsWitnessesAndCountsWhatTheyHadSeen) {
    open();
    vote(a_, "ke", governance::Choice::kYes);
    vote(a_, "no", governance::Choice::kYes);
    bring(witnesses_[0]->cosign(a_));
    bring(witnesses_[1]->cosign(a_));
    vote(b_, "fr", governance::Choice::kNo);  // in by b's own clock, and one witness alone had seen it
    bring(witnesses_[2]->cosign(b_));
    sync();
    advance(31);

    governance::Tally tally = counted(a_);
    EXPECT_FALSE(tally.settled());
    EXPECT_THAT(tally.closed->waits, ElementsAre("w0", "w1", "w2"));
    EXPECT_THAT(reasons(tally), ElementsAre("fr open"));
    EXPECT_EQ(tally.counted, 2U) << "what a quorum had seen is in, whatever else comes";
    const auto closes = a_.node().ledger().closes(kClose + 1);
    ASSERT_TRUE(closes);
    ASSERT_EQ(closes->size(), 1U) << "nodes are told which second to seal";
    EXPECT_EQ(closes->front().at, kClose);
    EXPECT_TRUE(a_.node().ledger().closes(kClose - 1)->empty());

    seal(0);
    EXPECT_THAT(counted(b_).closed->waits, ElementsAre("w1", "w2"));
    seal(1);
    seal(2);
    for (NetNode* node : nodes_) {
        tally = counted(*node);
        EXPECT_TRUE(tally.settled());
        EXPECT_THAT(reasons(tally), ElementsAre("fr late"));
        EXPECT_EQ(tally.verdict.outcome, governance::Outcome::kAdopted);
    }

    // Out of the logs alone, over the line.
    HttpSource source({.url = b_.address(), .token = {}});
    const auto again = recount(source, {.vote = opening_.hex()});
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_THAT(again->discrepancies, IsEmpty());
    EXPECT_EQ(json::write(governance::tally_json(again->tallies.front())),
              json::write(governance::tally_json(tally)));
}

TEST_F(VoteClose, OfAMembersOwnBallotsTheOneItDatedLastCountsWhereverItCameIn) {
    open();
    vote(a_, "ke", governance::Choice::kNo, kNow + 5);
    advance(3);
    const Digest held_back =
        vote(b_, "ke", governance::Choice::kYes, kNow + 1);  // brought in by somebody later
    sync();
    for (auto& witness : witnesses_) {
        bring(witness->cosign(a_));
        bring(witness->cosign(b_));
    }
    advance(31);
    for (int i = 0; i < 3; ++i) seal(i);
    const governance::Tally tally = counted(a_);
    ASSERT_EQ(tally.disregarded.size(), 1U);
    EXPECT_EQ(tally.disregarded[0].ballot, held_back);
    EXPECT_EQ(tally.disregarded[0].why, governance::Disregarded::Why::kReplaced);
    EXPECT_EQ(tally.verdict.outcome, governance::Outcome::kRejected);
}

TEST_F(VoteClose, WithoutTheirWordItCannotBeCounted) {
    open();
    const auto session = a_.node().database().snapshot();
    auto acts = governance::load_acts(**session);
    ASSERT_TRUE(acts);
    const auto counted = governance::tally(acts->all(), opening_, governance::verified_signatures());
    ASSERT_FALSE(counted);
    EXPECT_EQ(counted.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(counted.error().message(), HasSubstr("their word on the close is not at hand"));
}

}  // namespace
}  // namespace comity::federation::testing
