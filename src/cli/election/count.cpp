#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/election/print_election.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "governance/election/bodies.h"

namespace comity::cli {

namespace {

struct ElectionCountOptions {
    std::string id;
    bool certify = false;
};

Result<void> count(Context& context, const ElectionCountOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object election, source->election(options.id));
    if (const std::string flaw = field(election, "flaw"); !flaw.empty())
        return refused("ELECTION", "is void: " + flaw);
    COMITY_TRY(const BeleniosResult result, open_election(election));
    if (!options.certify) {
        if (context.json)
            print_json(context, result_json(election, result));
        else
            print_result(context, election, result);
        const std::vector<std::string> differ = result_discrepancies(election, result);
        if (!differ.empty()) return refused("results", differ.front());
        return {};
    }
    governance::ElectionResultBody body = claim_of(election, result);
    COMITY_TRY(body.election, Digest::from_hex(field(election, "id")));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kElectionResult),
                                               .audience = for_everybody(),
                                               .body = governance::election_result_json(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_election_count(Command& election, Context& context) {
    auto options = std::make_shared<ElectionCountOptions>();
    Command command = election.add_command(
        {.name = "count",
         .summary = "Count a secret election: belenios-tool verifies every ballot and proof",
         .description = "With --certify one signs what came out. comity recount ELECTION does the same on "
                        "another machine, with nothing but a copy of the logs.",
         .examples = {{"comity election count 6b1f20aa", ""},
                      {"comity election count 6b1f20aa --certify", ""}}});
    command.add_option("ELECTION", options->id, "Its id: 8 digits or more").required();
    command.add_flag("--certify", options->certify, "Sign and submit the result");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return count(c, *options); });
}

}  // namespace comity::cli
