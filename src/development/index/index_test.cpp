#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "development/index/compute.h"
#include "development/index/presets.h"

namespace comity::development {
namespace {

IndexDefinition index_of(std::string_view text) {
    auto parsed = parse_index(json::parse(text).value(), "index");
    EXPECT_TRUE(parsed) << parsed.error().message();
    return parsed.value_or(IndexDefinition{});
}

std::string fault(std::string_view text) {
    const auto parsed = parse_index(json::parse(text).value(), "index");
    return parsed ? "(taken)" : parsed.error().where;
}

const Figures kKorea{
    {"fixed_telephone_per_100", 59.2}, {"mobile_cellular_per_100", 105.4}, {"bandwidth_per_user", 11878.4},
    {"households_with_computer", 82},  {"households_with_internet", 97},   {"internet_users", 84},
    {"fixed_broadband_per_100", 36.6}, {"mobile_broadband_per_100", 91.0}, {"adult_literacy", 97.9},
    {"secondary_enrolment", 102.0},    {"tertiary_enrolment", 99.0}};

// ITU, Measuring the Information Society 2011, Annex 1: Korea in 2010.
TEST(Index, ReproducesItusWorkedExample) {
    const auto definition = preset_index("idi-2010");
    ASSERT_TRUE(definition) << definition.error().message();
    const auto scores = compute(*definition, {{"KOR", kKorea}});
    ASSERT_TRUE(scores) << scores.error().message();
    const PlaceScore& korea = scores->front();
    std::map<std::string, double> z;
    for (const NodeScore& node : korea.nodes) z[node.id] = node.score.value();
    const std::map<std::string, double> published{
        {"fixed", .99},         {"mobile", .62},    {"bandwidth", .75},       {"computer", .82},
        {"internet-home", .97}, {"users", .84},     {"fixed-broadband", .61}, {"mobile-broadband", .91},
        {"literacy", .98},      {"secondary", 1.0}, {"tertiary", .99}};
    for (const auto& [id, value] : published) EXPECT_NEAR(z.at(id), value, .005) << id;
    EXPECT_NEAR(z.at("access"), .8289, 5e-5);
    EXPECT_NEAR(z.at("use"), .7788, 5e-5);
    EXPECT_NEAR(z.at("skills"), .9798, 5e-5);
    EXPECT_NEAR(*korea.score, 8.390, 5e-4);
    EXPECT_NEAR(*korea.score, 8.40, .02);  // as published
    EXPECT_EQ(korea.rank, 1U);

    // ITU wrote .33 where it meant a third: with thirds it is another figure.
    auto thirds = *definition;
    for (IndexNode& part : thirds.root.parts)
        for (IndexNode& each : part.parts)
            if (each.weight == .33) each.weight = 1.0 / 3;
    EXPECT_NEAR(*compute(thirds, {{"KOR", kKorea}})->front().score, 8.441, 5e-4);
}

// ITU's regions of 2026: means of countries' scores that were rounded to one decimal.
TEST(Index, MeansOfRegionsAreOfRoundedScores) {
    EXPECT_NEAR(mean_of_rounded(std::vector<double>(18, 1426.6 / 18)).value(), 79.3,
                1e-9);  // each rounds to 79.3
    for (const auto& [sum, mean] :
         {std::pair(1426.6, 79.25555), std::pair(1014.4, 56.35555), std::pair(1324.3, 73.57222),
          std::pair(1576.9, 87.60555), std::pair(1517.2, 84.28888)}) {
        std::vector<double> countries(17, std::floor(mean));
        countries.push_back(sum - 17 * std::floor(mean));
        EXPECT_NEAR(mean_of_rounded(countries).value(), mean, 1e-5);  // the reference cut it off
    }
    EXPECT_FALSE(mean_of_rounded({}));
}

TEST(Index, OfTheNewKindAsksForItsGoalposts) {
    auto definition = preset_index("idi-2023");
    ASSERT_TRUE(definition) << definition.error().message();
    EXPECT_EQ(indicators_of(*definition).size(), 10U);
    const auto lacking = without_goalposts(*definition);
    EXPECT_EQ(lacking.size(), 5U);
    const auto refused = compute(*definition, {{"KOR", {}}});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("i911mw_IDI"), std::string::npos);

    json::Object goalposts;
    for (const std::string& each : lacking)
        goalposts[each] = json::Object{{"low", 1}, {"high", 100}, {"log", true}};
    EXPECT_FALSE(set_goalposts(
        *definition,
        json::Object{
            {"edition", "x"}, {"source", "y"}, {"goalposts", json::Object{{"i99H", json::Object{}}}}}));
    EXPECT_FALSE(set_goalposts(
        *definition,
        json::Object{{"edition", "x"},
                     {"source", "y"},
                     {"goalposts", json::Object{{"nothing", json::Object{{"low", 0}, {"high", 1}}}}}}));
    ASSERT_TRUE(set_goalposts(
        *definition, json::Object{{"edition", "2024"}, {"source", "its report"}, {"goalposts", goalposts}}));
    Figures all;
    for (const std::string& each : indicators_of(*definition)) all[each] = 200;
    const auto scores = compute(*definition, {{"KOR", all}});
    ASSERT_TRUE(scores);
    EXPECT_NEAR(*scores->front().score, 100, 1e-9);
}

TEST(Index, PutsPartsTogetherByTheGeometricMean) {
    const auto hdi = preset_index("hdi-2010");
    ASSERT_TRUE(hdi);
    const auto scores = compute(*hdi, {{"NOR",
                                        {{"life_expectancy", 52.5},
                                         {"expected_years_of_schooling", 9},
                                         {"mean_years_of_schooling", 7.5},
                                         {"gni_per_capita_ppp", 100 * std::sqrt(750.0)}}},
                                       {"ZZZ",
                                        {{"life_expectancy", 20},
                                         {"expected_years_of_schooling", 9},
                                         {"mean_years_of_schooling", 7.5},
                                         {"gni_per_capita_ppp", 1000}}}});
    ASSERT_TRUE(scores);
    EXPECT_NEAR(*scores->front().score, .5, 1e-12);
    EXPECT_EQ(*scores->back().score, 0);  // one part at its low end
}

TEST(Index, NeverTakesMissingForZero) {
    const auto strict =
        index_of(R"({"id":"x","title":"X","edition":"1","source":"s","scale":1,"root":{"id":"r","parts":[
        {"id":"a","weight":0.5,"indicator":"a","low":0,"high":1},{"id":"b","weight":0.5,"indicator":"b","low":0,"high":1}]}})");
    auto scores = compute(strict, {{"AAA", {{"a", .8}}}, {"BBB", {{"a", .5}, {"b", .5}}}});
    EXPECT_FALSE(scores->front().score);
    EXPECT_FALSE(scores->front().rank);
    EXPECT_EQ(scores->front().nodes.front().gaps, std::vector<std::string>{"b"});
    EXPECT_EQ(scores->back().rank, 1U);
    auto lax = strict;
    lax.root.missing = .5;
    scores = compute(lax, {{"AAA", {{"a", .8}}}});
    EXPECT_NEAR(*scores->front().score, .8, 1e-12);  // what is there counts for it
}

TEST(Index, ScoresWithinItsGoalpostsAndTurnedRound) {
    EXPECT_EQ(score_of(50, {0, 100, false}), .5);
    EXPECT_EQ(score_of(-5, {0, 100, false}), 0);
    EXPECT_EQ(score_of(500, {0, 100, false}), 1);
    EXPECT_EQ(score_of(2, {10, 0, false}), .8);  // cheap is good
    EXPECT_NEAR(score_of(10, {1, 100, true}), .5, 1e-15);
    EXPECT_EQ(score_of(0, {1, 100, true}), 0);
    EXPECT_EQ(score_of(0, {100, 1, true}), 1);
}

TEST(Index, DoesNotDependOnUnits) {
    const std::string_view text =
        R"({"id":"x","title":"X","edition":"1","source":"s","root":{"id":"r","parts":[
        {"id":"a","indicator":"a","low":0,"high":60},{"id":"b","indicator":"b","low":1,"high":5000,"log":true}]}})";
    const auto per_hundred = index_of(text);
    auto per_thousand = per_hundred;
    for (IndexNode& part : per_thousand.root.parts) {
        part.goalposts->low *= 10;
        part.goalposts->high *= 10;
    }
    std::mt19937 random(5);
    for (int i = 0; i < 100; ++i) {
        const double a = double(random() % 70), b = double(1 + random() % 6000);
        const auto one = compute(per_hundred, {{"AAA", {{"a", a}, {"b", b}}}});
        const auto other = compute(per_thousand, {{"AAA", {{"a", 10 * a}, {"b", 10 * b}}}});
        EXPECT_NEAR(*one->front().score, *other->front().score, 1e-9);
    }
}

TEST(Index, ShareRanksWhereScoresAreEqual) {
    const auto definition = index_of(
        R"({"id":"x","title":"X","edition":"1","source":"s","root":{"id":"r","parts":[{"id":"a","indicator":"a","low":0,"high":1}]}})");
    const auto scores = compute(
        definition, {{"AAA", {{"a", .5}}}, {"BBB", {{"a", .9}}}, {"CCC", {{"a", .5}}}, {"DDD", {{"a", .1}}}});
    std::vector<std::size_t> ranks;
    for (const PlaceScore& each : *scores) ranks.push_back(*each.rank);
    EXPECT_EQ(ranks, (std::vector<std::size_t>{2, 1, 2, 4}));
}

TEST(Index, TellsHowMuchOfTheRankingIsTheWeightsDoing) {
    const auto definition =
        index_of(R"({"id":"x","title":"X","edition":"1","source":"s","root":{"id":"r","parts":[
        {"id":"a","indicator":"a","low":0,"high":1},{"id":"b","indicator":"b","low":0,"high":1}]}})");
    const std::map<std::string, Figures> places{{"AAA", {{"a", .9}, {"b", .1}}},
                                                {"BBB", {{"a", .1}, {"b", .88}}},
                                                {"CCC", {{"a", .95}, {"b", .95}}},
                                                {"DDD", {{"a", .5}}}};
    const auto ranges = sensitivity(definition, places, {.share = .5, .draws = 500, .seed = 42});
    ASSERT_TRUE(ranges);
    ASSERT_EQ(ranges->size(), 3U);  // DDD has no score
    EXPECT_EQ((*ranges)[0].best, 2U);
    EXPECT_EQ((*ranges)[0].worst, 3U);
    EXPECT_EQ((*ranges)[2].best, 1U);  // above both in everything: no weights move it
    EXPECT_EQ((*ranges)[2].worst, 1U);
    const auto again = sensitivity(definition, places, {.share = .5, .draws = 500, .seed = 42});
    EXPECT_EQ((*again)[0].median, (*ranges)[0].median);
    EXPECT_FALSE(sensitivity(definition, places, {.share = 0}));
    EXPECT_FALSE(sensitivity(definition, places, {.share = .1, .draws = 0}));
}

TEST(IndexDefinition, NamesTheFieldThatIsWrong) {
    const auto with = [](std::string_view root) {
        return fault(fmt::format(R"({{"id":"x","title":"X","edition":"1","source":"s","root":{}}})", root));
    };
    EXPECT_EQ(fault("{}"), "index.id");
    EXPECT_EQ(with(R"({"id":"r","parts":[]})"), "index.root.parts");
    EXPECT_EQ(with(R"({"id":"r","indicator":"a","low":0,"high":1})"), "index.root");
    EXPECT_EQ(with(R"({"id":"r","parts":[{"id":"r","indicator":"a"}]})"), "index.root.parts[0].id");
    EXPECT_EQ(with(R"({"id":"r","parts":[{"id":"a","indicator":"a","low":0}]})"), "index.root.parts[0].high");
    EXPECT_EQ(with(R"({"id":"r","parts":[{"id":"a","indicator":"a","low":1,"high":1}]})"),
              "index.root.parts[0].high");
    EXPECT_EQ(with(R"({"id":"r","parts":[{"id":"a","indicator":"a","low":0,"high":1,"log":true}]})"),
              "index.root.parts[0].low");
    EXPECT_EQ(with(R"({"id":"r","parts":[{"id":"a","weight":-1,"indicator":"a"}]})"),
              "index.root.parts[0].weight");
    EXPECT_EQ(with(R"({"id":"r","parts":[{"id":"a","weight":0,"indicator":"a"}]})"), "index.root.parts");
    EXPECT_EQ(with(R"({"id":"r","aggregate":"median","parts":[{"id":"a","indicator":"a"}]})"),
              "index.root.aggregate");
    EXPECT_EQ(with(R"({"id":"r","parts":[{"id":"a","indicator":"a","what":1}]})"),
              "index.root.parts[0].what");
    std::string deep = R"({"id":"z","indicator":"a"})";
    for (int i = 0; i < 9; ++i) deep = fmt::format(R"({{"id":"n{}","parts":[{}]}})", i, deep);
    EXPECT_NE(with(deep), "(taken)");
}

TEST(IndexDefinition, ReadsBackWhatItWrites) {
    for (const std::string_view id : preset_indices()) {
        const auto definition = preset_index(id);
        ASSERT_TRUE(definition) << id << definition.error().message();
        EXPECT_EQ(parse_index(index_json(*definition), "index").value(), *definition) << id;
    }
    EXPECT_FALSE(preset_index("nothing"));
}

}  // namespace
}  // namespace comity::development
