#include "development/trend/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "development/trend/student.h"

namespace comity::development {
namespace {

constexpr double kConfidence = 0.975;      // of both tails 95%
constexpr double kMostYearsAhead = 200;    // of a forecast
constexpr double kUnboundedCeiling = 4.0;  // times the largest figure, where nothing bounds K

CeilingBounds ceiling_of(std::span<const YearValue> series, const FigureBounds& bounds) {
    double most = 0;
    for (const YearValue& each : series) most = std::max(most, each.value);
    return {most, bounds.high ? std::max(*bounds.high, most) : kUnboundedCeiling * most};
}

std::vector<Observed> since(std::span<const YearValue> series, double origin) {
    std::vector<Observed> out;
    for (const YearValue& each : series) out.push_back({each.year - origin, each.value});
    return out;
}

// Between the bounds on the logit scale, above the lower one alone on the log scale.
Interval keep_within(double value, double half_width, const FigureBounds& bounds) {
    const double above = value - bounds.low;
    if (!bounds.high) {
        if (above <= 0) return {bounds.low, bounds.low + half_width};
        const double scaled = half_width / above;
        return {bounds.low + above * std::exp(-scaled), bounds.low + above * std::exp(scaled)};
    }
    const double range = *bounds.high - bounds.low;
    const double below = *bounds.high - value;
    if (above <= 0) return {bounds.low, std::min(*bounds.high, bounds.low + half_width)};
    if (below <= 0) return {std::max(bounds.low, *bounds.high - half_width), *bounds.high};
    const double centre = std::log(above / below);
    const double scaled = half_width * range / (above * below);
    const auto back = [&](double y) { return bounds.low + range / (1 + std::exp(-y)); };
    return {back(centre - scaled), back(centre + scaled)};
}

struct Fitted {
    std::vector<Fit> fits;
    std::vector<std::string> left_out;
};

Fitted fit_all(std::span<const YearValue> series, const FigureBounds& bounds) {
    Fitted out;
    const std::vector<Observed> points = since(series, series.front().year);
    for (const Model model : kModels) {
        auto fit = fit_model(model, points, ceiling_of(series, bounds));
        if (fit) {
            out.fits.push_back(*std::move(fit));
        } else {
            out.left_out.push_back(fmt::format("{}: {}", to_string(model), fit.error().message()));
        }
    }
    std::ranges::sort(out.fits, {}, [](const Fit& f) { return std::pair(f.aicc, f.model); });
    return out;
}

double mean_error(std::span<const YearValue> held, const auto& says) {
    double sum = 0;
    for (const YearValue& each : held) sum += std::abs(each.value - says(each.year));
    return sum / static_cast<double>(held.size());
}

std::optional<BackTest> back_test(std::span<const YearValue> series, const ForecastQuery& query) {
    const double until = series.back().year - query.held_out;
    const auto cut = std::ranges::find_if(series, [&](const YearValue& y) { return y.year > until; });
    const auto known = series.first(static_cast<std::size_t>(cut - series.begin()));
    const auto held = series.subspan(known.size());
    if (known.size() < 6 || held.empty()) return std::nullopt;
    const Fitted fitted = fit_all(known, query.bounds);
    if (fitted.fits.empty()) return std::nullopt;
    BackTest out{known.back().year, held.size(), {}};
    for (const Fit& fit : fitted.fits) {
        std::size_t inside = 0;
        for (const YearValue& each : held) {
            const Prediction at = predict(fit, each.year - known.front().year, query.bounds);
            if (each.value >= at.bounded.low && each.value <= at.bounded.high) ++inside;
        }
        out.scores.push_back(
            {std::string(to_string(fit.model)),
             mean_error(
                 held,
                 [&](double year) { return value_at(fit.model, fit.parameters, year - known.front().year); }),
             static_cast<double>(inside) / static_cast<double>(held.size())});
    }
    // What costs nothing to say is the measure of what a curve is worth.
    const YearValue last = known.back();
    const YearValue before = known[known.size() - std::min<std::size_t>(known.size(), 6)];
    const double slope = (last.value - before.value) / (last.year - before.year);
    const auto within = [&](double value) {
        return std::clamp(value, query.bounds.low, query.bounds.high.value_or(value < 0 ? 0 : value));
    };
    out.scores.push_back({"last value", mean_error(held, [&](double) { return last.value; }), std::nullopt});
    out.scores.push_back(
        {"straight line",
         mean_error(held, [&](double year) { return within(last.value + slope * (year - last.year)); }),
         std::nullopt});
    return out;
}

}  // namespace

Prediction predict(const Fit& fit, double t, const FigureBounds& bounds) {
    Prediction out;
    out.value = value_at(fit.model, fit.parameters, t);
    const Parameters slope = gradient_at(fit.model, fit.parameters, t);
    double variance = fit.sigma * fit.sigma;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) variance += slope[i] * fit.covariance[i][j] * slope[j];
    out.standard_error = std::sqrt(std::max(0.0, variance));
    const double half = student_quantile(kConfidence, fit.degrees) * out.standard_error;
    out.delta = {out.value - half, out.value + half};
    out.bounded = keep_within(out.value, half, bounds);
    return out;
}

Result<Forecast> forecast(std::span<const YearValue> series, const ForecastQuery& query) {
    if (series.empty()) return invalid("series", "has no figures", "choose another place");
    const double last = series.back().year;
    if (query.until <= last)
        return invalid("until",
                       fmt::format("{} is no year to come: the last figure is of {}", query.until, last));
    if (query.until - last > kMostYearsAhead)
        return invalid("until", fmt::format("is more than {} years after the last figure", kMostYearsAhead));
    Fitted fitted = fit_all(series, query.bounds);
    if (fitted.fits.empty()) return invalid("series", fitted.left_out.front(), "choose a longer series");
    Forecast out;
    out.origin = series.front().year;
    out.left_out = std::move(fitted.left_out);
    for (double year = last + 1; year <= query.until; year += 1) out.years.push_back(year);
    double total = 0;
    for (Fit& fit : fitted.fits) {
        ModelForecast one{.fit = fit, .weight = 0, .years = {}, .target_year = {}};
        one.weight =
            std::exp(-0.5 * (one.fit.aicc - (out.models.empty() ? one : out.models.front()).fit.aicc));
        total += one.weight;
        for (const double year : out.years)
            one.years.push_back(predict(one.fit, year - out.origin, query.bounds));
        if (query.target) {
            const auto t = time_of(one.fit.model, one.fit.parameters, *query.target);
            if (t) one.target_year = out.origin + *t;
        }
        out.models.push_back(std::move(one));
    }
    for (ModelForecast& each : out.models) each.weight /= total;
    for (std::size_t i = 0; i < out.years.size(); ++i) {
        Interval spread{out.models.front().years[i].value, out.models.front().years[i].value};
        double mean = 0;
        for (const ModelForecast& each : out.models) {
            spread.low = std::min(spread.low, each.years[i].value);
            spread.high = std::max(spread.high, each.years[i].value);
            mean += each.weight * each.years[i].value;
        }
        out.spread.push_back(spread);
        out.mean.push_back(mean);
    }
    out.back_test = back_test(series, query);
    return out;
}

}  // namespace comity::development
