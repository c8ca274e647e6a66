#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "cli/vote/print_tally.h"

namespace comity::cli {

namespace {

struct VoteTallyOptions {
    std::string id;
    bool certify = false;
};

Result<void> count(Context& context, const VoteTallyOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object tally, source->vote(options.id));
    if (!options.certify) {
        if (context.json)
            print_json(context, tally);
        else
            print_tally(context, tally);
        return {};
    }
    auto closes = parse_time(field(tally, "closes"));
    if (!closes) return within("closes", closes.error());
    if (closes->seconds() >= context.clock->now().seconds())
        return refused("--certify", "the vote is open until " + field(tally, "closes"),
                       "certify it after the close");
    if (const json::Value* close = tally.if_contains("close");
        close != nullptr && !close->as_object().at("settled").as_bool())
        return refused("--certify", "the close is not settled: " + waits_text(close->as_object()),
                       "certify it when those witnesses have spoken");
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kCertification),
                                               .audience = for_everybody(),
                                               .body = {{"opening", field(tally, "opening")},
                                                        {"outcome", field(tally, "outcome")},
                                                        {"counted", tally.at("counted")},
                                                        {"ballots", field(tally, "ballots")}}}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_tally(Command& program, Context& context) {
    auto options = std::make_shared<VoteTallyOptions>();
    Command command = program.add_command(
        {.name = "tally",
         .summary = "Count a vote: roll call, conditions, result",
         .description =
             "Of the last vote that was opened on the proposal, as it stands: counted from the statements "
             "each time, their signatures verified. Ballots that do not count are listed with the reason. "
             "With --certify one signs what one has counted after the close.",
         .examples = {{"comity tally 6b1f20aa", ""}, {"comity tally 6b1f20aa --certify", ""}}});
    command.add_option("PROPOSAL", options->id, "The proposal's id, or the vote's: 8 digits or more")
        .required();
    command.add_flag("--certify", options->certify, "Sign and submit the result");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return count(c, *options); });
}

}  // namespace comity::cli
