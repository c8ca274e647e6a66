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

struct ProposalCommentOptions {
    std::string id;
    std::string text;
    std::string quote;
    std::string language = "en";
    std::string reply_to;
    std::string position;
};

// The comment that is answered, by its beginning.
Result<Digest> find_comment(Source& source, const ProposalCommentOptions& options) {
    COMITY_TRY(const json::Object discussion, source.discussion(options.id));
    for (const json::Value& comment : discussion.at("comments").as_array()) {
        const std::string id = field(comment.as_object(), "id");
        if (options.reply_to.size() >= 8 && id.starts_with(options.reply_to)) return Digest::from_hex(id);
    }
    return not_found("there is no comment " + options.reply_to, "comity proposal discussion shows them");
}

Result<void> comment(Context& context, const ProposalCommentOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object proposal, source->proposal(options.id, ""));
    const json::Object& version = proposal.at("versions").as_array().back().as_object();
    governance::CommentBody body;
    COMITY_TRY(body.version, Digest::from_hex(field(version, "id")));
    body.text = options.text;
    body.position = options.position;
    if (!options.quote.empty()) {
        body.language = options.language;
        body.quote = options.quote;
        bool there = false;
        for (const json::Value& text : version.at("texts").as_array()) {
            there = there || (field(text.as_object(), "language") == options.language &&
                              field(text.as_object(), "text").find(options.quote) != std::string::npos);
        }
        if (!there) {
            return invalid("--quote",
                           "does not stand in the newest version's text in \"" + options.language + "\"",
                           "quote it word for word: comity proposal show");
        }
    }
    if (!options.reply_to.empty()) {
        COMITY_TRY(body.reply_to, find_comment(*source, options));
    }
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kComment),
                                               .audience = for_everybody(),
                                               .body = governance::comment_json(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_comment(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalCommentOptions>();
    Command command = proposal.add_command(
        {.name = "comment",
         .summary = "Comment on a proposal, a passage of it, or another comment",
         .description =
             "Tied to the newest version. A comment on a passage shows whether it still stands after a "
             "revision.",
         .examples = {
             {"comity proposal comment 6b1f20aa \"Who pays?\" --quote \"at no cost\" --position against", ""},
             {"comity proposal comment 6b1f20aa \"The fund does\" --reply-to 9f02c1d4", ""}}});
    command.add_option("PROPOSAL", options->id, "Its id, or that of a version or vote: 8 digits or more")
        .required();
    command.add_option("TEXT", options->text, "What to say").required();
    command.add_option("--quote", options->quote, "The passage, word for word");
    command.add_option("--language", options->language, "Of the passage")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    command.add_option("--reply-to", options->reply_to, "The comment that is answered").type_name("COMMENT");
    command.add_option("--position", options->position, "Where one stands")
        .one_of({"for", "against", "neutral"});
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return comment(c, *options); });
}

}  // namespace comity::cli
