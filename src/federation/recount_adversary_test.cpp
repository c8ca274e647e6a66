// A node whose holder is the adversary: what it does to the ballots in its log is named by whoever counts
// again.
#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <random>

#include "federation/recount.h"
#include "testing/community.h"
#include "testing/held_logs.h"

namespace comity::federation {
namespace {

using comity::testing::Community;
using comity::testing::HeldLogs;
using ::testing::IsEmpty;

constexpr std::int64_t kBegin = 1'760'000'000;
constexpr std::int64_t kEnd = kBegin + 100;

// Whoever holds the first node, the keys of its log and cosigner included, writes its history anew: drops,
// adds, changes, doubles, backdates and postpones ballots, or serves other statements than its log holds.
// What was certified stands in the second node's log. Either the count is the honest one, or the recount says
// what does not fit.
TEST(RecountOfAHeldNode, NamesWhatItsHolderDidToTheBallots) {
    struct Entry {
        crypto::Envelope envelope;
        std::int64_t at;
    };
    std::mt19937 random(3);
    Community community({"ke", "fr", "no", "br", "za"});
    const std::vector<std::string> members{"ke", "fr", "no", "br", "za"};
    std::vector<Entry> honest{{community.charter(), kBegin}};
    governance::ProposalBody text;
    text.texts.push_back({"en", true, "Rule", "Text"});
    governance::OpeningBody opening;
    honest.push_back(
        {community.statement("ke", governance::kProposal, governance::proposal_json(text)), kBegin + 1});
    opening.version = honest.back().envelope.digest();
    opening.procedure_json =
        json::Object{{"id", "quick"},
                     {"title", "A majority"},
                     {"electorate", json::Object{{"everybody", true}}},
                     {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
    opening.closes = Time::from_seconds(kEnd);
    honest.push_back(
        {community.statement("ke", governance::kOpening, governance::opening_json(opening)), kBegin + 2});
    governance::BallotBody ballot;
    ballot.opening = honest.back().envelope.digest();
    ballot.version = opening.version;
    const auto cast = [&](const std::string& member, governance::Choice choice) {
        ballot.choice = choice;
        ballot.reason = std::to_string(random());
        return community.statement(member, governance::kBallot, governance::ballot_json(ballot));
    };
    const std::size_t first = honest.size();
    for (const std::string& member : members)
        honest.push_back(
            {cast(member, governance::Choice::kYes), kBegin + 10 + static_cast<std::int64_t>(honest.size())});
    honest.push_back({cast("za", governance::Choice::kNo), kEnd + 10});  // late

    const auto served = [&](const std::vector<Entry>& entries, const crypto::Envelope* certificate,
                            std::function<void(HeldLogs::Log&)> tamper = {}) {
        HeldLogs source;
        HeldLogs::Log& held = source.add("a.example/log", 30);
        HeldLogs::Log& other = source.add("b.example/log", 40);
        for (const Entry& entry : entries) HeldLogs::append(held, entry.envelope, entry.at);
        if (certificate != nullptr) HeldLogs::append(other, *certificate, kEnd + 60);
        if (tamper) tamper(held);
        return recount(source, {.vote = ballot.opening.hex()});
    };
    const auto alone = served(honest, nullptr);
    ASSERT_TRUE(alone) << alone.error().message();
    const governance::Tally& truth = alone->tallies.front();
    ASSERT_EQ(truth.counted, 5U);
    const crypto::Envelope certificate =
        community.statement("fr", governance::kCertification,
                            governance::certification_json(governance::certification_of(truth)));
    ASSERT_THAT(served(honest, &certificate)->discrepancies, IsEmpty());

    const auto any_ballot = [&] { return first + random() % (honest.size() - first); };
    std::map<std::string, int> named;
    for (int trial = 0; trial < 120; ++trial) {
        std::vector<Entry> entries = honest;
        std::function<void(HeldLogs::Log&)> tamper;
        std::string what;
        const std::size_t at = any_ballot();
        switch (trial % 8) {
            case 0:
                what = "dropped";
                entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 1: {
                what = "added";
                crypto::Envelope forged = cast("no", governance::Choice::kNo);
                forged.signatures = {crypto::sign_envelope(forged, community.key("ke"))};
                entries.insert(entries.end() - 1, {forged, kEnd - 1});
                break;
            }
            case 2:
                what = "changed";
                entries[at].envelope.payload.replace(
                    entries[at].envelope.payload.find("yes") == std::string::npos
                        ? 0
                        : entries[at].envelope.payload.find("yes"),
                    1, "Y");
                break;
            case 3:
                what = "backdated";
                entries.back().at = kEnd;
                break;
            case 4:
                what = "postponed";
                for (std::size_t i = at; i < entries.size(); ++i)
                    entries[i].at = std::max(entries[i].at, kEnd + 1);
                break;
            case 5:
                what = "doubled";
                entries.push_back({entries[at].envelope, kEnd + 20});
                break;
            case 6:
                what = "withheld";
                tamper = [at](HeldLogs::Log& log) { log.envelopes[at] = log.envelopes[1]; };
                break;
            default:
                what = "unsigned";
                tamper = [at](HeldLogs::Log& log) { log.entries[at] = log.entries[1]; };
                break;
        }
        const auto again = served(entries, &certificate, tamper);
        if (!again || !again->discrepancies.empty()) {
            ++named[what];
            continue;
        }
        const governance::Tally& counted = again->tallies.front();
        EXPECT_EQ(counted.verdict.outcome, truth.verdict.outcome) << what << " " << at;
        EXPECT_EQ(counted.ballots_digest, truth.ballots_digest) << what << " " << at;
    }
    for (const char* what : {"dropped", "changed", "backdated", "postponed", "withheld", "unsigned"})
        EXPECT_GT(named[what], 0) << what;
    EXPECT_EQ(named["backdated"], 15);
    EXPECT_EQ(named["unsigned"], 15);
    EXPECT_EQ(named["doubled"], 0) << "one statement counts once, at its first second";
}

}  // namespace
}  // namespace comity::federation
