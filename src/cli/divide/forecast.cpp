#include <fmt/format.h>

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

struct DivideForecastOptions {
    std::string indicator;
    std::string place;
    std::string source;
    std::int64_t until = -1;
    std::string target;
    std::int64_t held_out = -1;
    AnswerOptions answer;
};

development::Drawing picture(const json::Object& answer) {
    development::LineChart chart;
    chart.title = fmt::format("{}: {}", field(answer, "name"), field(answer, "indicator"));
    chart.unit = field(answer, "unit");
    chart.source = source_line(answer.at("dataset").as_object());
    chart.low = number_at(answer, "low");
    chart.high = number_at(answer, "high");
    chart.mark = number_at(answer, "target");
    development::Line observed{.name = "observed", .points = {}, .dots = true};
    for (const json::Value& each : answer.at("observed").as_array())
        observed.points.push_back(
            {*number_at(each.as_object(), "year"), *number_at(each.as_object(), "value")});
    const development::Spot last = observed.points.back();
    chart.lines.push_back(std::move(observed));
    for (const json::Value& model : answer.at("models").as_array()) {
        development::Line line{.name = fmt::format("{} ({:.0f}%)", field(model.as_object(), "model"),
                                                   100 * *number_at(model.as_object(), "weight")),
                               .points = {last},
                               .dashed = true};
        development::Band band{.line = chart.lines.size(), .low = {last}, .high = {last}};
        for (const json::Value& each : model.at("rows").as_array()) {
            const json::Object& row = each.as_object();
            const double year = *number_at(row, "year");
            line.points.push_back({year, *number_at(row, "value")});
            band.low.push_back({year, *number_at(row, "interval.low")});
            band.high.push_back({year, *number_at(row, "interval.high")});
        }
        chart.lines.push_back(std::move(line));
        chart.bands.push_back(std::move(band));
    }
    return draw(chart);
}

void print(Context& context, const json::Object& answer) {
    std::vector<std::vector<std::string>> rows;
    const json::Value* target = answer.if_contains("target");
    const bool aimed = target != nullptr && !target->is_null();
    for (const json::Value& each : answer.at("models").as_array()) {
        const json::Object& model = each.as_object();
        const json::Array& years = model.at("rows").as_array();
        const json::Object& last = years.back().as_object();
        std::string held;
        for (const json::Value& name : model.at("at_bound").as_array())
            held += std::string(held.empty() ? "" : " ") + std::string(name.as_string());
        const auto reached = number_at(model, "target_year");
        rows.push_back({field(model, "model"), fmt::format("{:.2f}", *number_at(model, "weight")),
                        fmt::format("{:.1f} in {}", *number_at(last, "value"), field(last, "year")),
                        fmt::format("{:.1f} to {:.1f}", *number_at(last, "interval.low"),
                                    *number_at(last, "interval.high")),
                        fmt::format("{:.1f}", *number_at(model, "parameters.K")), held.empty() ? "-" : held,
                        !aimed    ? "-"
                        : reached ? fmt::format("{:.1f}", *reached)
                                  : "not under this model"});
    }
    print_table(context,
                {"MODEL", "WEIGHT", "FORECAST", "95% INTERVAL", "CEILING", "AT ITS BOUND", "REACHES TARGET"},
                rows, "No model.");
    const json::Value& test = answer.at("back_test");
    if (test.is_object()) {
        context.out << fmt::format("Back-test: what was known until {} against the {} figures since\n",
                                   field(test.get_object(), "until"), field(test.get_object(), "figures"));
        std::vector<std::vector<std::string>> scores;
        for (const json::Value& each : test.at("scores").as_array()) {
            const auto inside = number_at(each.as_object(), "inside");
            scores.push_back({field(each.as_object(), "name"),
                              fmt::format("{:.2f}", *number_at(each.as_object(), "mean_error")),
                              inside ? fmt::format("{:.0f}%", 100 * *inside) : "-"});
        }
        print_table(context, {"METHOD", "MEAN ERROR", "WITHIN ITS INTERVAL"}, scores, "");
    }
    for (const json::Value& each : answer.at("left_out").as_array())
        context.err << printable(std::string(each.as_string())) << '\n';
    context.err << printable(source_line(answer.at("dataset").as_object())) << '\n';
}

Result<void> forecast(Context& context, const DivideForecastOptions& options) {
    Asked asked{{"indicator", options.indicator}, {"place", options.place}};
    ask_for(asked, "source", options.source);
    ask_for(asked, "until", options.until);
    ask_for(asked, "target", options.target);
    ask_for(asked, "held_out", options.held_out);
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_divide(*source, "forecast", asked));
    if (!context.json && !options.answer.csv && options.answer.out.empty()) {
        print(context, answer);
        return {};
    }
    return write_answer(context, options.answer, answer,
                        {{"YEAR", "year"}, {"LOW", "low"}, {"HIGH", "high"}, {"MEAN", "mean"}}, "No model.",
                        [&]() -> Result<development::Drawing> { return picture(answer); });
}

}  // namespace

void add_divide_forecast(Command& divide, Context& context) {
    auto options = std::make_shared<DivideForecastOptions>();
    Command command = divide.add_command(
        {.name = "forecast",
         .summary = "Forecast a place's figure by adoption curves",
         .description = "Three curves are fitted: logistic, Gompertz and Bass. How far they lie apart says "
                        "more than any of their "
                        "intervals, for the ceiling is hardly told by the years before it. Intervals stay "
                        "within what the figure "
                        "can be. The back-test tells how the same method would have fared, beside what costs "
                        "nothing to say: the "
                        "last value, and a straight line. As CSV: the least and most that a model says, and "
                        "their weighted mean.",
         .examples = {{"comity divide forecast internet_users --place RWA --until 2030 --target 95", ""},
                      {"comity divide forecast internet_users --place RWA --out rwanda.svg", ""}}});
    command.add_option("INDICATOR", options->indicator, "Which figure").required();
    command.add_option("--place", options->place, "Of which place").required().type_name("CODE");
    command.add_option("--source", options->source, "Only from this source").type_name("NAME");
    command.add_option("--until", options->until, "The last year; default: ten years on").type_name("YEAR");
    command.add_option("--target", options->target, "A level to be reached").type_name("X");
    command.add_option("--held-out", options->held_out, "How many years the back-test holds out; default: 5")
        .type_name("N")
        .range(1, 30);
    add_answer_options(command, options->answer, true);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return forecast(c, *options); });
}

}  // namespace comity::cli
