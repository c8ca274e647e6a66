#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "governance/consultation/bodies.h"

namespace comity::cli {

namespace {

struct ProposalEndorseOptions {
    std::string id;
    bool withdraw = false;
};

Result<void> endorse(Context& context, const ProposalEndorseOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object proposal, source->proposal(options.id, ""));
    const std::string version = field(proposal.at("versions").as_array().back().as_object(), "id");
    COMITY_TRY(const Submitted submitted,
               say(context, *source, member,
                   {.type = std::string(governance::kEndorsement),
                    .audience = for_everybody(),
                    .body = {{"version", version}, {"holds", !options.withdraw}}}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_endorse(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalEndorseOptions>();
    Command command = proposal.add_command(
        {.name = "endorse",
         .summary = "Stand behind a proposal",
         .description = "Behind its newest version; which one that was stays on record when it is revised.",
         .examples = {{"comity proposal endorse 6b1f20aa", ""},
                      {"comity proposal endorse 6b1f20aa --withdraw", ""}}});
    command.add_option("PROPOSAL", options->id, "Its id, or that of a version or vote: 8 digits or more")
        .required();
    command.add_flag("--withdraw", options->withdraw, "No more");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return endorse(c, *options); });
}

}  // namespace comity::cli
