#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include "cli/divide/answers.h"
#include "cli/divide/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "development/plot/chart.h"

namespace comity::cli {

namespace {

struct DivideMapOptions {
    std::string indicator;
    std::string weights;
    std::string source;
    std::int64_t year = -1;
    AnswerOptions answer;
};

Result<json::Object> figures(Source& source, const std::string& indicator, const std::string& from,
                             std::int64_t year) {
    Asked asked{{"indicator", indicator}};
    ask_for(asked, "source", from);
    ask_for(asked, "year", year);
    return ask_divide(source, "figures", asked);
}

Result<void> map(Context& context, const DivideMapOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(json::Object answer, figures(*source, options.indicator, options.source, options.year));
    development::PointMap picture;
    const json::Object& dataset = answer.at("datasets").as_array().front().as_object();
    picture.title = fmt::format("{}, {}", options.indicator, options.year);
    picture.unit = field(dataset, "unit");
    picture.source = source_line(dataset);
    std::map<std::string, double> weights;
    if (!options.weights.empty()) {
        COMITY_TRY(const json::Object weighing, figures(*source, options.weights, "", options.year));
        for (const json::Value& each : weighing.at("rows").as_array())
            weights[field(each.as_object(), "place")] = *number_at(each.as_object(), "value");
    }
    double least = 0, most = 0;
    for (json::Value& each : answer.at("rows").as_array()) {
        json::Object& row = each.as_object();
        const double value = *number_at(row, "value");
        least = std::min(least, value);
        most = std::max(most, value);
        const auto weight = weights.find(field(row, "place"));
        row["weight"] = weight == weights.end() ? json::Value(nullptr) : json::Value(weight->second);
        picture.places.push_back({field(row, "place"), value, weight == weights.end() ? 0 : weight->second});
    }
    picture.low = number_at(dataset, "low").value_or(least);
    picture.high = number_at(dataset, "high").value_or(most > picture.low ? most : picture.low + 1);
    return write_answer(
        context, options.answer, answer,
        {{"PLACE", "place"}, {"NAME", "name"}, {"YEAR", "year"}, {"VALUE", "value"}, {"WEIGHT", "weight"}},
        "No figures of that year.", [&]() -> Result<development::Drawing> { return draw(picture); });
}

}  // namespace

void add_divide_map(Command& divide, Context& context) {
    auto options = std::make_shared<DivideMapOptions>();
    Command command = divide.add_command(
        {.name = "map",
         .summary = "Draw a map of a year's figures",
         .description = "Every country and territory is a disc at its place, small islands above large "
                        "countries, so that none is "
                        "missing; its area grows with --weights, its colour with the figure, and one without "
                        "a figure is an empty "
                        "ring.",
         .examples = {
             {"comity divide map internet_users --year 2022 --weights population --out map.svg", ""}}});
    command.add_option("INDICATOR", options->indicator, "Which figures").required();
    command.add_option("--year", options->year, "Of which year").required().type_name("YEAR");
    command.add_option("--weights", options->weights, "What discs grow with").type_name("INDICATOR");
    command.add_option("--source", options->source, "Only from this source").type_name("NAME");
    add_answer_options(command, options->answer, true);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return map(c, *options); });
}

}  // namespace comity::cli
