#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/proposal/texts.h"
#include "cli/source.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

struct ProposalReviseOptions {
    std::string id;
    TextOptions texts;
};

Result<void> revise(Context& context, const ProposalReviseOptions& options) {
    COMITY_TRY(governance::ProposalBody body, read_texts(context, options.texts));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object proposal, source->proposal(options.id, ""));
    const json::Object& last = proposal.at("versions").as_array().back().as_object();
    COMITY_CHECK(check_reviser(proposal, last, member));
    COMITY_TRY(const governance::ProposalBody before, texts_of(last));
    if (body.co_authors.empty()) body.co_authors = before.co_authors;
    if (!body.rule && !body.organ) {
        body.rule = before.rule;
        body.organ = before.organ;
        body.charter = before.charter;
    }
    COMITY_TRY(body.previous, Digest::from_hex(field(last, "id")));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kProposal),
                                               .audience = for_everybody(),
                                               .body = governance::proposal_json(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_revise(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalReviseOptions>();
    Command command = proposal.add_command(
        {.name = "revise",
         .summary = "Propose a new version of one's own proposal",
         .description =
             "Ballots that were cast on the version before stay with that one. Without --rule, --body and "
             "--co-author these stay as they were.",
         .examples = {
             {"comity proposal revise 6b1f20aa --text en=rule-2.txt --title \"en=Data embassies\" --note "
              "\"Article 3, as Fiji asked\"",
              ""}}});
    command.add_option("PROPOSAL", options->id, "Its id: 8 digits or more").required();
    add_text_options(command, options->texts);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return revise(c, *options); });
}

}  // namespace comity::cli
