// A vote that is closed by its witnesses, counted again out of logs and statements alone.
#include "federation/recount.h"

#include <gmock/gmock.h>

#include <random>

#include "federation/seal.h"
#include "governance/voting/store.h"
#include "testing/community.h"
#include "testing/held_logs.h"

namespace comity::federation {
namespace {

using comity::testing::Community;
using comity::testing::HeldLogs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kNow = 1'760'000'000;
constexpr std::int64_t kClose = kNow + 100;

class WitnessedRecount : public ::testing::Test {
  protected:
    WitnessedRecount() {
        for (std::uint8_t i = 0; i < 3; ++i) {
            witnesses_.push_back({"w" + std::to_string(i) + ".example/witness",
                                  crypto::KeyType::kEd25519Cosignature,
                                  crypto::SecretKey::from_seed(Bytes(32, 90 + i)).value()});
        }
        HeldLogs::append(a_, community_.charter(), kNow);
        governance::ProposalBody text;
        text.texts.push_back({"en", true, "Rule 1", "Everybody shares what it knows."});
        version_ = say(a_, "ke", governance::kProposal, governance::proposal_json(text), kNow + 1);
        std::string policy;
        for (const HeldLogs::Log* log : {&a_, &b_}) policy += "log " + log->key.key().text() + "\n";
        for (std::size_t i = 0; i < 3; ++i)
            policy += "witness w" + std::to_string(i) + " " + witnesses_[i].public_part().text() + "\n";
        governance::OpeningBody body;
        body.version = version_;
        body.procedure_json =
            json::Object{{"id", "witnessed"},
                         {"title", "A majority"},
                         {"electorate", json::Object{{"everybody", true}}},
                         {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}},
                         {"witnesses", policy + "group two 2 w0 w1 w2\nquorum two\n"}};
        body.closes = Time::from_seconds(kClose);
        opening_ = say(a_, "ke", governance::kOpening, governance::opening_json(body), kNow + 2);
    }

    Digest say(HeldLogs::Log& log, const std::string& member, std::string_view type, json::Object body,
               std::int64_t at) {
        return HeldLogs::append(log, community_.statement(member, type, std::move(body)), at);
    }
    Digest vote(HeldLogs::Log& log, const std::string& member, governance::Choice choice, std::int64_t at) {
        governance::BallotBody body;
        body.opening = opening_;
        body.version = version_;
        body.choice = choice;
        return say(log, member, governance::kBallot, governance::ballot_json(body), at);
    }
    // That witness has seen so much of the log by that second.
    void cosigned(const HeldLogs::Log& log, std::size_t witness, std::int64_t at) {
        crypto::Note note = crypto::parse_note(log.checkpoints.back()).value();
        note.signatures.push_back(log::cosign(note.text, witnesses_[witness], Time::from_seconds(at)));
        const crypto::NamedKey keys[] = {witnesses_[witness].public_part()};
        const auto body = cosigned_json(log.key.key(), note.write(), keys);
        ASSERT_TRUE(body && *body);
        say(a_, "fr", kCosigned, **body, kClose + 6);
    }
    // Its last word on the close: all of the logs, or only their first entries.
    void sealed(std::size_t witness, std::uint64_t of_a, std::uint64_t of_b) {
        Seal seal{community_.id(), witnesses_[witness].public_part(), kClose, {}, {}};
        for (const auto& [log, size] : {std::pair(&a_, of_a), std::pair(&b_, of_b)}) {
            if (size > 0) seal.logs.push_back({log->key.key(), size, log->history.root(size)});
        }
        std::ranges::sort(seal.logs, {}, [](const SealedLog& log) { return log.log.text(); });
        seal.signature = witnesses_[witness].key.sign(as_bytes(seal.text()));
        say(a_, "no", kSeal, seal.json(), kClose + 6);
    }
    Recount counted() {
        auto recounted = recount(source_, {.vote = opening_.hex()});
        EXPECT_TRUE(recounted) << recounted.error().message();
        return recounted ? std::move(*recounted) : Recount{};
    }
    static std::vector<std::string> reasons(const governance::Tally& tally) {
        std::vector<std::string> all;
        for (const auto& one : tally.disregarded)
            all.push_back(one.author + " " + std::string(to_string(one.why)));
        return all;
    }

    Community community_{{"ke", "fr", "no"}};
    HeldLogs source_;
    HeldLogs::Log& a_ = source_.add("a.example/log", 30);
    HeldLogs::Log& b_ = source_.add("b.example/log", 40);
    std::vector<crypto::NamedSecret> witnesses_;
    Digest version_, opening_;
};

TEST_F(WitnessedRecount, WaitsForTheWitnessesAndThenCountsWhatTheyHadSeen) {
    vote(a_, "ke", governance::Choice::kYes, kNow + 10);
    const std::uint64_t seen = a_.entries.size();
    // b's own cosigner says that it was in; one witness alone had seen it.
    vote(b_, "fr", governance::Choice::kNo, kNow + 11);
    vote(a_, "no", governance::Choice::kNo, kClose + 1);
    cosigned(b_, 2, kNow + 20);

    Recount recounted = counted();
    EXPECT_THAT(recounted.discrepancies, IsEmpty());
    EXPECT_FALSE(recounted.tallies.front().settled());
    EXPECT_THAT(recounted.tallies.front().closed->waits, ElementsAre("w0", "w1", "w2"));
    EXPECT_THAT(reasons(recounted.tallies.front()), ElementsAre("ke open", "fr open", "no open"));

    sealed(0, seen, 0);
    sealed(1, seen, 0);
    recounted = counted();
    EXPECT_EQ(recounted.tallies.front().counted, 1U) << "two witnesses had seen ke's";
    EXPECT_THAT(recounted.tallies.front().closed->waits, ElementsAre("w2"));
    EXPECT_THAT(reasons(recounted.tallies.front()), ElementsAre("fr late", "no late"))
        << "with w2 alone they could not have been in";
    EXPECT_TRUE(recounted.tallies.front().settled());
    EXPECT_EQ(recounted.tallies.front().verdict.outcome, governance::Outcome::kAdopted);

    sealed(2, seen, 1);
    recounted = counted();
    EXPECT_TRUE(recounted.tallies.front().closed->waits.empty());
    EXPECT_EQ(recounted.tallies.front().verdict.outcome, governance::Outcome::kAdopted);
}

TEST_F(WitnessedRecount, NamesAWitnessThatContradictsItsSeal) {
    vote(a_, "ke", governance::Choice::kYes, kNow + 10);
    for (std::size_t i = 0; i < 3; ++i) sealed(i, 3, 0);  // the ballot is the fourth entry
    EXPECT_EQ(counted().tallies.front().counted, 0U);
    cosigned(a_, 0, kNow + 12);
    const Recount recounted = counted();
    ASSERT_EQ(recounted.tallies.front().closed->faults.size(), 1U);
    EXPECT_THAT(recounted.tallies.front().closed->faults[0], HasSubstr("w0 has cosigned more of"));
}

TEST_F(WitnessedRecount, BelievesNoWitnessOfAHistoryThatIsNotTheLogs) {
    vote(a_, "ke", governance::Choice::kYes, kNow + 10);
    const std::uint64_t seen = a_.entries.size();
    Seal seal{community_.id(), witnesses_[0].public_part(), kClose, {}, {}};
    seal.logs.push_back({a_.key.key(), seen, a_.history.changed(2).root(seen)});
    seal.signature = witnesses_[0].key.sign(as_bytes(seal.text()));
    say(a_, "no", kSeal, seal.json(), kClose + 6);
    sealed(1, seen, 0);
    sealed(2, 3, 0);
    const Recount recounted = counted();
    EXPECT_THAT(recounted.tallies.front().closed->faults,
                ElementsAre(HasSubstr("w0 has seen another history of")));
    // Two had not seen it, by this log; but what w0 has seen instead is not known here, and may hold it.
    EXPECT_THAT(reasons(recounted.tallies.front()), ElementsAre("ke open"));
}

// Ballots that come before their members are known, changed ones, forged ones, and some that others have
// signed too: all votes in one go come to what each comes to alone, and to what the statements come to where
// nobody has looked for signers beforehand.
TEST(RecountOfAllVotes, ComesToTheTallyOfEach) {
    std::mt19937 random(11);
    Community community({"ke", "fr"});
    HeldLogs source;
    HeldLogs::Log& a = source.add("a.example/log", 30);
    HeldLogs::Log& b = source.add("b.example/log", 40);
    governance::Acts plain;
    const auto say = [&](HeldLogs::Log& log, const crypto::Envelope& envelope, std::int64_t at) {
        EXPECT_TRUE(plain.add(envelope.write(), at));
        return HeldLogs::append(log, envelope, at);
    };
    say(a, community.charter(), kNow);
    std::vector<std::string> members{"ke", "fr"};
    for (int i = 0; i < 12; ++i) members.push_back("member-" + std::to_string(i));

    std::vector<Digest> openings;
    for (int vote = 0; vote < 3; ++vote) {
        const std::int64_t opens = kNow + 2000 * (vote + 1);
        governance::ProposalBody text;
        text.texts.push_back({"en", true, "Rule", "Text " + std::to_string(vote)});
        governance::OpeningBody opening;
        opening.version =
            say(a, community.statement("ke", governance::kProposal, governance::proposal_json(text)), opens);
        opening.procedure_json =
            json::Object{{"id", "quick"},
                         {"title", "A majority"},
                         {"electorate", json::Object{{"everybody", true}}},
                         {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
        opening.closes = Time::from_seconds(opens + 900);
        openings.push_back(
            say(a, community.statement("ke", governance::kOpening, governance::opening_json(opening)),
                opens + 1));
        for (int i = 0; i < 130; ++i) {
            governance::BallotBody ballot;
            ballot.opening = openings.back();
            ballot.version = opening.version;
            ballot.choice = random() % 2 == 0 ? governance::Choice::kYes : governance::Choice::kNo;
            ballot.reason = std::to_string(i);
            const std::string& member = members[random() % members.size()];
            crypto::Envelope envelope =
                community.statement(member, governance::kBallot, governance::ballot_json(ballot));
            if (i % 7 == 0) envelope.signatures.clear();
            if (i % 7 == 0 || i % 5 == 0)
                envelope.signatures.push_back(
                    crypto::sign_envelope(envelope, community.key(members[random() % members.size()])));
            say(a, envelope, opens + 2 + i * 8);
        }
    }
    // Admitted before all that, in the log that is read last.
    for (std::size_t i = 2; i < members.size(); ++i) say(b, community.admission("ke", members[i]), kNow + 1);

    const auto all = recount(source, {});
    ASSERT_TRUE(all) << all.error().message();
    EXPECT_THAT(all->discrepancies, IsEmpty());
    ASSERT_EQ(all->tallies.size(), openings.size());
    for (std::size_t i = 0; i < openings.size(); ++i) {
        const std::string told = json::write(governance::tally_json(all->tallies[i]));
        const auto alone = recount(source, {.vote = openings[i].hex()});
        ASSERT_TRUE(alone) << alone.error().message();
        EXPECT_EQ(json::write(governance::tally_json(alone->tallies.front())), told);
        const auto tally = governance::tally(plain.all(), openings[i], governance::verified_signatures());
        ASSERT_TRUE(tally) << tally.error().message();
        EXPECT_EQ(json::write(governance::tally_json(*tally)), told);
        EXPECT_GT(tally->counted, 10U);
        EXPECT_THAT(told, HasSubstr("\"forged\""));
        EXPECT_THAT(told, HasSubstr("\"late\""));
    }
}

}  // namespace
}  // namespace comity::federation
