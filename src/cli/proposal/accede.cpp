#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/proposal/find_vote.h"
#include "cli/source.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

struct ProposalAccedeOptions {
    std::string id;
};

Result<void> accede(Context& context, const ProposalAccedeOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const FoundVote vote, find_vote(*source, options.id));
    json::Object body{{"opening", vote.opening.hex()}};
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kAccession),
                                               .audience = for_everybody(),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_accede(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalAccedeOptions>();
    Command command =
        proposal.add_command({.name = "accede",
                              .summary = "Be bound by what was adopted",
                              .description = "Where a procedure binds those who accede, a member is bound "
                                             "from then on. The tally lists them.",
                              .examples = {{"comity proposal accede 6b1f20aa", ""}}});
    command.add_option("PROPOSAL", options->id, "The proposal's id, or the vote's: 8 digits or more")
        .required();
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return accede(c, *options); });
}

}  // namespace comity::cli
