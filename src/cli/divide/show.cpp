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

constexpr std::size_t kMostLines = 12;  // in one picture

struct DivideShowOptions {
    std::string indicator;
    std::string place;
    std::string source;
    std::int64_t year = -1;
    std::int64_t from = -1;
    std::int64_t to = -1;
    bool conflicts = false;
    std::string tolerance;
    AnswerOptions answer;
};

Result<void> catalogue(Context& context, const DivideShowOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_divide(*source, "", {}));
    if (context.json || options.answer.csv || !options.answer.out.empty())
        return write_answer(context, options.answer, answer,
                            {{"INDICATOR", "indicator"},
                             {"SOURCE", "source"},
                             {"EDITION", "edition"},
                             {"UNIT", "unit"},
                             {"LICENCE", "licence"},
                             {"PLACES", "places"},
                             {"FIGURES", "figures"},
                             {"FROM", "first_year"},
                             {"TO", "last_year"},
                             {"AUTHOR", "author"},
                             {"STATEMENT", "statement"}},
                            "No figures.", {}, "datasets");
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : answer.at("datasets").as_array()) {
        const json::Object& one = each.as_object();
        rows.push_back({field(one, "indicator"), field(one, "source"), field(one, "edition"),
                        field(one, "unit"), field(one, "places"),
                        fmt::format("{} to {}", field(one, "first_year"), field(one, "last_year")),
                        field(one, "author"), field(one, "statement").substr(0, 16)});
    }
    print_table(context, {"INDICATOR", "SOURCE", "EDITION", "UNIT", "PLACES", "YEARS", "AUTHOR", "STATEMENT"},
                rows, "No figures: comity divide import FILE states some.");
    for (const json::Value& each : answer.at("schemes").as_array()) {
        const json::Object& one = each.as_object();
        context.out << fmt::format("groups {}: edition {}, {} groups, by {}\n",
                                   printable(field(one, "scheme")), printable(field(one, "edition")),
                                   one.at("groups").as_array().size(), field(one, "author"));
    }
    for (const json::Value& each : answer.at("indices").as_array()) {
        const json::Object& one = each.as_object();
        context.out << fmt::format("index {}: {}, {}{}\n", printable(field(one, "id")),
                                   printable(field(one, "title")), printable(field(one, "edition")),
                                   field(one, "complete") == "true" ? "" : " (goalposts to be loaded)");
    }
    return {};
}

Result<development::Drawing> lines_of(const DivideShowOptions& options, const json::Object& answer) {
    development::LineChart chart;
    chart.title = options.indicator;
    const json::Array& datasets = answer.at("datasets").as_array();
    chart.unit = field(datasets.front().as_object(), "unit");
    chart.source = source_line(datasets.front().as_object());
    std::vector<std::string> names;
    for (const json::Value& each : answer.at("rows").as_array()) {
        const json::Object& row = each.as_object();
        for (const json::Value& figure : row.at("figures").as_array()) {
            const auto dataset = figure.at("dataset").to_number<std::size_t>();
            const std::string name =
                field(row, "name") +
                (datasets.size() > 1 ? fmt::format(" ({})", field(datasets[dataset].as_object(), "source"))
                                     : "");
            auto at = std::ranges::find(names, name);
            if (at == names.end()) {
                if (names.size() == kMostLines)
                    return invalid("--out",
                                   fmt::format("a picture of more than {} lines says nothing", kMostLines),
                                   "name a place: --place RWA");
                names.push_back(name);
                chart.lines.push_back({.name = name, .points = {}, .dashed = dataset > 0});
                at = names.end() - 1;
            }
            chart.lines[static_cast<std::size_t>(at - names.begin())].points.push_back(
                {*number_at(row, "year"), figure.at("value").to_number<double>()});
        }
    }
    return draw(chart);
}

Result<void> show(Context& context, const DivideShowOptions& options) {
    if (options.indicator.empty()) return catalogue(context, options);
    Asked asked{{"indicator", options.indicator}};
    ask_for(asked, "place", options.place);
    ask_for(asked, "source", options.source);
    ask_for(asked, "year", options.year);
    ask_for(asked, "from", options.from);
    ask_for(asked, "to", options.to);
    ask_for(asked, "tolerance", options.tolerance);
    if (options.conflicts) asked.emplace_back("conflicts", "true");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(json::Object answer, ask_divide(*source, "figures", asked));
    // Side by side for people and tables: all that is said in one cell.
    for (json::Value& each : answer.at("rows").as_array()) {
        std::string said;
        for (const json::Value& figure : each.at("figures").as_array()) {
            const auto dataset = figure.at("dataset").to_number<std::size_t>();
            const std::string known = std::string(figure.at("known").as_string());
            said += fmt::format("{}{} {}{}", said.empty() ? "" : "; ",
                                field(answer.at("datasets").as_array()[dataset].as_object(), "source"),
                                figure.at("value").to_number<double>(),
                                known == "stated" ? "" : " (" + known + ")");
        }
        each.as_object()["said"] = said;
    }
    const bool whole = context.json || options.answer.out.ends_with(".json");
    if (whole) {
        for (json::Value& each : answer.at("rows").as_array()) each.as_object().erase("said");
    }
    COMITY_CHECK(write_answer(context, options.answer, answer,
                              {{"PLACE", "place"},
                               {"NAME", "name"},
                               {"YEAR", "year"},
                               {"VALUE", "value"},
                               {"CONFLICT", "conflict"},
                               {"SAID", "said"}},
                              "No figures.", [&] { return lines_of(options, answer); }));
    if (!whole && !options.answer.csv)
        context.err << fmt::format("{} cells have several figures, {} are in conflict.\n",
                                   field(answer, "shared"), field(answer, "conflicts"));
    return {};
}

}  // namespace

void add_divide_show(Command& divide, Context& context) {
    auto options = std::make_shared<DivideShowOptions>();
    Command command = divide.add_command(
        {.name = "show",
         .summary = "Show figures, all that is said of each side by side",
         .description = "Without INDICATOR: what there is. Where several sources speak of a place and year, "
                        "each stands with its "
                        "name, and a conflict is where they lie further apart than --tolerance; VALUE is "
                        "what the preferred source "
                        "says (the one of higher confidence, then with more figures).",
         .examples = {{"comity divide show", "datasets, groups, indices"},
                      {"comity divide show internet_users --place RWA", ""},
                      {"comity divide show internet_users --conflicts", "where sources disagree"},
                      {"comity divide show internet_users --place RWA --out rwanda.svg", ""}}});
    command.add_option("INDICATOR", options->indicator, "Which figures");
    command.add_option("--place", options->place, "Only of this place").type_name("CODE");
    command.add_option("--source", options->source, "Only from this source").type_name("NAME");
    command.add_option("--year", options->year, "Only of this year").type_name("YEAR");
    command.add_option("--from", options->from, "From this year on").type_name("YEAR");
    command.add_option("--to", options->to, "Up to this year").type_name("YEAR");
    command.add_flag("--conflicts", options->conflicts, "Only cells in conflict");
    command.add_option("--tolerance", options->tolerance, "How far apart figures may lie; default: 0.51")
        .type_name("X");
    add_answer_options(command, options->answer, true);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
