#include <memory>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/rule/asked.h"
#include "cli/speak.h"
#include "governance/rules/bodies.h"

namespace comity::cli {

namespace {

struct RuleSuspendOptions {
    std::string number;
    std::string reason;
    std::int64_t days = 7;
};

Result<void> suspend(Context& context, const RuleSuspendOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const std::string vote, adopting_vote(*source, options.number));
    COMITY_TRY(const Submitted submitted,
               say(context, *source, member,
                   {.type = std::string(governance::kSuspension),
                    .audience = for_everybody(),
                    .body = {{"opening", vote}, {"days", options.days}, {"reason", options.reason}}}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_rule_suspend(Command& rule, Context& context) {
    auto options = std::make_shared<RuleSuspendOptions>();
    Command command = rule.add_command(
        {.name = "suspend",
         .summary = "Ask that a rule be suspended in an emergency",
         .description =
             "It is suspended from the second in which enough classes have asked within seven days, and "
             "comes back by itself after the days asked for, at the most those that its text allows. A "
             "version can be suspended once: what is to last is decided by a vote.",
         .examples = {
             {"comity rule suspend DS-1 --days 3 --reason \"It blocks the response to the worm\"", ""}}});
    command.add_option("NUMBER", options->number, "The rule's number").required();
    command.add_option("--days", options->days, "For how long; default: 7").range(1, 30);
    command.add_option("--reason", options->reason, "Why").required();
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return suspend(c, *options); });
}

}  // namespace comity::cli
