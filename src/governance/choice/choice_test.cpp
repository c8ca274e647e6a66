#include "governance/choice/choice.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

namespace comity::governance {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> names(std::size_t n) {
    std::vector<std::string> list;
    for (std::size_t i = 0; i < n; ++i) list.emplace_back(1, static_cast<char>('a' + i));
    return list;
}

ChoiceRule rule_of(std::string method, std::int64_t seats = 1) {
    ChoiceRule rule;
    rule.method = std::move(method);
    rule.seats = seats;
    return rule;
}

ChoiceCount counted(const ChoiceRule& rule, std::size_t options, const std::vector<ChoiceBallot>& ballots) {
    auto count = count_choice(rule, names(options), ballots);
    EXPECT_TRUE(count) << count.error().message();
    return count.value_or(ChoiceCount{});
}

std::vector<ChoiceBallot> times(std::initializer_list<std::pair<int, ChoiceBallot>> groups) {
    std::vector<ChoiceBallot> ballots;
    for (const auto& [n, ballot] : groups) ballots.insert(ballots.end(), static_cast<std::size_t>(n), ballot);
    return ballots;
}

TEST(Choice, ApprovalAndItsTieRules) {
    ChoiceRule rule = rule_of("approval");
    const std::vector<ChoiceBallot> ballots{{1, 0, 1}, {0, 1, 1}, {1, 1, 0}, {2, 0, 0}, {1, 0}};
    EXPECT_THAT(counted(rule, 3, ballots).winners, ElementsAre(0));
    EXPECT_THAT(counted(rule, 3, ballots).invalid_at, ElementsAre(3, 4));
    rule.ties = ChoiceTies::kUndecided;
    EXPECT_TRUE(counted(rule, 3, ballots).undecided);
    EXPECT_TRUE(counted(rule, 3, ballots).winners.empty());
    rule.seats = 3;
    EXPECT_THAT(counted(rule, 3, ballots).winners, ElementsAre(0, 1, 2));
    EXPECT_FALSE(count_choice(rule_of("approval", 4), names(3), ballots));
    EXPECT_FALSE(count_choice(rule_of("approval"), {}, ballots));
}

// The example of Schulze's paper, section 3.1: A, B, C, D, E; E > A > C > B > D.
TEST(Choice, SchulzesOwnExample) {
    const auto ballots = times({{5, {1, 3, 2, 5, 4}},    // A C B E D
                                {5, {1, 5, 4, 2, 3}},    // A D E C B
                                {8, {4, 1, 5, 3, 2}},    // B E D A C
                                {3, {2, 3, 1, 5, 4}},    // C A B E D
                                {7, {2, 4, 1, 5, 3}},    // C A E B D
                                {2, {3, 2, 1, 4, 5}},    // C B A D E
                                {7, {5, 4, 2, 1, 3}},    // D C E B A
                                {8, {3, 2, 5, 4, 1}}});  // E B A D C
    const ChoiceCount count = counted(rule_of("schulze"), 5, ballots);
    EXPECT_THAT(count.ranking,
                ElementsAre(ElementsAre(4), ElementsAre(0), ElementsAre(2), ElementsAre(1), ElementsAre(3)));
}

// Tennessee: 42 Memphis, 26 Nashville, 15 Chattanooga, 17 Knoxville.
TEST(Choice, MajorityJudgmentTakesTheWorseOfTwoMedians) {
    ChoiceRule rule = rule_of("majority-judgment");
    rule.grades = 4;
    const auto ballots =
        times({{42, {1, 3, 4, 4}}, {26, {4, 1, 2, 2}}, {15, {4, 2, 1, 2}}, {17, {4, 2, 2, 1}}});
    EXPECT_EQ(counted(rule, 4, ballots).winners.front(), 1U);  // Nashville
    const std::vector<ChoiceBallot> two{{1, 2}, {3, 2}};
    rule.grades = 3;
    EXPECT_THAT(counted(rule, 2, two).ranking, ElementsAre(ElementsAre(1), ElementsAre(0)));
    rule.upper_median = true;
    EXPECT_THAT(counted(rule, 2, two).ranking, ElementsAre(ElementsAre(0), ElementsAre(1)));
}

// Food: 4 oranges, 2 pears then oranges, 8 chocolate then strawberries, 4 chocolate then sweets, 1 each.
TEST(Choice, StvPassesOnWhatIsAboveTheQuota) {
    const auto ballots = times({{4, {1, 0, 0, 0, 0}},
                                {2, {2, 1, 0, 0, 0}},
                                {8, {0, 0, 1, 2, 0}},
                                {4, {0, 0, 1, 0, 2}},
                                {1, {0, 0, 0, 1, 0}},
                                {1, {0, 0, 0, 0, 1}}});
    const ChoiceCount count = counted(rule_of("stv", 3), 5, ballots);
    EXPECT_THAT(count.winners, ElementsAre(2, 0, 3));  // chocolate, oranges, strawberries
    EXPECT_EQ(counted(rule_of("stv"), 3, {{1, 1, 2}, {1, 3, 0}, {1, 0, 0}}).invalid, 2U);
}

std::vector<ChoiceBallot> random_ballots(const std::string& method, std::size_t options, std::size_t n,
                                         int grades, std::mt19937& random) {
    std::vector<ChoiceBallot> ballots;
    for (std::size_t i = 0; i < n; ++i) {
        ChoiceBallot ballot(options);
        if (method == "stv") {
            std::vector<std::size_t> order(options);
            for (std::size_t k = 0; k < options; ++k) order[k] = k;
            std::ranges::shuffle(order, random);
            const std::size_t ranked = random() % (options + 1);
            for (std::size_t k = 0; k < ranked; ++k) ballot[order[k]] = static_cast<int>(k) + 1;
        } else {
            for (int& mark : ballot) {
                mark = method == "approval"  ? static_cast<int>(random() % 2)
                       : method == "schulze" ? static_cast<int>(random() % (options + 1))
                                             : static_cast<int>(random() % static_cast<unsigned>(grades)) + 1;
            }
        }
        ballots.push_back(std::move(ballot));
    }
    return ballots;
}

TEST(Choice, TheOrderOfBallotsDoesNotMatterAndACondorcetWinnerWinsBySchulze) {
    std::mt19937 random(11);
    int condorcet = 0;
    for (int trial = 0; trial < 400; ++trial) {
        const std::string method =
            std::array{"approval", "schulze", "stv", "majority-judgment"}[random() % 4];
        const std::size_t options = 2 + random() % 5;
        const ChoiceRule rule = rule_of(method, 1 + static_cast<std::int64_t>(random() % options));
        auto ballots = random_ballots(method, options, 1 + random() % 30, 5, random);
        const ChoiceCount before = counted(rule, options, ballots);
        std::ranges::shuffle(ballots, random);
        const ChoiceCount after = counted(rule, options, ballots);
        EXPECT_EQ(before.winners, after.winners) << method;
        EXPECT_EQ(before.ranking, after.ranking) << method;
        EXPECT_EQ(std::set(before.winners.begin(), before.winners.end()).size(), before.winners.size());
        if (method != "schulze") continue;
        const json::Array& prefer = before.figures.at("prefer").get_array();
        for (std::size_t i = 0; i < options; ++i) {
            bool beats_all = true;
            for (std::size_t j = 0; j < options; ++j)
                beats_all = beats_all && (i == j || prefer[i].at(j).as_int64() > prefer[j].at(i).as_int64());
            if (!beats_all) continue;
            ++condorcet;
            EXPECT_THAT(before.ranking.front(), ElementsAre(i));
        }
    }
    EXPECT_GT(condorcet, 20);
}

// Another program's count of the same ballots: Debian's belenios-tool.
class Oracle {
  public:
    Oracle() { there_ = std::system("command -v belenios-tool >/dev/null 2>&1") == 0; }
    bool there() const { return there_; }

    json::Value ask(const std::string& arguments, const std::vector<ChoiceBallot>& ballots) {
        const std::string file = (std::filesystem::temp_directory_path() /
                                  ("comity-ballots-" + std::to_string(std::random_device{}())))
                                     .string();
        std::ofstream(file) << json::write(json_of(ballots));
        FILE* pipe = popen(("belenios-tool method " + arguments + " < " + file).c_str(), "r");
        std::string answer;
        std::array<char, 4096> buffer{};
        for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
            answer.append(buffer.data(), n);
        EXPECT_EQ(pclose(pipe), 0) << arguments;
        std::filesystem::remove(file);
        return json::parse(answer).value_or(json::Value());
    }

  private:
    static json::Value json_of(const std::vector<ChoiceBallot>& ballots) {
        json::Array list;
        for (const ChoiceBallot& ballot : ballots) list.push_back(json::Array(ballot.begin(), ballot.end()));
        return list;
    }
    bool there_ = false;
};

// Groups of equal options, each sorted: that the oracle lists them in another order says nothing.
std::vector<std::vector<std::size_t>> groups_of(const json::Value& winners) {
    std::vector<std::vector<std::size_t>> groups;
    for (const json::Value& group : winners.as_array()) {
        groups.emplace_back();
        for (const json::Value& option : group.as_array())
            groups.back().push_back(static_cast<std::size_t>(option.as_int64()));
        std::ranges::sort(groups.back());
    }
    return groups;
}

TEST(Choice, AgreesWithBeleniosTool) {
    Oracle oracle;
    if (!oracle.there()) GTEST_SKIP() << "belenios-tool is not installed (scripts/packages.sh: test)";
    std::mt19937 random(5);
    for (int trial = 0; trial < 40; ++trial) {
        const std::size_t options = 2 + random() % 5;
        const std::size_t voters = 1 + random() % 40;
        const std::string n = std::to_string(options);

        const auto ranked = random_ballots("schulze", options, voters, 0, random);
        const json::Value schulze = oracle.ask("schulze --blank-allowed=false --nchoices=" + n, ranked);
        EXPECT_EQ(counted(rule_of("schulze"), options, ranked).ranking, groups_of(schulze.at("winners")));

        ChoiceRule judged = rule_of("majority-judgment");
        judged.grades = 2 + static_cast<int>(random() % 5);
        judged.upper_median = true;
        const auto graded =
            random_ballots("majority-judgment", options, voters, static_cast<int>(judged.grades), random);
        const json::Value judgment = oracle.ask("majority-judgment --blank-allowed=false --nchoices=" + n +
                                                    " --ngrades=" + std::to_string(judged.grades),
                                                graded);
        EXPECT_EQ(counted(judged, options, graded).ranking, groups_of(judgment.at("winners")));

        const std::size_t seats = 1 + random() % options;
        auto transferable = random_ballots("stv", options, voters, 0, random);
        // belenios-tool stops where fewer options are named than there are seats: one ballot names all.
        for (std::size_t k = 0; k < options; ++k) transferable.front()[k] = static_cast<int>(k) + 1;
        const json::Value stv = oracle.ask("stv --nseats=" + std::to_string(seats), transferable);
        std::vector<std::size_t> winners;
        for (const json::Value& winner : stv.at("winners").as_array())
            winners.push_back(static_cast<std::size_t>(winner.as_int64()));
        EXPECT_EQ(counted(rule_of("stv", static_cast<std::int64_t>(seats)), options, transferable).winners,
                  winners);
    }
}

}  // namespace
}  // namespace comity::governance
