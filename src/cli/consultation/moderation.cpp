#include <fmt/format.h>

#include <memory>

#include "cli/body/forum_source.h"
#include "cli/consultation/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "governance/consultation/round_bodies.h"

namespace comity::cli {

namespace {

using governance::ModerationBody;

struct ModerationOptions {
    std::string comment;
    std::string reason;
    std::string rule;
};

Result<void> list_moderation(Context& context) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const auto acts, ask_forum(*source, "moderation", {}));
    if (context.json) {
        print_json(context, json::Array(acts.begin(), acts.end()));
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::Object& act : acts) {
        std::string of = field(act, "account");
        if (of.empty()) of = field(act, "comment").substr(0, 12);
        if (of.empty()) of = field(act, "statement").substr(0, 12);
        rows.push_back({field(act, "at"), field(act, "by"), field(act, "act"), of, field(act, "rule"),
                        field(act, "reason"), field(act, "void")});
    }
    print_table(context, {"AT", "BY", "ACT", "WHAT", "RULE", "REASON", "WITHOUT EFFECT"}, rows,
                "Nothing has been moderated.");
    return {};
}

Result<void> moderate(Context& context, const ModerationOptions& options, ModerationBody::Act act) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object statement, source->statement(options.comment));
    ModerationBody body;
    body.act = act;
    COMITY_TRY(body.comment, Digest::from_hex(field(statement, "id")));
    body.reason = options.reason;
    body.rule = options.rule;
    json::Object form = governance::moderation_json(body);
    if (const auto read = governance::parse_moderation(form); !read) return std::unexpected(read.error());
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kModeration),
                                               .audience = for_everybody(),
                                               .body = std::move(form)}));
    print_submitted(context, submitted);
    return {};
}

void add_moderation_act(Command& moderation, Context& context, const CommandSpec& spec,
                        ModerationBody::Act act) {
    auto options = std::make_shared<ModerationOptions>();
    Command command = moderation.add_command(spec);
    command.add_option("COMMENT", options->comment, "The public comment's id: 8 digits or more").required();
    command.add_option("--reason", options->reason, "Why, for all to read").required();
    command.add_option("--rule", options->rule, "The rule that says so").type_name("NUMBER");
    add_signing_options(command, context);
    command.on_run(context, [options, act](Context& c) { return moderate(c, *options, act); });
}

}  // namespace

void add_moderation_list(Command& moderation, Context& context) {
    Command command = moderation.add_command(
        {.name = "list",
         .summary = "List what moderators and operators did, the newest first",
         .description =
             "Public comments hidden and shown, accounts suspended and restored where their node says so, "
             "and what was erased in public: who did it, when, and why. Acts without effect are listed "
             "with the reason.",
         .examples = {{"comity moderation list", ""}}});
    add_reading_options(command, context);
    command.on_run(context, [](Context& c) { return list_moderation(c); });
}

void add_moderation_hide(Command& moderation, Context& context) {
    add_moderation_act(
        moderation, context,
        {.name = "hide",
         .summary = "Hide a public comment, saying why",
         .description = "By who opened the round, who took the comment in, or a moderator that the round "
                        "names. The statement stays in the log, and that it was hidden is for all to "
                        "see.",
         .examples = {{"comity moderation hide 41c7d2e0 --reason \"It names a child\" --rule CC-1", ""}}},
        ModerationBody::Act::kHide);
}

void add_moderation_show(Command& moderation, Context& context) {
    add_moderation_act(moderation, context,
                       {.name = "show",
                        .summary = "Let a public comment in, or show it again",
                        .description = "By the same as hide it.",
                        .examples = {{"comity moderation show 41c7d2e0 --reason \"Within the rule\"", ""}}},
                       ModerationBody::Act::kShow);
}

}  // namespace comity::cli
