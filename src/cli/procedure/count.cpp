#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/procedure/read_procedure.h"
#include "governance/choice/choice.h"
#include "json/fields.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxBallots = 256u << 20;  // bytes

struct ProcedureCountOptions {
    std::string procedure;
    std::string file;
    std::int64_t seats = 0;
};

struct Ballots {
    std::vector<std::string> options;
    std::vector<governance::ChoiceBallot> ballots;
};

// {"options":["a","b"],"ballots":[{"a":1,"b":2},...]}: what a ballot leaves out is 0.
Result<Ballots> parse_ballots(std::string_view text) {
    COMITY_TRY(const json::Value value, json::parse(text));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, ""));
    Ballots ballots;
    COMITY_TRY(ballots.options, fields.texts("options", 1, 1000));
    COMITY_TRY(const json::Array* list, fields.array("ballots", 0, 1'000'000));
    COMITY_CHECK(fields.nothing_else());
    for (std::size_t i = 0; i < list->size(); ++i) {
        COMITY_TRY(json::Fields inner, json::Fields::of((*list)[i], fmt::format("ballots[{}]", i)));
        governance::ChoiceBallot ballot;
        for (const std::string& option : ballots.options) {
            COMITY_TRY(const auto mark, inner.optional_integer(option, 0, 1'000'000));
            ballot.push_back(static_cast<int>(mark.value_or(0)));
        }
        COMITY_CHECK(inner.nothing_else());
        ballots.ballots.push_back(std::move(ballot));
    }
    return ballots;
}

void print(Context& context, const std::vector<std::string>& options, const governance::ChoiceCount& count) {
    for (const std::string& step : count.steps) context.out << printable(step) << '\n';
    std::size_t place = 1;
    for (const auto& group : count.ranking) {
        for (const std::size_t option : group)
            context.out << fmt::format("{}. {}\n", place, printable(options[option]));
        place += group.size();
    }
    std::vector<std::string> winners;
    for (const std::size_t winner : count.winners) winners.push_back(options[winner]);
    context.out << fmt::format(
        "elected: {}{}\n",
        winners.empty() ? "nobody" : printable(fmt::format("{}", fmt::join(winners, ", "))),
        count.undecided ? " (undecided)" : "");
    if (count.invalid != 0) context.err << fmt::format("{} ballots are none.\n", count.invalid);
}

Result<void> count_it(Context& context, const ProcedureCountOptions& options) {
    COMITY_TRY(NamedProcedure named, read_procedure(context, options.procedure));
    if (!named.procedure.choice)
        return invalid("PROCEDURE", fmt::format("{} adopts or rejects", named.procedure.id),
                       "use comity procedure try");
    if (options.seats > 0) named.procedure.choice->seats = options.seats;
    COMITY_TRY(const std::string text, read_file(context, options.file, kMaxBallots));
    auto ballots = parse_ballots(text);
    if (!ballots) return within(options.file == "-" ? "standard input" : options.file, ballots.error());
    COMITY_TRY(const governance::ChoiceCount count,
               governance::count_choice(*named.procedure.choice, ballots->options, ballots->ballots));
    if (!context.json) {
        print(context, ballots->options, count);
        return {};
    }
    json::Array ranking, winners, steps;
    for (const auto& group : count.ranking) {
        json::Array names;
        for (const std::size_t option : group) names.emplace_back(ballots->options[option]);
        ranking.push_back(std::move(names));
    }
    for (const std::size_t winner : count.winners) winners.emplace_back(ballots->options[winner]);
    for (const std::string& step : count.steps) steps.emplace_back(step);
    json::Array invalid_at;
    for (const std::size_t i : count.invalid_at) invalid_at.emplace_back(i);
    print_json(context, json::Object{{"procedure", named.procedure.id},
                                     {"ranking", std::move(ranking)},
                                     {"elected", std::move(winners)},
                                     {"undecided", count.undecided},
                                     {"invalid_ballots", std::move(invalid_at)},
                                     {"steps", std::move(steps)},
                                     {"figures", count.figures}});
    return {};
}

}  // namespace

void add_procedure_count(Command& procedure, Context& context) {
    auto options = std::make_shared<ProcedureCountOptions>();
    Command command = procedure.add_command(
        {.name = "count",
         .summary = "Count ballots between several options",
         .description = "By approval, Schulze's method, single transferable vote or majority judgment, in "
                        "exact arithmetic. FILE "
                        "is JSON with \"options\", a list of names, and \"ballots\", each an object with an "
                        "option's rank, "
                        "grade, or 1 for approval. Nothing is recorded.",
         .examples = {{"comity procedure count election-stv ballots.json --seats 3", ""}}});
    command.add_option("PROCEDURE", options->procedure, "An id of comity procedure list, or a file")
        .required();
    command.add_option("FILE", options->file, "The ballots (- for standard input)").required();
    command.add_option("--seats", options->seats, "How many are elected, where not as the procedure says")
        .range(1, 1000);
    command.on_run(context, [options](Context& c) { return count_it(c, *options); });
}

}  // namespace comity::cli
