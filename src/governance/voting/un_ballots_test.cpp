// Roll calls of the General Assembly (COMITY_SHARED_DATA/un) replayed as signed ballots of its members: what
// is tallied from the statements is what was recorded.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "governance/forms.h"
#include "governance/procedure/presets.h"
#include "governance/voting/store.h"
#include "governance/voting/tally.h"
#include "testing/community.h"
#include "testing/shared_data.h"

namespace comity::governance {
namespace {

constexpr ledger::Witnessed kNow = 1'760'000'000;

// "Côte d'Ivoire" as an id: what is no letter of ASCII becomes its bytes' number.
std::string id_of(const std::string& country) {
    std::string id;
    for (const char c : country) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            id += c;
        else if (c >= 'A' && c <= 'Z')
            id += static_cast<char>(c - 'A' + 'a');
        else
            id += fmt::format("-{:02x}", static_cast<unsigned char>(c));
    }
    return id.substr(0, 64);
}

struct RollCalls {
    std::map<std::string, std::vector<std::pair<std::string, Choice>>> votes;  // by resolution
    std::set<std::string> members;
};

// Column 0 the resolution, 3 the country (in quotes where it holds a comma), 4 the vote.
RollCalls read(const std::filesystem::path& file) {
    RollCalls all;
    std::istringstream lines(testing::file_text(file));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::vector<std::string> cells(1);
        bool quoted = false;
        for (const char c : line) {
            if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                cells.emplace_back();
            else if (c != '\r')
                cells.back() += c;
        }
        const std::string member = id_of(cells[3]);
        all.votes[cells[0]].emplace_back(member, *parse_choice(cells[4], "vote"));
        all.members.insert(member);
    }
    return all;
}

class Assembly {
  public:
    explicit Assembly(const std::set<std::string>& members)
        : community_(std::vector<std::string>{*members.begin()}), chair_(*members.begin()) {
        add(community_.charter(), kNow);
        for (const std::string& member : members) {
            if (member != chair_) add(community_.admission(chair_, member), kNow + 1);
        }
    }
    // Proposed, opened and voted on from that second; the vote's id.
    Digest hold(const std::vector<std::pair<std::string, Choice>>& votes, std::string_view preset,
                ledger::Witnessed at, std::map<std::string, Digest, std::less<>> earlier = {}) {
        ProposalBody text;
        text.texts.push_back({"en", true, "A resolution", "Text"});
        OpeningBody opening;
        opening.version = add(community_.statement(chair_, kProposal, proposal_json(text)), at);
        json::Value procedure = *json::parse(find_preset(preset)->json);
        procedure.as_object()["electorate"] = json::Object{{"everybody", true}};
        opening.procedure_json = procedure;
        opening.earlier = std::move(earlier);
        opening.closes = Time::from_seconds(at + 2 * kDay);
        const Digest id = add(community_.statement(chair_, kOpening, opening_json(opening)), at + 1);
        for (const auto& [member, choice] : votes) {
            BallotBody ballot;
            ballot.opening = id;
            ballot.version = opening.version;
            ballot.choice = choice;
            add(community_.statement(member, kBallot, ballot_json(ballot)), at + 2);
        }
        return id;
    }
    std::string figures(const Digest& vote) {
        const auto counted = tally(acts_.all(), vote, verified_signatures());
        if (!counted) return counted.error().message();
        return fmt::format("{}-{}-{} {}", sum_of(counted->verdict.sums, -1, -1, kYesVotes),
                           sum_of(counted->verdict.sums, -1, -1, kNoVotes),
                           sum_of(counted->verdict.sums, -1, -1, kAbstentions),
                           to_string(counted->verdict.outcome));
    }

  private:
    Digest add(const crypto::Envelope& envelope, ledger::Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    testing::Community community_;
    const std::string chair_;
    Acts acts_;
};

TEST(UnBallots, SignedAndTalliedComeToTheRecord) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const RollCalls all = read(data / "un/cyber_votes.csv");
    const std::map<std::string, std::string> record{
        {"A/RES/71/28", "180-0-1 adopted"},  {"R/73/27", "119-46-14 adopted"},
        {"R/73/187", "94-59-33 adopted"},    {"R/73/266", "138-12-16 adopted"},
        {"A/RES/74/28", "163-10-6 adopted"}, {"A/RES/74/29", "129-6-45 adopted"},
        {"A/RES/74/247", "79-60-33 adopted"}};
    for (const auto& [resolution, figures] : record) {
        Assembly assembly(all.members);
        const Digest vote = assembly.hold(all.votes.at(resolution), "unga-simple-majority", kNow + kDay);
        EXPECT_EQ(assembly.figures(vote), figures) << resolution;
    }
}

// 25 October 1971: whether the question was important was voted on first, and lost; so a majority was enough.
TEST(UnBallots, AnEarlierVoteChoseTheThresholdOfTheChinaVote) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const RollCalls all = read(data / "un/cyber_votes.csv");
    Assembly assembly(all.members);
    const Digest question = assembly.hold(all.votes.at("R/26/2758C"), "unga-simple-majority", kNow + kDay);
    EXPECT_EQ(assembly.figures(question), "55-59-15 rejected");
    const Digest vote = assembly.hold(all.votes.at("R/26/2758G"), "unga-important-question", kNow + 10 * kDay,
                                      {{"important-question", question}});
    EXPECT_EQ(assembly.figures(vote), "76-35-17 adopted");
}

}  // namespace
}  // namespace comity::governance
