#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/body/forum_source.h"
#include "cli/consultation/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "governance/consultation/round_bodies.h"

namespace comity::cli {

namespace {

struct ConsultationCommentOptions {
    std::string id;
    std::string text;
    std::string name;
    std::string language;
    std::string quote;
    std::string reply_to;
    std::string position;
    bool take_in = false;
};

json::Object comment_of(const ConsultationCommentOptions& options) {
    json::Object form{{"name", options.name}, {"text", options.text}};
    if (!options.quote.empty()) {
        form["quote"] = options.quote;
        form["language"] = options.language;
    }
    if (!options.reply_to.empty()) form["reply_to"] = options.reply_to;
    if (!options.position.empty()) form["position"] = options.position;
    return form;
}

Result<void> comment(Context& context, const ConsultationCommentOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    json::Object form = comment_of(options);
    if (!options.take_in) {
        COMITY_TRY(const json::Object taken,
                   tell_forum(*source, fmt::format("consultations/{}/comments", options.id), form));
        if (context.json) {
            print_json(context, taken);
            return {};
        }
        context.out << fmt::format("taken in as {}, witnessed {}\n", field(taken, "id"),
                                   field(taken, "witnessed"));
        return {};
    }
    COMITY_TRY(const json::Object round, ask_forum_item(*source, "consultations", options.id, {}));
    form["consultation"] = field(round, "id");
    if (const auto read = governance::parse_public_comment(form); !read) return std::unexpected(read.error());
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kPublicComment),
                                               .audience = for_everybody(),
                                               .body = std::move(form)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_consultation_comment(Command& consultation, Context& context) {
    auto options = std::make_shared<ConsultationCommentOptions>();
    Command command = consultation.add_command(
        {.name = "comment",
         .summary = "Say something in a round that is open to the public",
         .description = "Without a key: the node takes it in, in the name of the member whose node it is. "
                        "With --take-in a member signs what somebody has said to it, on paper or in a room. "
                        "It stands in a log for good, under the name that is given; e-mail addresses are "
                        "refused. Members comment with comity proposal comment.",
         .examples = {
             {"comity consultation comment 6b1f20aa \"Who pays?\" --name \"A teacher in Kisumu\" --node "
              "https://cert-ke.example",
              ""},
             {"comity consultation comment 6b1f20aa \"It is late\" --name \"Fishers of Lamu\" --take-in --as "
              "kenic",
              "as they have said in a meeting"}}});
    command.add_option("CONSULTATION", options->id, "Its id: 8 digits or more").required();
    command.add_option("COMMENT", options->text, "What is said").required();
    command.add_option("--name", options->name, "As its writer wants to be called").required();
    command.add_option("--quote", options->quote, "The passage that it is about, word for word");
    command.add_option("--language", options->language, "Of the passage")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    command.add_option("--reply-to", options->reply_to, "A comment's id, whole").type_name("ID");
    command.add_option("--position", options->position, "Where its writer stands")
        .one_of({"for", "against", "neutral"});
    command.add_flag("--take-in", options->take_in, "Sign it as a member that was told it");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return comment(c, *options); });
}

}  // namespace comity::cli
