// The General Assembly's recorded votes (unvotes, sessions 1 to 60; COMITY_SHARED_DATA/un), each under the
// preset that its rules ask for.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "governance/procedure/votes_for_tests.h"
#include "testing/shared_data.h"

namespace comity::governance {
namespace {

// The cells of a line; quoted ones may hold commas.
std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else
            cells.back() += c;
    }
    return cells;
}

template <typename Take>
void each_line(const std::string& command, Take take) {
    FILE* pipe = popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 4096> line{};
    for (bool heading = true; fgets(line.data(), line.size(), pipe) != nullptr; heading = false) {
        std::string_view text(line.data());
        while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
        if (!heading) take(cells_of(text));
    }
    EXPECT_EQ(pclose(pipe), 0);
}

using RollCalls = std::map<std::string, std::vector<Elector>>;

void add(RollCalls& roll_calls, const std::string& id, const std::string& country, const std::string& vote) {
    Elector elector;
    elector.id = country;
    const auto choice = parse_choice(vote, "vote");
    ASSERT_TRUE(choice) << vote;
    elector.choice = *choice;
    roll_calls[id].push_back(std::move(elector));
}

TEST(UnVotes, AllRecordedVotesComeToWhatTheyDid) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const std::string file = (data / "un/votes.csv.xz").string();
    RollCalls roll_calls;
    std::size_t votes = 0;
    each_line("xz -dc '" + file + "'", [&](const std::vector<std::string>& cells) {
        ASSERT_EQ(cells.size(), 4U);
        add(roll_calls, cells[0], cells[1], cells[3]);
        ++votes;
    });
    EXPECT_EQ(roll_calls.size(), 4892U);
    EXPECT_EQ(votes, 639'128U);
    const Procedure& simple = preset("unga-simple-majority");
    const Procedure& two_thirds = preset("unga-two-thirds");
    std::map<std::string, int> outcomes;
    int important = 0;
    std::array<std::int64_t, 3> sums{};
    for (const auto& [id, electors] : roll_calls) {
        ASSERT_TRUE(check_votes(simple, electors, {})) << "roll call " << id;
        const Verdict verdict = evaluate(simple, electors, {});
        const std::int64_t yes = sum_of(verdict.sums, -1, -1, kYesVotes);
        const std::int64_t no = sum_of(verdict.sums, -1, -1, kNoVotes);
        sums[0] += yes;
        sums[1] += no;
        sums[2] += sum_of(verdict.sums, -1, -1, kAbstentions);
        ++outcomes[std::string(to_string(verdict.outcome))];
        EXPECT_EQ(verdict.outcome, yes > no   ? Outcome::kAdopted
                                   : yes < no ? Outcome::kRejected
                                              : Outcome::kTied)
            << id;
        const bool enough = evaluate(two_thirds, electors, {}).outcome == Outcome::kAdopted;
        EXPECT_EQ(enough, yes >= 2 * no) << id;
        important += enough ? 1 : 0;
    }
    // Counted over the file by other means.
    EXPECT_EQ(outcomes["adopted"], 4576);
    EXPECT_EQ(outcomes["rejected"], 305);
    EXPECT_EQ(outcomes["tied"], 11);
    EXPECT_EQ(important, 4328);
    EXPECT_EQ(sums, (std::array<std::int64_t, 3>{506'802, 47'550, 84'776}));
}

TEST(UnVotes, TheNineOfTheReferenceByCountry) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const std::string file = (data / "un/cyber_votes.csv").string();
    RollCalls roll_calls;
    each_line("cat '" + file + "'", [&](const std::vector<std::string>& cells) {
        ASSERT_EQ(cells.size(), 5U);
        add(roll_calls, cells[0], cells[3], cells[4]);
    });
    EXPECT_EQ(roll_calls.size(), 9U);
    std::map<std::string, std::string> figures;
    for (const auto& [id, electors] : roll_calls) {
        const Verdict verdict = evaluate(preset("unga-simple-majority"), electors, {});
        figures[id] = fmt::format("{}-{}-{} {}", sum_of(verdict.sums, -1, -1, kYesVotes),
                                  sum_of(verdict.sums, -1, -1, kNoVotes),
                                  sum_of(verdict.sums, -1, -1, kAbstentions), to_string(verdict.outcome));
    }
    EXPECT_EQ(figures["R/26/2758C"], "55-59-15 rejected");
    EXPECT_EQ(figures["R/26/2758G"], "76-35-17 adopted");
    EXPECT_EQ(figures["A/RES/71/28"], "180-0-1 adopted");
    EXPECT_EQ(figures["R/73/27"], "119-46-14 adopted");
    EXPECT_EQ(figures["R/73/187"], "94-59-33 adopted");
    EXPECT_EQ(figures["R/73/266"], "138-12-16 adopted");
    EXPECT_EQ(figures["A/RES/74/28"], "163-10-6 adopted");
    EXPECT_EQ(figures["A/RES/74/247"], "79-60-33 adopted");
    EXPECT_EQ(figures["A/RES/74/29"], "129-6-45 adopted");
}

}  // namespace
}  // namespace comity::governance
