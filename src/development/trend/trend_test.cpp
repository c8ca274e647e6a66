#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "development/trend/fit.h"
#include "development/trend/forecast.h"
#include "development/trend/student.h"
#include "development/trend/time_distance.h"

namespace comity::development {
namespace {

TEST(Student, HasTheTabulatedQuantiles) {
    EXPECT_NEAR(student_quantile(.975, 1), 12.7062047364, 1e-8);
    EXPECT_NEAR(student_quantile(.975, 5), 2.5705818366, 1e-9);
    EXPECT_NEAR(student_quantile(.975, 25), 2.0595385528, 1e-9);
    EXPECT_NEAR(student_quantile(.025, 25), -2.0595385528, 1e-9);
    EXPECT_NEAR(student_quantile(.95, 1e6), 1.6448536, 1e-5);
    EXPECT_EQ(student_quantile(.5, 3), 0);
}

TEST(TimeDistance, IsBetweenTheFirstCrossings) {
    const std::vector<YearValue> benchmark{{1990, 0}, {1995, 10}, {2000, 60}, {2005, 50}, {2010, 90}};
    EXPECT_EQ(first_crossing(benchmark, 5), 1992.5);
    EXPECT_EQ(first_crossing(benchmark, 55), 1999.5);  // the first time
    EXPECT_EQ(first_crossing(benchmark, 0), 1990);
    EXPECT_EQ(first_crossing(benchmark, 90), 2010);
    EXPECT_FALSE(first_crossing(benchmark, 91));  // never reached: nothing, not 0
    EXPECT_FALSE(first_crossing(benchmark, -1));  // above it from the start
    EXPECT_FALSE(first_crossing({}, 5));
    const std::vector<YearValue> place{{2000, 1}, {2020, 55}};
    const auto lag = time_distance(place, benchmark, 2020);
    ASSERT_TRUE(lag);
    EXPECT_EQ(lag->years, 20.5);
    EXPECT_FALSE(time_distance(place, benchmark, 2010));
    EXPECT_EQ(time_distance(benchmark, benchmark, 2000)->years, 0);
}

TEST(Models, HaveTheSlopesThatTheyHave) {
    constexpr std::array kAt{Parameters{80, 5, .3}, Parameters{80, 2, .1}, Parameters{80, .002, .2}};
    for (std::size_t m = 0; m < kModels.size(); ++m) {
        for (const double t : {0.0, 1.0, 12.5, 40.0}) {
            const Parameters slope = gradient_at(kModels[m], kAt[m], t);
            for (std::size_t i = 0; i < 3; ++i) {
                Parameters up = kAt[m], down = kAt[m];
                const double step = 1e-6 * kAt[m][i];
                up[i] += step;
                down[i] -= step;
                const double told =
                    (value_at(kModels[m], up, t) - value_at(kModels[m], down, t)) / (2 * step);
                EXPECT_NEAR(slope[i], told, 1e-5 * (1 + std::abs(told))) << to_string(kModels[m]) << t << i;
            }
        }
        for (const double level : {1.0, 40.0, 79.0}) {
            const auto when = time_of(kModels[m], kAt[m], level);
            ASSERT_TRUE(when);
            EXPECT_NEAR(value_at(kModels[m], kAt[m], *when), level, 1e-9);
        }
        EXPECT_FALSE(time_of(kModels[m], kAt[m], 80));  // not under this model
        EXPECT_FALSE(time_of(kModels[m], kAt[m], 0));
    }
}

// NIST StRD Rat42: certified.
TEST(Fit, ReproducesNistsRat42) {
    constexpr Observed kPoints[] = {{9, 8.930},   {14, 10.800}, {21, 18.590}, {28, 22.330}, {42, 39.350},
                                    {57, 56.110}, {63, 61.730}, {70, 64.620}, {79, 67.080}};
    const auto fit = fit_model(Model::kLogistic, kPoints, {67.08, 1000});
    ASSERT_TRUE(fit) << fit.error().message();
    EXPECT_NEAR(fit->parameters[0], 72.462237576, 1e-7);
    EXPECT_NEAR(fit->parameters[1], 2.6180768402, 1e-8);
    EXPECT_NEAR(fit->parameters[2], 0.067359200066, 1e-10);
    EXPECT_NEAR(fit->standard_error(0), 1.7340283, 1e-6);
    EXPECT_NEAR(fit->standard_error(1), .08829522, 1e-7);
    EXPECT_NEAR(fit->standard_error(2), .00344657, 1e-7);
    EXPECT_NEAR(fit->rss, 8.0565229338, 1e-8);
}

TEST(Fit, FindsTheCurveThatMadeThePoints) {
    constexpr std::array kAt{Parameters{70, 6, .25}, Parameters{90, 2.2, .08}, Parameters{60, .001, .18}};
    for (std::size_t m = 0; m < kModels.size(); ++m) {
        std::vector<Observed> points;
        for (int t = 0; t <= 30; ++t) points.push_back({double(t), value_at(kModels[m], kAt[m], t)});
        const auto fit = fit_model(kModels[m], points, {points.back().value, 100});
        ASSERT_TRUE(fit);
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_NEAR(fit->parameters[i], kAt[m][i], 1e-4 * kAt[m][i]) << to_string(kModels[m]);
        std::ranges::reverse(points);  // the order decides nothing
        EXPECT_EQ(fit_model(kModels[m], points, {points.front().value, 100})->parameters, fit->parameters);
    }
}

TEST(Fit, SaysWhatNoCurveIsToldFrom) {
    std::vector<Observed> points;
    for (int t = 0; t < 5; ++t) points.push_back({double(t), double(t)});
    EXPECT_EQ(fit_model(Model::kLogistic, points, {4, 100}).error().where, "series");
    points.assign(20, {1, 5});
    EXPECT_EQ(fit_model(Model::kLogistic, points, {5, 100}).error().where, "series");
    points.assign(20, {1, 0});
    EXPECT_EQ(fit_model(Model::kBass, points, {0, 100}).error().where, "series");
}

// Whatever the series: no forecast and no interval leaves what the figure can be.
TEST(Forecast, StaysWithinTheBounds) {
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0, 4);
    for (int round = 0; round < 30; ++round) {
        std::vector<YearValue> series;
        const Parameters at{20 + double(random() % 80), 3 + double(random() % 5),
                            .1 + .02 * double(random() % 20)};
        for (int year = 1990; year < 2010 + static_cast<int>(random() % 14); ++year)
            series.push_back(
                {double(year),
                 std::clamp(value_at(Model::kLogistic, at, year - 1990) + noise(random), 0.0, 100.0)});
        const auto found = forecast(series, {.until = 2045, .bounds = {0, 100}, .target = 95.0});
        if (!found) continue;
        double weights = 0;
        for (const ModelForecast& model : found->models) {
            weights += model.weight;
            for (const Prediction& each : model.years) {
                EXPECT_GE(each.bounded.low, 0);
                EXPECT_LE(each.bounded.low, each.value + 1e-9);
                EXPECT_GE(each.bounded.high, each.value - 1e-9);
                EXPECT_LE(each.bounded.high, 100);
            }
            EXPECT_EQ(model.target_year.has_value(), model.fit.parameters[0] > 95);
        }
        EXPECT_NEAR(weights, 1, 1e-12);
        ASSERT_TRUE(found->back_test);
        EXPECT_EQ(found->back_test->scores.size(), found->models.size() + 2);
        for (std::size_t i = 0; i < found->years.size(); ++i) {
            EXPECT_LE(found->spread[i].low, found->mean[i] + 1e-9);
            EXPECT_GE(found->spread[i].high, found->mean[i] - 1e-9);
        }
    }
}

TEST(Forecast, RefusesWhatIsNoYearToCome) {
    std::vector<YearValue> series;
    for (int year = 2000; year < 2020; ++year) series.push_back({double(year), double(year - 1999)});
    EXPECT_EQ(forecast(series, {.until = 2019}).error().where, "until");
    EXPECT_EQ(forecast(series, {.until = 9999}).error().where, "until");
    EXPECT_EQ(forecast({}, {}).error().where, "series");
}

}  // namespace
}  // namespace comity::development
