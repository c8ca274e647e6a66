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

struct DivideInequalityOptions {
    std::string indicator;
    std::string weights;
    std::string source;
    std::string scheme;
    std::int64_t year = -1;
    std::int64_t from = -1;
    std::int64_t to = -1;
    std::int64_t carry = -1;
    bool drop_zeros = false;
    AnswerOptions answer;
};

const std::vector<Column> kColumns{{"YEAR", "year"},
                                   {"PLACES", "places"},
                                   {"COVERAGE", "coverage", 3},
                                   {"CARRIED", "carried"},
                                   {"MEAN", "mean", 2},
                                   {"GINI", "gini", 4},
                                   {"UNWEIGHTED", "gini_unweighted", 4},
                                   {"OFFLINE", "gini_mirror", 4},
                                   {"THEIL T", "theil_t", 4},
                                   {"BETWEEN", "theil_t_parts.between", 4},
                                   {"THEIL L", "theil_l", 4},
                                   {"ATKINSON 1", "atkinson_one", 4},
                                   {"P90/P10", "ratio", 2},
                                   {"GAP", "gap", 1},
                                   {"GROUP GAP", "group_gap", 1}};

const std::vector<Column> kAll{{"", "year"},
                               {"", "places"},
                               {"", "people"},
                               {"", "coverage"},
                               {"", "carried"},
                               {"", "censored"},
                               {"", "at_zero"},
                               {"", "zeros_dropped"},
                               {"", "without_weight"},
                               {"", "mean"},
                               {"", "gini"},
                               {"", "gini_unweighted"},
                               {"", "gini_mirror"},
                               {"", "theil_t"},
                               {"", "theil_t_parts.within"},
                               {"", "theil_t_parts.between"},
                               {"", "theil_l"},
                               {"", "theil_l_parts.within"},
                               {"", "theil_l_parts.between"},
                               {"", "atkinson_half"},
                               {"", "atkinson_one"},
                               {"", "atkinson_two"},
                               {"", "p10"},
                               {"", "p90"},
                               {"", "ratio"},
                               {"", "gap"},
                               {"", "group_gap"}};

development::Drawing picture(const DivideInequalityOptions& options, const json::Object& answer) {
    development::LineChart chart;
    chart.title = fmt::format("Inequality between places: {}", options.indicator);
    chart.unit = options.weights.empty() ? "0: all alike; each place counts alike"
                                         : "0: all alike; weighted by " + options.weights;
    chart.source = source_line(answer.at("dataset").as_object());
    chart.low = 0;
    for (const auto& [name, path] :
         {std::pair("Gini", "gini"), std::pair("Gini of the offline", "gini_mirror"),
          std::pair("Theil T", "theil_t"), std::pair("Atkinson 1", "atkinson_one")}) {
        development::Line line{.name = name, .points = {}};
        for (const json::Value& each : answer.at("rows").as_array()) {
            const auto value = number_at(each.as_object(), path);
            if (value) line.points.push_back({*number_at(each.as_object(), "year"), *value});
        }
        chart.lines.push_back(std::move(line));
    }
    return draw(chart);
}

Result<void> inequality(Context& context, const DivideInequalityOptions& options) {
    Asked asked{{"indicator", options.indicator}};
    ask_for(asked, "weights", options.weights);
    ask_for(asked, "source", options.source);
    ask_for(asked, "scheme", options.scheme);
    ask_for(asked, "year", options.year);
    ask_for(asked, "from", options.from);
    ask_for(asked, "to", options.to);
    ask_for(asked, "carry", options.carry);
    if (options.drop_zeros) asked.emplace_back("zeros", "drop");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_divide(*source, "inequality", asked));
    const bool table = options.answer.csv || options.answer.out.ends_with(".csv");
    COMITY_CHECK(write_answer(context, options.answer, answer, table ? kAll : kColumns,
                              "Nothing can be told.",
                              [&]() -> Result<development::Drawing> { return picture(options, answer); }));
    if (context.json || table || !options.answer.out.empty()) return {};
    for (const json::Value& each : answer.at("left_out").as_array())
        context.err << fmt::format("{}: {}\n", field(each.as_object(), "year"),
                                   printable(field(each.as_object(), "why")));
    context.err << printable(source_line(answer.at("dataset").as_object())) << '\n';
    return {};
}

}  // namespace

void add_divide_inequality(Command& divide, Context& context) {
    auto options = std::make_shared<DivideInequalityOptions>();
    Command command = divide.add_command(
        {.name = "inequality",
         .summary = "Measure inequality between places, over years",
         .description = "Gini, Theil T and L, Atkinson, quantiles. COVERAGE is the share of all people that "
                        "a year's row is about: "
                        "where it changes, so may the rest, by who is counted alone. --carry lets a figure "
                        "stand for some years "
                        "more. Of shares all indices fall as the mean rises, even where gaps stay: GAP is "
                        "between the 90th and the "
                        "10th percentile, GROUP GAP between the groups furthest apart, and OFFLINE the Gini "
                        "index of what is "
                        "missing to the upper bound.",
         .examples = {
             {"comity divide inequality internet_users --weights population --from 2000 --carry 2", ""},
             {"comity divide inequality internet_users --weights population --scheme un-ldc --year 2022",
              "within and between groups"},
             {"comity divide inequality internet_users --weights population --out inequality.png", ""}}});
    command.add_option("INDICATOR", options->indicator, "Of which figures").required();
    command
        .add_option("--weights", options->weights, "The indicator that weighs places; else all count alike")
        .type_name("INDICATOR");
    command.add_option("--source", options->source, "Only from this source").type_name("NAME");
    command.add_option("--scheme", options->scheme, "The groups to part it by").type_name("NAME");
    command.add_option("--year", options->year, "Only of this year").type_name("YEAR");
    command.add_option("--from", options->from, "From this year on").type_name("YEAR");
    command.add_option("--to", options->to, "Up to this year").type_name("YEAR");
    command.add_option("--carry", options->carry, "For how many years a figure stands; default: 0")
        .type_name("N")
        .range(0, 20);
    command.add_flag("--drop-zeros", options->drop_zeros, "Places at 0 do not count");
    add_answer_options(command, options->answer, true);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return inequality(c, *options); });
}

}  // namespace comity::cli
