#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/proposal/find_vote.h"
#include "cli/source.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

struct VoteOptions {
    std::string id;
    std::string choice;
    std::string reason;
    std::string proxy;
    bool objection = false;
    bool recused = false;
};

Result<void> cast(Context& context, const VoteOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const FoundVote vote, find_vote(*source, options.id));
    Saying saying{.type = std::string(governance::kBallot), .audience = for_everybody(), .body = {}};
    if (options.choice == "proxy") {
        saying.type = governance::kProxy;
        saying.body = {{"opening", vote.opening.hex()}};
        if (!options.proxy.empty()) saying.body["to"] = options.proxy;
    } else {
        governance::BallotBody ballot;
        ballot.opening = vote.opening;
        ballot.version = vote.version;
        COMITY_TRY(ballot.choice, governance::parse_choice(options.choice, "VOTE"));
        ballot.reason = options.reason;
        ballot.objects = options.objection;
        ballot.recused = options.recused;
        saying.body = governance::ballot_json(ballot);
    }
    COMITY_TRY(const Submitted submitted, say(context, *source, member, std::move(saying)));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_vote(Command& program, Context& context) {
    auto options = std::make_shared<VoteOptions>();
    Command command = program.add_command(
        {.name = "vote",
         .summary = "Cast a ballot",
         .description = "On the last vote that was opened on the proposal. Ballots are public and signed; "
                        "until the close the "
                        "last one counts, and those before stay on record. \"attending\" is to be there and "
                        "not to vote. With "
                        "\"proxy\" another member's ballot stands for one's own (--to; without it, no more), "
                        "as far as the "
                        "procedure lets it.",
         .examples = {
             {"comity vote 6b1f20aa yes", ""},
             {"comity vote 6b1f20aa no --objection --reason \"Article 3 contradicts article 1\"", ""},
             {"comity vote 6b1f20aa proxy --to kenic", ""}}});
    command.add_option("PROPOSAL", options->id, "The proposal's id, or the vote's: 8 digits or more")
        .required();
    command.add_option("VOTE", options->choice, "What to vote")
        .required()
        .one_of({"yes", "no", "abstain", "attending", "proxy"});
    command.add_option("--reason", options->reason, "The explanation of the vote");
    command.add_flag("--objection", options->objection, "It is an objection, which must be answered");
    command.add_flag("--recused", options->recused, "Take no part, for a conflict of interest");
    command.add_option("--to", options->proxy, "Whose ballot stands for one's own").type_name("MEMBER");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return cast(c, *options); });
}

}  // namespace comity::cli
