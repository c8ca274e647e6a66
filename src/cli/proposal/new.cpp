#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/proposal/texts.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

Result<void> propose(Context& context, const TextOptions& options) {
    COMITY_TRY(const governance::ProposalBody body, read_texts(context, options));
    return say_and_print(context, {.type = std::string(governance::kProposal),
                                   .audience = for_everybody(),
                                   .body = governance::proposal_json(body)});
}

}  // namespace

void add_proposal_new(Command& proposal, Context& context) {
    auto options = std::make_shared<TextOptions>();
    Command command = proposal.add_command(
        {.name = "new",
         .summary = "Propose a rule",
         .description =
             "The statement's id is the version's digest, and votes are bound to it: what is changed later "
             "is a new version (comity proposal revise) that needs new votes.",
         .examples = {
             {"comity proposal new --text en=rule.txt --title \"en=Data embassies\" --text fr=regle.txt "
              "--title \"fr=Ambassades de données\" --translation fr",
              "English is authentic"}}});
    add_text_options(command, *options);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return propose(c, *options); });
}

}  // namespace comity::cli
