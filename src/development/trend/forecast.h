// What a series comes to by adoption curves: each model's forecast with an interval kept within what the
// figure can be, how far the models lie apart, how such forecasts would have fared before, and when a target
// is reached.
//
// Intervals: 95% by the delta method, f +- t(0.975, degrees) sqrt(s^2 + J C J'), on the logit scale between
// the bounds (on the log scale where there is no upper one), so that no bound is passed. Residuals of such
// series hang together, so intervals are narrower than the truth: that is why the back-test stands beside
// them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "development/trend/fit.h"
#include "development/trend/time_distance.h"

namespace comity::development {

// What the figure can be: shares lie in [0, 100]; subscriptions per 100 people have no upper bound.
struct FigureBounds {
    double low = 0;
    std::optional<double> high{};
};

struct Interval {
    double low = 0;
    double high = 0;
};

struct Prediction {
    double value = 0;
    double standard_error = 0;  // of a new figure, on the figure's own scale
    Interval bounded;           // 95%, within the bounds
    Interval delta;             // 95%, as the delta method has it: may pass the bounds
};
Prediction predict(const Fit& fit, double t, const FigureBounds& bounds);

struct ModelForecast {
    Fit fit{};
    double weight = 0;                    // exp(-AICc/2), all models' together 1
    std::vector<Prediction> years{};      // as Forecast::years
    std::optional<double> target_year{};  // nothing: no target, or not reached under this model
};

// How forecasts made `held_out` years before the end would have fared.
struct BackTest {
    struct Score {
        std::string name;       // a model's, "last value" or "straight line"
        double mean_error = 0;  // mean absolute error
        std::optional<double>
            inside;  // the share of figures that lay within the 95% interval; nothing: it has none
    };
    double until = 0;         // the last year that was known
    std::size_t figures = 0;  // that were held out
    std::vector<Score> scores;
};

struct Forecast {
    double origin = 0;  // the year of t = 0: the series' first
    std::vector<double> years;
    std::vector<ModelForecast> models;  // the best by AICc first
    std::vector<Interval> spread;       // per year: the least and the most that a model says
    std::vector<double> mean;           // per year, by the weights
    std::optional<BackTest> back_test;  // nothing: the series is too short for one
    std::vector<std::string> left_out;  // models that could not be fitted, and why
};

struct ForecastQuery {
    double until = 2030;  // the last year
    FigureBounds bounds{};
    std::optional<double> target{};
    double held_out = 5;  // years of the back-test
};

// The series in rising years. kInvalid: too short, does not move, or already past `until`.
Result<Forecast> forecast(std::span<const YearValue> series, const ForecastQuery& query);

}  // namespace comity::development
