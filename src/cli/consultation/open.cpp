#include <memory>

#include "cli/consultation/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/proposal/texts.h"
#include "cli/speak.h"
#include "governance/consultation/round_bodies.h"

namespace comity::cli {

namespace {

struct ConsultationOpenOptions {
    std::string proposal;
    std::string question;
    std::string opens;
    std::string closes;
    std::int64_t days = 0;
    bool to_public = false;
    bool let_in_first = false;
    std::vector<std::string> moderators;
    std::string code;
};

Result<void> open(Context& context, const ConsultationOpenOptions& options) {
    governance::ConsultationBody body;
    body.question = options.question;
    body.to_public = options.to_public;
    body.let_in_first = options.let_in_first;
    body.moderators = options.moderators;
    body.code = options.code;
    body.opens = context.clock->now();
    if (!options.opens.empty()) {
        auto time = parse_time(options.opens);
        if (!time) return within("--opens", time.error());
        body.opens = *time;
    }
    if (options.closes.empty() == (options.days == 0))
        return invalid("--days", "is missing", "say when the round closes: --days or --closes");
    if (options.days != 0) body.closes = Time::from_seconds(body.opens.seconds() + options.days * 86'400);
    if (!options.closes.empty()) {
        auto time = parse_time(options.closes);
        if (!time) return within("--closes", time.error());
        body.closes = *time;
    }
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object proposal, source->proposal(options.proposal, ""));
    const json::Object& version = version_named(proposal, options.proposal);
    COMITY_CHECK(check_reviser(proposal, version, member));
    COMITY_TRY(body.version, Digest::from_hex(field(version, "id")));
    json::Object form = governance::consultation_json(body);
    if (const auto read = governance::parse_consultation(form); !read) return std::unexpected(read.error());
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kConsultation),
                                               .audience = for_everybody(),
                                               .body = std::move(form)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_consultation_open(Command& consultation, Context& context) {
    auto options = std::make_shared<ConsultationOpenOptions>();
    Command command = consultation.add_command(
        {.name = "open",
         .summary = "Ask members, or the public, what they think of a proposal",
         .description =
             "By the proposal's author or a co-author. What counts as said in the round is what the log "
             "witnesses from its opening to its close. What the public says is taken in by nodes, page and "
             "REST, and stands in their logs under the name that its writer chose.",
         .examples = {
             {"comity consultation open 6b1f20aa --public --days 30 --question \"What does it cost you?\"",
              ""},
             {"comity consultation open 6b1f20aa --public --days 30 --let-in --moderator kenic --code CC-1",
              "shown once a moderator has let it in, as the rule CC-1 says"}}});
    command.add_option("PROPOSAL", options->proposal, "Its id, or that of a version: 8 digits or more")
        .required();
    command.add_flag("--public", options->to_public, "Open to everybody; else to members");
    command.add_option("--question", options->question, "What is asked");
    command.add_option("--opens", options->opens, "Since when; default: now").type_name("TIME");
    command.add_option("--days", options->days, "How long").range(1, 3650);
    command.add_option("--closes", options->closes, "Until when").type_name("TIME");
    command.add_flag("--let-in", options->let_in_first,
                     "Show a public comment once a moderator has let it in");
    command.add_option("--moderator", options->moderators, "Who may hide public comments, too (repeat)")
        .type_name("MEMBER");
    command.add_option("--code", options->code, "The rule that says what is moderated").type_name("NUMBER");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return open(c, *options); });
}

}  // namespace comity::cli
