#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/divide/answers.h"
#include "cli/divide/commands.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct DivideDistanceOptions {
    std::string indicator;
    std::string benchmark;
    std::string place;
    std::string source;
    std::int64_t year = -1;
    AnswerOptions answer;
};

Result<void> distance(Context& context, const DivideDistanceOptions& options) {
    Asked asked{{"indicator", options.indicator}, {"benchmark", options.benchmark}};
    ask_for(asked, "place", options.place);
    ask_for(asked, "source", options.source);
    ask_for(asked, "year", options.year);
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_divide(*source, "distance", asked));
    return write_answer(context, options.answer, answer,
                        {{"PLACE", "place"},
                         {"NAME", "name"},
                         {"YEAR", "year"},
                         {"LEVEL", "level", 1},
                         {"BENCHMARK WAS THERE", "benchmark_year", 1},
                         {"YEARS BEHIND", "years", 1}},
                        "No figures.");
}

}  // namespace

void add_divide_distance(Command& divide, Context& context) {
    auto options = std::make_shared<DivideDistanceOptions>();
    Command command = divide.add_command(
        {.name = "distance",
         .summary = "Tell by how many years places lag behind another",
         .description =
             "S-time-distance: when the benchmark first rose through the level that a place has. Nothing (-) "
             "where it never did.",
         .examples = {
             {"comity divide distance internet_users --benchmark SWE", "each place's last year"},
             {"comity divide distance internet_users --benchmark SWE --place RWA --year 2023", ""}}});
    command.add_option("INDICATOR", options->indicator, "Of which figures").required();
    command.add_option("--benchmark", options->benchmark, "The place to compare with")
        .required()
        .type_name("CODE");
    command.add_option("--place", options->place, "Only this place").type_name("CODE");
    command.add_option("--source", options->source, "Only from this source").type_name("NAME");
    command.add_option("--year", options->year, "In this year; else each place's last").type_name("YEAR");
    add_answer_options(command, options->answer, false);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return distance(c, *options); });
}

}  // namespace comity::cli
