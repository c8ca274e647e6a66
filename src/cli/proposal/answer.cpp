#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/proposal/find_vote.h"
#include "cli/source.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

struct ProposalAnswerOptions {
    std::string id;
    std::string ballot;
    std::string text;
};

// The whole id of a ballot that the roll call shows, from its beginning.
Result<std::string> whole_id(Source& source, const Digest& opening, const std::string& begin) {
    COMITY_TRY(const json::Object tally, source.vote(opening.hex()));
    std::string found;
    for (const json::Value& line : tally.at("roll_call").as_array()) {
        const json::Value* ballot = line.as_object().if_contains("ballot");
        if (ballot == nullptr || begin.size() < 8 ||
            !std::string_view(ballot->as_string()).starts_with(begin))
            continue;
        if (!found.empty()) return conflict("BALLOT", "is the beginning of several ids", "give more digits");
        found = ballot->as_string();
    }
    if (found.empty())
        return not_found("there is no ballot " + begin + " in the roll call", "comity tally shows them");
    return found;
}

Result<void> answer(Context& context, const ProposalAnswerOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const FoundVote vote, find_vote(*source, options.id));
    COMITY_CHECK(check_chair_heard(vote, context.clock->now()));
    json::Object body{{"opening", vote.opening.hex()}, {"answer", options.text}};
    COMITY_TRY(body["ballot"], whole_id(*source, vote.opening, options.ballot));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kAnswer),
                                               .audience = for_everybody(),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_answer(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalAnswerOptions>();
    Command command = proposal.add_command(
        {.name = "answer",
         .summary = "Answer an objection, in the chair",
         .description =
             "The author of a vote's opening is in the chair. The objection counts as answered from then on; "
             "whoever made it may object again with a new ballot. Answers count until the close.",
         .examples = {
             {"comity proposal answer 6b1f20aa 9d40e3f1 \"Article 3 says so since version 2\"", ""}}});
    command.add_option("PROPOSAL", options->id, "The proposal's id, or the vote's: 8 digits or more")
        .required();
    command.add_option("BALLOT", options->ballot, "The ballot that objects: 8 digits or more").required();
    command.add_option("TEXT", options->text, "The answer").required();
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return answer(c, *options); });
}

}  // namespace comity::cli
