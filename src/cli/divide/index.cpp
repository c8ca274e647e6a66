#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/divide/answers.h"
#include "cli/divide/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "development/index/presets.h"
#include "development/index/statement.h"
#include "development/plot/chart.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxDefinition = 1u << 20;

struct DivideIndexOptions {
    std::string id;
    std::int64_t year = -1;
    std::int64_t carry = -1;
    std::string scheme;
    std::int64_t draws = -1;
    std::string share;
    std::int64_t seed = -1;
    AnswerOptions answer;
};

// The scores on the world: a place without one is an empty ring.
development::PointMap map_of(const json::Object& answer) {
    const json::Object& definition = answer.at("definition").as_object();
    const std::string statement = field(answer, "statement");
    development::PointMap out;
    out.title = fmt::format("{}, {}", field(definition, "title"), field(answer, "year"));
    out.unit = fmt::format("score, edition {}", field(definition, "edition"));
    out.source = statement.empty()
                     ? field(definition, "source")
                     : fmt::format("{}; statement {}", field(definition, "source"), statement.substr(0, 16));
    out.high = number_at(definition, "scale").value_or(1);
    for (const json::Value& each : answer.at("rows").as_array())
        out.places.push_back({field(each.as_object(), "place"), number_at(each.as_object(), "score"), 0});
    return out;
}

Result<void> index(Context& context, const DivideIndexOptions& options) {
    Asked asked{{"id", options.id}};
    ask_for(asked, "year", options.year);
    ask_for(asked, "carry", options.carry);
    ask_for(asked, "scheme", options.scheme);
    ask_for(asked, "draws", options.draws);
    ask_for(asked, "share", options.share);
    ask_for(asked, "seed", options.seed);
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(json::Object answer, ask_divide(*source, "index", asked));
    std::vector<Column> columns{
        {"RANK", "rank"}, {"PLACE", "place"}, {"NAME", "name"}, {"SCORE", "score", 2}};
    // The parts right below the root, each a column.
    for (const json::Value& each : answer.at("definition").at("root").at("parts").as_array()) {
        const std::string id(each.at("id").as_string());
        columns.push_back({id, "nodes." + id, 3});
    }
    const bool people = !context.json && !options.answer.csv && options.answer.out.empty();
    if (people) {
        std::ranges::sort(answer.at("rows").as_array(), {}, [](const json::Value& row) {
            return std::pair(number_at(row.as_object(), "rank").value_or(1e9),
                             field(row.as_object(), "place"));
        });
    }
    columns.push_back({"CARRIED", "carried"});
    columns.push_back({"WITHOUT", "gaps"});
    COMITY_CHECK(
        write_answer(context, options.answer, answer, columns, "No place has figures for it.",
                     [&]() -> Result<development::Drawing> { return development::draw(map_of(answer)); }));
    if (!people) return {};
    for (const json::Value& each : answer.at("without").as_array())
        context.err << fmt::format("no dataset has {}\n", printable(std::string(each.as_string())));
    if (const json::Value& groups = answer.at("groups"); groups.is_array()) {
        for (const json::Value& each : groups.get_array())
            context.out << fmt::format("{}: mean {:.2f} of {} places\n",
                                       printable(field(each.as_object(), "group")),
                                       number_at(each.as_object(), "mean_of_rounded").value_or(0),
                                       field(each.as_object(), "places"));
    }
    if (const json::Value& sensitive = answer.at("sensitivity"); sensitive.is_object())
        return write_answer(context, {}, sensitive.get_object(),
                            {{"PLACE", "place"},
                             {"RANK", "rank"},
                             {"BEST", "best"},
                             {"5%", "p5"},
                             {"MEDIAN", "median"},
                             {"95%", "p95"},
                             {"WORST", "worst"}},
                            "");
    return {};
}

struct DefineOptions {
    std::string definition;
    std::string goalposts;
    bool print = false;
    AudienceOptions audience;
};

Result<void> define(Context& context, const DefineOptions& options) {
    std::string text;
    if (const auto preset = development::preset_index_text(options.definition)) {
        text = *preset;
    } else {
        COMITY_TRY(text, read_file(context, options.definition, kMaxDefinition));
    }
    auto value = json::parse(text);
    if (!value) return within(options.definition, std::move(value).error());
    auto definition = development::parse_index(*value, "index");
    if (!definition) return within(options.definition, std::move(definition).error());
    if (!options.goalposts.empty()) {
        COMITY_TRY(const std::string goalposts, read_file(context, options.goalposts, kMaxDefinition));
        auto read = json::parse(goalposts);
        if (!read) return within(options.goalposts, std::move(read).error());
        if (auto set = development::set_goalposts(*definition, *read); !set)
            return within(options.goalposts, std::move(set).error());
    }
    json::Object body = development::index_json(*definition);
    if (options.print) {
        context.out << json::write_pretty(body);
        return {};
    }
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "clear"));
    return say_and_print(
        context,
        {.type = std::string(development::kIndex), .audience = std::move(audience), .body = std::move(body)});
}

}  // namespace

void add_divide_index(Command& divide, Context& context) {
    auto options = std::make_shared<DivideIndexOptions>();
    Command command = divide.add_command(
        {.name = "index",
         .summary = "Compute a composite index of a year",
         .description = "By the definition that a member states under this id (comity divide define), else "
                        "the program's own "
                        "(comity divide show lists them). A place with too many gaps has no score: missing "
                        "is never 0. With "
                        "--draws, what ranks come to when each weight moves by up to --share.",
         .examples = {{"comity divide index idi-2010 --year 2010", "ITU's legacy index"},
                      {"comity divide index idi-2010 --year 2010 --draws 1000 --share 0.25",
                       "how much of the ranking is the weights' doing"},
                      {"comity divide index idi-2010 --year 2010 --out index.svg", "the scores on a map"}}});
    command.add_option("ID", options->id, "The index").required();
    command.add_option("--year", options->year, "Of which year").required().type_name("YEAR");
    command.add_option("--carry", options->carry, "For how many years a figure stands; default: 0")
        .type_name("N")
        .range(0, 20);
    command.add_option("--scheme", options->scheme, "Groups whose means to tell").type_name("NAME");
    command.add_option("--draws", options->draws, "How often to draw weights anew")
        .type_name("N")
        .range(0, 2000);
    command.add_option("--share", options->share, "How far a weight may move; default: 0.25").type_name("X");
    command.add_option("--seed", options->seed, "Of the draws; default: 1").type_name("N");
    add_answer_options(command, options->answer, true);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return index(c, *options); });
}

void add_divide_define(Command& divide, Context& context) {
    auto options = std::make_shared<DefineOptions>();
    Command command =
        divide.add_command({.name = "define",
                            .summary = "State the definition of an index",
                            .description = "DEFINITION is a file (docs/development.md) or the id of one of "
                                           "the program's own, whose goalposts may come "
                                           "from another file, with their source: a definition without them "
                                           "can't be computed. --print shows it and "
                                           "states nothing.",
                            .examples = {{"comity divide define idi-2010 --print > mine.json", "a beginning"},
                                         {"comity divide define mine.json --as cert-ke", ""},
                                         {"comity divide define idi-2023 --goalposts goalposts.json",
                                          "what may not be shipped with the program"}}});
    command.add_option("DEFINITION", options->definition, "A file, or an id").required();
    command.add_option("--goalposts", options->goalposts, "Goalposts for its indicators").type_name("FILE");
    command.add_flag("--print", options->print, "Print it, and state nothing");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return define(c, *options); });
}

}  // namespace comity::cli
