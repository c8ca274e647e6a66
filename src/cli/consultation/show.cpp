#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/body/forum_source.h"
#include "cli/consultation/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct ConsultationShowOptions {
    std::string id;
    std::string language = "en";
};

void print_said(Context& context, const json::Object& comment) {
    const std::string by = field(comment, "author");
    const std::string id = field(comment, "id").substr(0, 12);
    if (field(comment, "shown") != "true") {
        const json::Value* moderated = comment.if_contains("moderated");
        context.out << fmt::format("\n{}  hidden{}\n", id,
                                   moderated == nullptr
                                       ? std::string(": nobody has let it in yet")
                                       : fmt::format(" by {}: {}", field(moderated->as_object(), "by"),
                                                     printable(field(moderated->as_object(), "reason"))));
        return;
    }
    const std::string position = field(comment, "position");
    context.out << fmt::format("\n{}  {}{}, {}\n", id,
                               field(comment, "public") == "true"
                                   ? fmt::format("{} (taken in by {})", printable(field(comment, "name")), by)
                                   : by,
                               position.empty() ? "" : ", " + position, field(comment, "said"));
    if (const std::string quote = field(comment, "quote"); !quote.empty())
        context.out << "  > " << printable(quote) << '\n';
    context.out << "  " << printable(field(comment, "text")) << '\n';
}

Result<void> show(Context& context, const ConsultationShowOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object round,
               ask_forum_item(*source, "consultations", options.id, {{"language", options.language}}));
    if (context.json) {
        print_json(context, round);
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields{
        {"consultation", field(round, "id")},      {"on", printable(field(round, "title"))},
        {"version", field(round, "version")},      {"by", field(round, "author")},
        {"open to", field(round, "open_to")},      {"opens", field(round, "opens")},
        {"closes", field(round, "closes")},        {"state", field(round, "state")},
        {"moderated", field(round, "moderation")}, {"comments", field(round, "shown")},
        {"hidden", field(round, "hidden")}};
    if (round.contains("question")) fields.emplace_back("question", printable(field(round, "question")));
    if (round.contains("code")) fields.emplace_back("by the rule", field(round, "code"));
    print_fields(context, fields);
    for (const json::Value& comment : round.at("comments").as_array())
        print_said(context, comment.as_object());
    if (const json::Value* value = round.if_contains("summary")) {
        const json::Object& summary = value->as_object();
        context.out << fmt::format("\nAnswered {}\n  {}\n", field(summary, "said"),
                                   printable(field(summary, "text")));
        if (const json::Value* answers = summary.if_contains("answers")) {
            for (const json::Value& one : answers->as_array()) {
                std::vector<std::string> ids;
                for (const json::Value& id : one.at("comments").as_array())
                    ids.emplace_back(std::string(id.as_string()).substr(0, 12));
                context.out << fmt::format("  {}: {}\n", fmt::join(ids, ", "),
                                           printable(field(one.as_object(), "answer")));
            }
        }
    }
    return {};
}

}  // namespace

void add_consultation_show(Command& consultation, Context& context) {
    auto options = std::make_shared<ConsultationShowOptions>();
    Command command = consultation.add_command(
        {.name = "show",
         .summary = "Show a round: what was asked, said, hidden and answered",
         .description =
             "What was hidden stands there with who hid it and why; the statement stays in the log.",
         .examples = {{"comity consultation show 6b1f20aa", ""}}});
    command.add_option("CONSULTATION", options->id, "Its id: 8 digits or more").required();
    command.add_option("--language", options->language, "Of the title, where there is a text in it")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return show(c, *options); });
}

}  // namespace comity::cli
