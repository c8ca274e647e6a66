#include <fmt/format.h>

#include <algorithm>

#include "development/answer/parts.h"
#include "development/trend/forecast.h"
#include "development/trend/time_distance.h"

namespace comity::development {
namespace {

constexpr std::int64_t kYearsAhead = 10;  // where nobody says until when
constexpr double kMostTarget = 1e15;
constexpr std::int64_t kMostHeldOut = 30;

std::vector<YearValue> values_of(const Series& series) {
    std::vector<YearValue> out;
    for (const Point& point : series.points) {
        if (point.known == Known::kProjected) continue;  // nobody's observation
        out.push_back(
            {static_cast<double>(point.year), point.known == Known::kBelow ? point.value / 2 : point.value});
    }
    return out;
}

Result<std::vector<YearValue>> series_of(const Asking& asking, const Dataset& dataset,
                                         std::string_view place) {
    COMITY_TRY(const auto series, load_series(asking.session, dataset, place));
    if (series.empty())
        return not_found(fmt::format("{} has no figures of {}", dataset.body.indicator, place));
    return values_of(series.front());
}

json::Object interval_json(const Interval& interval) {
    return {{"low", interval.low}, {"high", interval.high}};
}

json::Object model_json(const ModelForecast& model, const std::vector<double>& years) {
    json::Array rows;
    for (std::size_t i = 0; i < years.size(); ++i) {
        const Prediction& each = model.years[i];
        rows.push_back(json::Object{{"year", static_cast<std::int64_t>(years[i])},
                                    {"value", each.value},
                                    {"interval", interval_json(each.bounded)},
                                    {"delta", interval_json(each.delta)}});
    }
    json::Object parameters;
    json::Array at_bound;
    const auto names = parameter_names(model.fit.model);
    for (std::size_t i = 0; i < names.size(); ++i) {
        parameters[names[i]] = model.fit.parameters[i];
        if (model.fit.at_bound[i]) at_bound.emplace_back(names[i]);
    }
    return {{"model", to_string(model.fit.model)},
            {"parameters", std::move(parameters)},
            {"at_bound", std::move(at_bound)},
            {"rss", model.fit.rss},
            {"aicc", model.fit.aicc},
            {"weight", model.weight},
            {"target_year", number_or_null(model.target_year)},
            {"rows", std::move(rows)}};
}

json::Value back_test_json(const std::optional<BackTest>& test) {
    if (!test) return nullptr;
    json::Array scores;
    for (const BackTest::Score& each : test->scores)
        scores.push_back(json::Object{
            {"name", each.name}, {"mean_error", each.mean_error}, {"inside", number_or_null(each.inside)}});
    return json::Object{{"until", static_cast<std::int64_t>(test->until)},
                        {"figures", test->figures},
                        {"scores", std::move(scores)}};
}

}  // namespace

Result<json::Object> answer_distance(const Asking& asking, const Query& query) {
    const QueryReader parameters(query);
    COMITY_TRY(const std::string indicator, parameters.required("indicator"));
    COMITY_CHECK(parameters.required("benchmark"));
    COMITY_TRY(const auto benchmark, parameters.place("benchmark"));
    COMITY_TRY(const auto place, parameters.place("place"));
    COMITY_TRY(const auto year, parameters.integer("year", kFirstYear, kLastYear));
    COMITY_TRY(const Dataset dataset, find_dataset(asking.session, asking.readable, indicator,
                                                   parameters.text("source").value_or("")));
    COMITY_TRY(const auto leading, series_of(asking, dataset, *benchmark));
    COMITY_TRY(const auto all, load_series(asking.session, dataset, place.value_or("")));
    json::Array rows;
    for (const Series& series : all) {
        const auto values = values_of(series);
        if (values.empty()) continue;
        const double at = year ? static_cast<double>(*year) : values.back().year;
        const auto level = std::ranges::find(values, at, &YearValue::year);
        if (level == values.end()) continue;
        const auto lag = time_distance(values, leading, at);
        rows.push_back(
            json::Object{{"place", series.place},
                         {"name", name_of(series.place)},
                         {"year", static_cast<std::int64_t>(at)},
                         {"level", level->value},
                         {"benchmark_year", lag ? json::Value(lag->benchmark_year) : json::Value(nullptr)},
                         {"years", lag ? json::Value(lag->years) : json::Value(nullptr)}});
    }
    return json::Object{{"indicator", indicator},
                        {"unit", dataset.body.unit},
                        {"benchmark", *benchmark},
                        {"dataset", dataset_form(dataset)},
                        {"rows", std::move(rows)}};
}

Result<json::Object> answer_forecast(const Asking& asking, const Query& query) {
    const QueryReader parameters(query);
    COMITY_TRY(const std::string indicator, parameters.required("indicator"));
    COMITY_CHECK(parameters.required("place"));
    COMITY_TRY(const auto place, parameters.place("place"));
    COMITY_TRY(const auto until, parameters.integer("until", kFirstYear, kLastYear));
    COMITY_TRY(const auto target, parameters.number("target", 0, kMostTarget));
    COMITY_TRY(const auto held_out, parameters.integer("held_out", 1, kMostHeldOut));
    COMITY_TRY(const Dataset dataset, find_dataset(asking.session, asking.readable, indicator,
                                                   parameters.text("source").value_or("")));
    COMITY_TRY(const auto series, series_of(asking, dataset, *place));
    if (series.empty()) return invalid("place", "has projected figures only");
    ForecastQuery asked;
    asked.until = until ? static_cast<double>(*until) : series.back().year + kYearsAhead;
    asked.bounds = {low_of(dataset.body), dataset.body.high};
    asked.target = target;
    asked.held_out = static_cast<double>(held_out.value_or(5));
    COMITY_TRY(const Forecast found, forecast(series, asked));
    json::Array observed, models, spread, left_out;
    for (const YearValue& each : series)
        observed.push_back(
            json::Object{{"year", static_cast<std::int64_t>(each.year)}, {"value", each.value}});
    for (const ModelForecast& each : found.models) models.push_back(model_json(each, found.years));
    for (std::size_t i = 0; i < found.years.size(); ++i)
        spread.push_back(json::Object{{"year", static_cast<std::int64_t>(found.years[i])},
                                      {"low", found.spread[i].low},
                                      {"high", found.spread[i].high},
                                      {"mean", found.mean[i]}});
    for (const std::string& each : found.left_out) left_out.emplace_back(each);
    return json::Object{{"indicator", indicator},
                        {"unit", dataset.body.unit},
                        {"place", *place},
                        {"name", name_of(*place)},
                        {"dataset", dataset_form(dataset)},
                        {"low", asked.bounds.low},
                        {"high", number_or_null(asked.bounds.high)},
                        {"target", number_or_null(target)},
                        {"observed", std::move(observed)},
                        {"models", std::move(models)},
                        {"rows", std::move(spread)},
                        {"back_test", back_test_json(found.back_test)},
                        {"left_out", std::move(left_out)}};
}

}  // namespace comity::development
