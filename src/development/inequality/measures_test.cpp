#include "development/inequality/measures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace comity::development {
namespace {

std::vector<Sample> alike(std::initializer_list<double> values) {
    std::vector<Sample> out;
    for (const double value : values) out.push_back({value, 1, 0});
    return out;
}

const std::vector<Sample> kToy{{10, 3, 0}, {40, 5, 0}, {80, 2, 1}};

TEST(Inequality, OfOneToFiveIsAsWorkedOutInTheReference) {
    const auto found = measure(alike({1, 2, 3, 4, 5}));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->gini, 4.0 / 15, 1e-14);
    EXPECT_NEAR(found->theil_t, .1196875936, 5e-11);
    EXPECT_NEAR(*found->theil_l, .1411139401, 5e-11);
    EXPECT_NEAR(found->atkinson_half, .0631533922, 5e-11);
    EXPECT_NEAR(found->atkinson_one, .1316096384, 5e-11);
    EXPECT_NEAR(found->atkinson_two, .2700729927, 5e-11);
}

TEST(Inequality, OfWeightedGroupsIsAsWorkedOutInTheReference) {
    const auto found = measure(kToy);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->mean, 39, 1e-12);
    EXPECT_NEAR(found->gini, .3256410256, 5e-11);
    EXPECT_NEAR(found->theil_t, .2030478543, 5e-11);
    EXPECT_NEAR(found->theil_t_parts.between, .1149279642, 5e-11);
    EXPECT_NEAR(found->theil_t_parts.within, .0881198901, 5e-11);
    EXPECT_NEAR(*found->theil_l, .2519410642, 5e-11);
    EXPECT_NEAR(found->theil_l_parts->between, .1002461054, 5e-11);
    EXPECT_NEAR(found->theil_l_parts->within, .1516949588, 5e-11);
    EXPECT_NEAR(found->atkinson_half, .1074917680, 5e-11);
    EXPECT_NEAR(found->atkinson_one, .2227094531, 5e-11);
    EXPECT_NEAR(found->atkinson_two, .4301994301, 1.1e-10);  // the reference cut it off: .43019943019943
    EXPECT_EQ(found->p10, 10);
    EXPECT_EQ(found->p90, 80);
}

TEST(Inequality, IsNoneWhereAllAreAlike) {
    const auto found = measure(alike({7, 7, 7}));
    ASSERT_TRUE(found);
    for (const double each : {found->gini, found->theil_t, *found->theil_l, found->atkinson_half,
                              found->atkinson_one, found->atkinson_two})
        EXPECT_NEAR(each, 0, 1e-15);
    EXPECT_EQ(found->ratio, 1);
}

TEST(Inequality, WithAPlaceAtZeroSaysThatLIsInfinite) {
    const auto found = measure(alike({0, 1, 2}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->at_zero, 1U);
    EXPECT_FALSE(found->theil_l);
    EXPECT_FALSE(found->theil_l_parts);
    EXPECT_EQ(found->atkinson_one, 1);
    EXPECT_EQ(found->atkinson_two, 1);
    EXPECT_FALSE(found->ratio);
    EXPECT_TRUE(std::isfinite(found->theil_t));
}

TEST(Inequality, RefusesWhatItIsNotToldOf) {
    EXPECT_EQ(measure({}).error().where, "values");
    EXPECT_EQ(measure(alike({-1, 2})).error().where, "values");
    EXPECT_EQ(measure(alike({std::nan(""), 2})).error().where, "values");
    EXPECT_EQ(measure(alike({0, 0})).error().where, "values");
    EXPECT_EQ(measure(std::vector<Sample>{{1, 0, 0}}).error().where, "weights");
    EXPECT_EQ(measure(std::vector<Sample>{{1, -2, 0}}).error().where, "weights");
}

// What must hold of any figures at all.
TEST(Inequality, HasItsPropertiesOnRandomFigures) {
    std::mt19937 random(20261129);
    std::uniform_real_distribution<double> value(0.01, 100), weight(0.5, 1500);
    for (int round = 0; round < 200; ++round) {
        std::vector<Sample> samples(2 + random() % 60);
        for (Sample& each : samples) each = {value(random), weight(random), static_cast<int>(random() % 5)};
        const auto found = measure(samples);
        ASSERT_TRUE(found);

        // The parts add up.
        EXPECT_NEAR(found->theil_t_parts.within + found->theil_t_parts.between, found->theil_t, 1e-12);
        EXPECT_NEAR(found->theil_l_parts->within + found->theil_l_parts->between, *found->theil_l, 1e-12);
        // The other formula of Gini's: the mean difference of all pairs.
        double pairs = 0;
        for (const Sample& a : samples)
            for (const Sample& b : samples) pairs += a.weight * b.weight * std::abs(a.value - b.value);
        EXPECT_NEAR(found->gini, pairs / (2 * found->weight * found->weight * found->mean), 1e-12);
        // More aversion, more inequality.
        EXPECT_LE(found->atkinson_half, found->atkinson_one);
        EXPECT_LE(found->atkinson_one, found->atkinson_two);

        // Order decides nothing, to the bit.
        std::vector<Sample> shuffled = samples;
        std::ranges::shuffle(shuffled, random);
        const auto again = measure(shuffled);
        EXPECT_EQ(found->gini, again->gini);
        EXPECT_EQ(found->theil_t, again->theil_t);
        EXPECT_EQ(found->theil_l_parts->within, again->theil_l_parts->within);

        // Units decide nothing: of values, and of weights.
        std::vector<Sample> scaled = samples;
        for (Sample& each : scaled) each = {each.value * 1000, each.weight / 7, each.group};
        const auto in_other_units = measure(scaled);
        EXPECT_NEAR(found->gini, in_other_units->gini, 1e-12);
        EXPECT_NEAR(found->theil_t, in_other_units->theil_t, 1e-12);
        EXPECT_NEAR(found->atkinson_two, in_other_units->atkinson_two, 1e-12);

        // A place taken apart into two of the same figure changes nothing.
        std::vector<Sample> parted = samples;
        parted.push_back(parted.front());
        parted.front().weight /= 2;
        parted.back().weight /= 2;
        EXPECT_NEAR(found->gini, measure(parted)->gini, 1e-12);

        // Given from one above the mean to one below it, without passing it: less (Pigou and Dalton).
        std::ranges::sort(samples, {}, &Sample::value);
        Sample& poor = samples.front();
        Sample& rich = samples.back();
        const double given = 0.25 * std::min(poor.weight, rich.weight) * (rich.value - poor.value);
        poor.value += given / poor.weight;
        rich.value -= given / rich.weight;
        EXPECT_LT(measure(samples)->gini, found->gini);
        EXPECT_LT(measure(samples)->theil_t, found->theil_t);
    }
}

TEST(Quantile, IsTheSmallestValueThatTheWeightReaches) {
    EXPECT_EQ(quantile(kToy, 0.3).value(), 10);
    EXPECT_EQ(quantile(kToy, 0.31).value(), 40);
    EXPECT_EQ(quantile(kToy, 0.8).value(), 40);
    EXPECT_EQ(quantile(kToy, 1).value(), 80);
    EXPECT_EQ(quantile(kToy, 0).value(), 10);
}

TEST(GroupMeans, AreWeighted) {
    const auto means = group_means(kToy);
    ASSERT_EQ(means.size(), 2U);
    EXPECT_NEAR(means[0].mean, 230.0 / 8, 1e-12);
    EXPECT_EQ(means[1].mean, 80);
    EXPECT_EQ(means[0].places, 2U);
}

}  // namespace
}  // namespace comity::development
