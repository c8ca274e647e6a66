#include "governance/voting/tally.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "governance/procedure/presets.h"
#include "governance/voting/store.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using testing::Community;
using ::testing::HasSubstr;

constexpr ledger::Witnessed kNow = 1'760'000'000;

// A community, a proposal of ke's, and a vote that is opened after a week and lasts another.
class Ballot {
  public:
    explicit Ballot(std::vector<std::string> members = {"ke", "fr", "br", "no"})
        : community(std::move(members)) {
        add(community.charter(), kNow);
        proposal = add(version("Rule 1"), kNow + 1);
        body.version = proposal;
        use("simple-majority");
        body.closes = Time::from_seconds(kOpened + 7 * kDay);
    }
    static constexpr ledger::Witnessed kOpened = kNow + 8 * kDay;
    static constexpr ledger::Witnessed kCloses = kOpened + 7 * kDay;

    void use(std::string_view preset) { body.procedure_json = *json::parse(find_preset(preset)->json); }
    crypto::Envelope version(const std::string& title, std::optional<Digest> previous = {}) {
        ProposalBody text;
        text.previous = previous;
        text.texts.push_back({"en", true, title, "Everybody shares what it knows."});
        return community.statement("ke", kProposal, proposal_json(text));
    }
    Digest add(const crypto::Envelope& envelope, ledger::Witnessed at) {
        EXPECT_TRUE(acts.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest open(const std::string& author = "ke", ledger::Witnessed at = kOpened) {
        opening = add(community.statement(author, kOpening, opening_json(body)), at);
        return opening;
    }
    crypto::Envelope ballot(const std::string& member, Choice choice, std::optional<Digest> about = {}) {
        BallotBody said;
        said.opening = opening;
        said.version = about.value_or(body.version);
        said.choice = choice;
        return community.statement(member, kBallot, ballot_json(said));
    }
    Digest vote(const std::string& member, Choice choice, ledger::Witnessed at = kOpened + 5) {
        return add(ballot(member, choice), at);
    }
    Digest say(const std::string& member, std::string_view type, json::Object said,
               ledger::Witnessed at = kOpened + 9) {
        said["opening"] = opening.hex();
        return add(community.statement(member, type, std::move(said)), at);
    }
    Result<Tally> count() { return tally(acts.all(), opening, verified_signatures()); }
    Tally counted() {
        auto result = count();
        EXPECT_TRUE(result) << result.error().message();
        return result.value_or(Tally{});
    }

    Community community;
    Acts acts;
    OpeningBody body;
    Digest proposal, opening;
};

const RollCallLine& line_of(const Tally& tally, const std::string& member) {
    return *std::ranges::find(tally.roll_call, member, &RollCallLine::member);
}

TEST(Tally, CountsTheRollCallAndSaysEachConditionsFigures) {
    Ballot b;
    b.open();
    b.vote("ke", Choice::kYes);
    b.vote("fr", Choice::kYes);
    b.vote("br", Choice::kNo);
    const Tally tally = b.counted();
    EXPECT_EQ(tally.verdict.outcome, Outcome::kAdopted);
    EXPECT_EQ(tally.counted, 3U);
    EXPECT_EQ(tally.verdict.adopted->value, 2);
    EXPECT_EQ(tally.verdict.adopted->base, 3);
    EXPECT_EQ(line_of(tally, "no").choice, Choice::kAbsent);
    EXPECT_EQ(tally.proposal, b.proposal);
    EXPECT_EQ(tally_json(tally).at("roll_call").as_array().size(), 4U);
}

TEST(Tally, TheLastBallotCountsAndThoseBeforeStayOnRecord) {
    Ballot b;
    b.open();
    const Digest first = b.vote("ke", Choice::kNo, Ballot::kOpened + 5);
    b.vote("ke", Choice::kYes, Ballot::kOpened + 9);
    b.vote("fr", Choice::kYes);
    const Tally tally = b.counted();
    EXPECT_EQ(line_of(tally, "ke").choice, Choice::kYes);
    EXPECT_EQ(line_of(tally, "ke").changes, 1);
    ASSERT_EQ(tally.disregarded.size(), 1U);
    EXPECT_EQ(tally.disregarded[0].ballot, first);
    EXPECT_EQ(tally.disregarded[0].why, Disregarded::Why::kReplaced);
    EXPECT_EQ(tally.counted, 2U);
}

TEST(Tally, LateForeignForgedRevokedAndMisdirectedBallotsAreListedWithTheReason) {
    Ballot b;
    const Digest other = b.add(b.version("Rule 2", b.proposal), kNow + 2);
    b.open();
    b.add(b.community.admission("ke", "fj"), Ballot::kOpened + 1);  // a member, but after the opening
    b.vote("ke", Choice::kYes, Ballot::kCloses);
    const Digest late = b.vote("fr", Choice::kYes, Ballot::kCloses + 1);
    const Digest early = b.vote("br", Choice::kYes, Ballot::kOpened - 1);
    const Digest foreign = b.vote("fj", Choice::kYes);
    const Digest stranger = b.vote("xx", Choice::kYes);
    const Digest wrong = b.add(b.ballot("no", Choice::kYes, other), Ballot::kOpened + 5);
    crypto::Envelope forged = b.ballot("fr", Choice::kNo);
    forged.signatures = {crypto::sign_envelope(forged, b.community.key("br"))};
    b.add(forged, Ballot::kOpened + 6);
    b.add(b.community.key_revocation("no", b.community.key("no")), Ballot::kOpened + 7);
    const Digest revoked = b.vote("no", Choice::kYes, Ballot::kOpened + 8);

    const Tally tally = b.counted();
    const auto why = [&](const Digest& ballot) -> std::string {
        const auto at = std::ranges::find(tally.disregarded, ballot, &Disregarded::ballot);
        return at == tally.disregarded.end() ? "counts" : std::string(to_string(at->why));
    };
    EXPECT_EQ(why(late), "late");
    EXPECT_EQ(why(early), "early");
    EXPECT_EQ(why(foreign), "foreign");
    EXPECT_EQ(why(stranger), "foreign");
    EXPECT_EQ(why(wrong), "wrong-version");
    EXPECT_EQ(why(forged.digest()), "forged");
    EXPECT_EQ(why(revoked), "revoked-key");
    EXPECT_EQ(tally.counted, 1U);
    EXPECT_EQ(line_of(tally, "ke").choice, Choice::kYes) << "witnessed in the last second";
    EXPECT_EQ(tally.verdict.outcome, Outcome::kNoQuorum);
}

TEST(Tally, AVoteIsBoundToTheExactVersion) {
    Ballot b;
    const Digest second = b.add(b.version("Rule 1, revised", b.proposal), kNow + 2);
    b.open();
    b.vote("ke", Choice::kYes);
    b.vote("fr", Choice::kYes);
    const Digest first_vote = b.opening;
    b.body.version = second;
    b.body.closes = Time::from_seconds(b.body.closes.seconds() + 60);
    b.open("ke", Ballot::kOpened + 60);
    const Tally revised = b.counted();
    EXPECT_EQ(revised.counted, 0U) << "an edit needs new votes";
    EXPECT_EQ(revised.proposal, b.proposal);
    EXPECT_EQ(tally(b.acts.all(), first_vote, verified_signatures())->verdict.outcome, Outcome::kAdopted);
}

TEST(Tally, VoidOpeningsAreRefusedWithTheReason) {
    const auto refusal = [](const std::function<void(Ballot&)>& change) {
        Ballot b;
        change(b);
        const auto result = b.count();
        return result ? std::string("counted") : result.error().message();
    };
    EXPECT_THAT(refusal([](Ballot& b) { b.open("fr"); }),
                HasSubstr("'fr' opens a vote on what 'ke' has proposed"));
    EXPECT_THAT(refusal([](Ballot& b) { b.open("ke", kNow + kDay); }),
                HasSubstr("was proposed less than 7 days before"));
    EXPECT_THAT(refusal([](Ballot& b) {
                    b.body.closes = Time::from_seconds(Ballot::kOpened + kDay);
                    b.open();
                }),
                HasSubstr("open for less than 7 days"));
    EXPECT_THAT(refusal([](Ballot& b) {
                    b.body.version = b.community.charter().digest();
                    b.open();
                }),
                HasSubstr("there is no version"));
    EXPECT_THAT(refusal([](Ballot& b) {
                    b.use("multistakeholder");
                    b.body.closes = Time::from_seconds(Ballot::kOpened + 30 * kDay);
                    b.open("ke", Ballot::kOpened + 10 * kDay);
                }),
                HasSubstr("nobody is in it"));
    EXPECT_THAT(refusal([](Ballot& b) {
                    b.use("cabforum");
                    b.open();
                }),
                HasSubstr("opening."));
    EXPECT_THAT(refusal([](Ballot& b) { b.opening = b.proposal; }), HasSubstr("there is no opening"));
}

TEST(Tally, ProxiesCountUpToTheCapAndNotBesideAnOwnBallot) {
    Ballot b({"ke", "fr", "br", "no", "fj"});
    b.open();
    b.vote("ke", Choice::kYes);
    b.vote("fr", Choice::kNo);
    b.say("br", kProxy, {{"to", "ke"}}, Ballot::kOpened + 10);
    b.say("no", kProxy, {{"to", "ke"}}, Ballot::kOpened + 11);
    b.say("fj", kProxy, {{"to", "ke"}}, Ballot::kOpened + 12);  // the third: the cap is two
    b.say("fr", kProxy, {{"to", "ke"}}, Ballot::kOpened + 13);  // has voted itself
    Tally tally = b.counted();
    EXPECT_EQ(sum_of(tally.verdict.sums, -1, -1, kYesVotes), 3);
    EXPECT_EQ(sum_of(tally.verdict.sums, -1, -1, kNoVotes), 1);
    EXPECT_EQ(line_of(tally, "br").by, "ke");
    EXPECT_EQ(line_of(tally, "fj").choice, Choice::kAbsent);
    EXPECT_EQ(tally.counted, 2U) << "proxies are no ballots";
    b.say("br", kProxy, {}, Ballot::kOpened + 20);  // taken back: there is room for fj
    tally = b.counted();
    EXPECT_EQ(line_of(tally, "br").choice, Choice::kAbsent);
    EXPECT_EQ(line_of(tally, "fj").by, "ke");
}

TEST(Tally, ObjectionsAreAnsweredAndDeclaredByTheChair) {
    Ballot b;
    b.use("ietf-rough-consensus");
    b.body.closes = Time::from_seconds(Ballot::kOpened + 22 * kDay);
    b.open("ke", Ballot::kOpened + 7 * kDay);
    b.vote("br", Choice::kYes, Ballot::kOpened + 8 * kDay);
    BallotBody objection;
    objection.opening = b.opening;
    objection.version = b.body.version;
    objection.choice = Choice::kNo;
    objection.reason = "It cannot be built";
    objection.objects = true;
    const Digest no =
        b.add(b.community.statement("fr", kBallot, ballot_json(objection)), Ballot::kOpened + 8 * kDay);
    const ledger::Witnessed later = Ballot::kOpened + 9 * kDay;
    b.say("br", kDeclaration, {{"declares", "rough-consensus"}}, later);  // is not in the chair
    EXPECT_EQ(b.counted().verdict.outcome, Outcome::kRejected);
    b.say("ke", kDeclaration, {{"declares", "rough-consensus"}}, later);
    EXPECT_THAT(b.counted().verdict.why, HasSubstr("no objection is left without an answer"));
    b.say("ke", kAnswer, {{"ballot", no.hex()}, {"answer", "It was, in Nairobi"}}, later);
    EXPECT_EQ(b.counted().verdict.outcome, Outcome::kAdopted);
    b.say("ke", kDeclaration, {{"declares", "rough-consensus"}, {"holds", false}}, later + 1);
    EXPECT_EQ(b.counted().verdict.outcome, Outcome::kRejected);
}

TEST(Tally, NobodyInTheChairTurnsAnOutcomeAroundAfterTheClose) {
    Ballot b;
    b.use("ietf-rough-consensus");
    const ledger::Witnessed closes = Ballot::kOpened + 22 * kDay;
    b.body.closes = Time::from_seconds(closes);
    b.open("ke", Ballot::kOpened + 7 * kDay);
    b.vote("br", Choice::kYes, Ballot::kOpened + 8 * kDay);
    b.say("ke", kDeclaration, {{"declares", "rough-consensus"}}, closes);
    EXPECT_EQ(b.counted().verdict.outcome, Outcome::kAdopted) << "that second is still in";
    b.say("ke", kDeclaration, {{"declares", "rough-consensus"}, {"holds", false}}, closes + 1);
    EXPECT_EQ(b.counted().verdict.outcome, Outcome::kAdopted);

    BallotBody objection;
    objection.opening = b.opening;
    objection.version = b.body.version;
    objection.choice = Choice::kNo;
    objection.reason = "It cannot be built";
    objection.objects = true;
    const Digest no = b.add(b.community.statement("fr", kBallot, ballot_json(objection)), closes - 1);
    EXPECT_EQ(b.counted().verdict.outcome, Outcome::kRejected);
    b.say("ke", kAnswer, {{"ballot", no.hex()}, {"answer", "It was"}}, closes + 365 * kDay);
    EXPECT_EQ(b.counted().verdict.outcome, Outcome::kRejected) << "nor a year later";
}

TEST(Tally, AnEarlierVoteChoosesTheThreshold) {
    Ballot b({"kee", "nor", "bra", "fra", "ken", "ger", "ita"});  // class by the length of the id: one class
    // The presets are of governments; here everybody votes.
    const auto everybody = [](std::string_view preset) {
        json::Value procedure = *json::parse(find_preset(preset)->json);
        procedure.as_object()["electorate"] = json::Object{{"everybody", true}};
        return procedure;
    };
    const auto propose = [&] {
        ProposalBody text;
        text.texts.push_back({"en", true, "Question", "Text"});
        return b.add(b.community.statement("kee", kProposal, proposal_json(text)), kNow + 3);
    };
    b.body.version = propose();
    b.body.procedure_json = everybody("unga-simple-majority");
    b.body.closes = Time::from_seconds(Ballot::kOpened + kDay);
    const Digest question = b.open("kee");
    b.vote("kee", Choice::kYes);
    for (const char* member : {"nor", "bra", "fra", "ken"}) b.vote(member, Choice::kNo);
    b.body.version = propose();
    b.body.procedure_json = everybody("unga-important-question");
    b.body.earlier["important-question"] = question;
    b.body.closes = Time::from_seconds(Ballot::kOpened + 9 * kDay);
    const auto second = [&](ledger::Witnessed opened) {
        b.open("kee", opened);
        for (const char* member : {"kee", "nor", "bra", "fra"}) b.vote(member, Choice::kYes, opened + 5);
        for (const char* member : {"ken", "ger", "ita"}) b.vote(member, Choice::kNo, opened + 5);
        return b.count();
    };
    const auto early = second(Ballot::kOpened + 60);
    ASSERT_FALSE(early);
    EXPECT_THAT(early.error().message(), HasSubstr("was not closed"));
    const auto counted = second(Ballot::kOpened + 2 * kDay);
    ASSERT_TRUE(counted) << counted.error().message();
    EXPECT_EQ(counted->verdict.outcome, Outcome::kAdopted) << "4 to 3 is no two thirds, and need not be";
    EXPECT_FALSE(counted->circumstances.earlier.at("important-question"));
}

TEST(Tally, CertificationsAreHeldAgainstTheCount) {
    Ballot b;
    b.open();
    b.vote("ke", Choice::kYes);
    b.vote("fr", Choice::kYes);
    const CertificationBody right = certification_of(b.counted());
    EXPECT_TRUE(check_certification(right, b.counted()));
    CertificationBody wrong = right;
    wrong.outcome = "rejected";
    EXPECT_THAT(check_certification(wrong, b.counted()).error().message(),
                HasSubstr("certified as rejected, counted as adopted"));
    b.vote("br", Choice::kYes);
    EXPECT_THAT(check_certification(right, b.counted()).error().message(),
                HasSubstr("certified over 2 ballots, 3 count"));
    wrong = certification_of(b.counted());
    wrong.ballots.bytes[0] ^= 1;
    EXPECT_THAT(check_certification(wrong, b.counted()).error().message(), HasSubstr("not the same ones"));
}

// What one hand does within a second is told apart by its own times and by what revises what.
TEST(Tally, TheNewestVoteIsTheOneOpenedLastThoughAllWasWitnessedInOneSecond) {
    for (int trial = 0; trial < 8; ++trial) {  // ids are as good as random
        Ballot b;
        const auto open_at = [&](const Digest& version, std::int64_t millis) {
            b.body.version = version;
            return b.add(b.community.statement("ke", kOpening, opening_json(b.body), Community::clear(),
                                               Time{Time::from_seconds(kNow).micros + millis * 1000}),
                         Ballot::kOpened);
        };
        const Digest first = open_at(b.proposal, 1);
        const Digest revised = b.add(b.version("Rule 2", b.proposal), kNow + 1);
        EXPECT_EQ(resolve_vote(b.acts.all(), revised.hex()).value_or(Digest{}), first);
        const Digest second = open_at(revised, 2);
        for (const Digest& named : {b.proposal, revised})
            EXPECT_EQ(resolve_vote(b.acts.all(), named.hex()).value_or(Digest{}), second);
        EXPECT_EQ(resolve_vote(b.acts.all(), first.hex()).value_or(Digest{}), first);
    }
}

// Law 1: whatever the order, and however often each comes.
TEST(Tally, OrderAndRepetitionChangeNothing) {
    std::mt19937 random(3);
    Ballot b({"ke", "fr", "br", "no", "fj", "us"});
    b.open();
    const std::vector<std::string> members{"ke", "fr", "br", "no", "fj", "us", "xx"};
    for (int i = 0; i < 60; ++i) {
        const std::string& member = members[random() % members.size()];
        const auto at = Ballot::kOpened + static_cast<ledger::Witnessed>(random() % (8 * kDay));
        if (random() % 6 == 0)
            b.say(member, kProxy, {{"to", members[random() % 6]}}, at);
        else
            b.vote(member, static_cast<Choice>(random() % 4), at);
    }
    const std::string before = json::write(tally_json(b.counted()));
    std::vector<Act> acts(b.acts.all().begin(), b.acts.all().end());
    for (int trial = 0; trial < 10; ++trial) {
        for (int i = 0; i < 10; ++i) {  // heard of again, from another log that had it later
            Act again = acts[random() % b.acts.all().size()];
            again.witnessed += static_cast<ledger::Witnessed>(random() % 100);
            if (again.statement->type != kCharter) acts.push_back(again);
        }
        std::ranges::shuffle(acts, random);
        const auto shuffled = tally(acts, b.opening, verified_signatures());
        ASSERT_TRUE(shuffled);
        EXPECT_EQ(json::write(tally_json(*shuffled)), before);
        acts.assign(b.acts.all().begin(), b.acts.all().end());
    }
}

}  // namespace
}  // namespace comity::governance
