#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/proposal/texts.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "governance/voting/amendment.h"

namespace comity::cli {

namespace {

struct ProposalConsolidateOptions {
    std::string id;
    std::string note;
};

// Made here out of the version and the amendments, and held against what the node has made.
Result<governance::ProposalBody> apply_adopted(const json::Object& answer, const json::Object& version) {
    if (const json::Value* waits = answer.if_contains("waits"))
        return refused("amendments", std::string(waits->as_string()));
    const json::Object& result = answer.at("result").as_object();
    COMITY_TRY(const governance::ProposalBody before, texts_of(version));
    std::vector<governance::AmendmentBody> bodies;
    governance::ProposalBody next;
    std::vector<Digest> ids;
    for (const json::Value& id : result.at("amendments").as_array()) {
        COMITY_TRY(ids.emplace_back(), Digest::from_hex(id.as_string()));
        for (const json::Value& value : answer.at("amendments").as_array()) {
            const json::Object& one = value.as_object();
            if (one.at("id") != id) continue;
            json::Object form{{"version", one.at("version")}, {"edits", one.at("edits")}};
            COMITY_TRY(bodies.emplace_back(), governance::parse_amendment(form));
        }
    }
    if (ids.empty())
        return refused("amendments", "none has been adopted since", "comity proposal amendments shows them");
    std::vector<const governance::AmendmentBody*> list;
    for (const governance::AmendmentBody& body : bodies) list.push_back(&body);
    COMITY_TRY(next, governance::amended(before, list));
    if (const std::string content = governance::content_digest(next).hex();
        content != field(result, "content")) {
        return refused("amendments",
                       fmt::format("come to {} here, and to {} there", content, field(result, "content")));
    }
    next.amendments = std::move(ids);
    return next;
}

Result<void> consolidate(Context& context, const ProposalConsolidateOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object proposal, source->proposal(options.id, ""));
    const json::Object& version = version_named(proposal, options.id);
    COMITY_CHECK(check_reviser(proposal, version, member));
    COMITY_TRY(const json::Object answer, source->amendments(field(version, "id")));
    COMITY_TRY(governance::ProposalBody body, apply_adopted(answer, version));
    COMITY_TRY(body.previous, Digest::from_hex(field(version, "id")));
    body.note = options.note;
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kProposal),
                                               .audience = for_everybody(),
                                               .body = governance::proposal_json(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_consolidate(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalConsolidateOptions>();
    Command command = proposal.add_command(
        {.name = "consolidate",
         .summary = "Make the next version out of the amendments that were adopted",
         .description =
             "Mechanically: whoever applies the same amendments gets the same texts, and a version that says "
             "otherwise cannot be voted on. Of two in each other's way the one adopted first is in it. "
             "For the proposal's author and co-authors.",
         .examples = {{"comity proposal consolidate 6b1f20aa", ""}}});
    command
        .add_option("PROPOSAL", options->id,
                    "Its id, or that of a version: 8 digits or more; the newest is revised, or the one named")
        .required();
    command.add_option("--note", options->note, "What is to be said of it");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return consolidate(c, *options); });
}

}  // namespace comity::cli
