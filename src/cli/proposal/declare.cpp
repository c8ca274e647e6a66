#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/proposal/find_vote.h"
#include "cli/source.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

struct ProposalDeclareOptions {
    std::string id;
    std::string name;
    std::string reason;
    bool no = false;
};

Result<void> declare(Context& context, const ProposalDeclareOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const FoundVote vote, find_vote(*source, options.id));
    COMITY_CHECK(check_chair_heard(vote, context.clock->now()));
    json::Object body{{"opening", vote.opening.hex()}, {"declares", options.name}, {"holds", !options.no}};
    if (!options.reason.empty()) body["reason"] = options.reason;
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kDeclaration),
                                               .audience = for_everybody(),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_declare(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalDeclareOptions>();
    Command command = proposal.add_command(
        {.name = "declare",
         .summary = "Declare what the procedure asks for, in the chair",
         .description = "As that there is consensus. The author of a vote's opening is in the chair; the "
                        "last word before the close counts, a casting vote's too.",
         .examples = {
             {"comity proposal declare 6b1f20aa rough-consensus --reason \"As summed up on the list\"",
              ""}}});
    command.add_option("PROPOSAL", options->id, "The proposal's id, or the vote's: 8 digits or more")
        .required();
    command.add_option("NAME", options->name, "What the procedure calls it").required();
    command.add_option("--reason", options->reason, "How it was judged");
    command.add_flag("--not", options->no, "Declare that it is not so");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return declare(c, *options); });
}

}  // namespace comity::cli
