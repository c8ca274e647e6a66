#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"
#include "cli/procedure/named_values.h"
#include "cli/procedure/read_procedure.h"
#include "cli/procedure/votes_file.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxVotes = 256u << 20;  // bytes

struct ProcedureTryOptions {
    std::string procedure;
    std::string file;
    std::vector<std::string> parameters;
    std::vector<std::string> earlier;
    std::vector<std::string> declared;
    std::int64_t round = 0;
};

// What the options say goes before what the file says.
Result<void> add_options(const ProcedureTryOptions& options, governance::Circumstances& circumstances) {
    COMITY_CHECK(add_parameters(options.parameters, circumstances.parameters));
    for (const std::string& text : options.earlier) {
        COMITY_TRY(const auto given, name_and_value(text, "--earlier"));
        if (given.second != "adopted" && given.second != "rejected")
            return invalid("--earlier", fmt::format("\"{}\" is neither adopted nor rejected", given.second));
        circumstances.earlier[given.first] = given.second == "adopted";
    }
    for (const std::string& name : options.declared) circumstances.declarations[name] = true;
    if (options.round > 0) circumstances.round = options.round;
    return {};
}

Result<void> try_it(Context& context, const ProcedureTryOptions& options) {
    COMITY_TRY(const NamedProcedure named, read_procedure(context, options.procedure));
    if (named.procedure.choice) {
        return invalid("PROCEDURE", fmt::format("{} chooses between several", named.procedure.id),
                       "count its ballots with comity procedure count");
    }
    const std::string place = options.file == "-" ? "standard input" : options.file;
    COMITY_TRY(const std::string text, read_file(context, options.file, kMaxVotes));
    auto votes = parse_votes(text, named.procedure);
    if (!votes) return within(place, votes.error());
    COMITY_CHECK(add_options(options, votes->circumstances));
    COMITY_CHECK(governance::check_votes(named.procedure, votes->electors, votes->circumstances));
    const governance::Verdict verdict =
        governance::evaluate(named.procedure, votes->electors, votes->circumstances);
    if (context.json) {
        print_json(context, governance::verdict_json(named.procedure, verdict));
        return {};
    }
    context.out << fmt::format("{}: {}\n", to_string(verdict.outcome), printable(verdict.why));
    for (const std::string& line : governance::verdict_lines(verdict)) context.out << printable(line) << '\n';
    return {};
}

}  // namespace

void add_procedure_try(Command& procedure, Context& context) {
    auto options = std::make_shared<ProcedureTryOptions>();
    Command command = procedure.add_command(
        {.name = "try",
         .summary = "Try a procedure on votes",
         .description =
             "Says what would come of the votes in FILE, and every condition with its figures, in exact "
             "arithmetic. "
             "FILE is CSV with the columns voter and vote (yes, no, abstain, attending, absent), and where "
             "they are "
             "needed house, class, reasoned, objection (sustained, answered), recused, and one for each "
             "weight "
             "table; or JSON of the same in \"votes\", or only figures in \"counts\". Nothing is recorded.",
         .examples = {
             {"comity procedure try unga-simple-majority votes.csv", ""},
             {"comity procedure try cabforum sc22.json --parameter quorum=10", ""},
             {"comity procedure try unga-important-question votes.csv --earlier important-question=rejected",
              "the threshold is chosen by an earlier vote"}}});
    command.add_option("PROCEDURE", options->procedure, "An id of comity procedure list, or a file")
        .required();
    command.add_option("FILE", options->file, "The votes (- for standard input)").required();
    command.add_option("--parameter", options->parameters, "A number that the procedure asks for (repeat)")
        .type_name("NAME=N");
    command
        .add_option("--earlier", options->earlier, "How an earlier vote ended: adopted or rejected (repeat)")
        .type_name("NAME=OUTCOME");
    command.add_option("--declared", options->declared, "What was declared, as consensus (repeat)")
        .type_name("NAME");
    command.add_option("--round", options->round, "The how manieth vote on it this is").range(1, 10);
    command.on_run(context, [options](Context& c) { return try_it(c, *options); });
}

}  // namespace comity::cli
