#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/account/say_of_account.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/options.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

using Act = governance::ModerationBody::Act;

// NAME, and --say: the account is disabled by kSuspend, enabled by kRestore.
void add_change(Command& account, Context& context, const CommandSpec& spec, Act act) {
    auto name = std::make_shared<std::string>();
    auto said = std::make_shared<std::string>();
    Command command = account.add_command(spec);
    command.add_option("NAME", *name, "PERSON@MEMBER").required();
    command
        .add_option(
            "--say", *said,
            "Say so to the community, with this reason: it stands in the log (comity moderation list)")
        .type_name("REASON");
    add_signing_options(command, context);
    command.on_run(context, [name, said, act](Context& c) -> Result<void> {
        const bool disabled = act == Act::kSuspend;
        {
            COMITY_TRY(const auto node, open_node(c));
            COMITY_CHECK(node->accounts().set_disabled(*name, disabled));
        }
        c.err << fmt::format("{} is {}.\n", printable(*name), disabled ? "disabled" : "enabled");
        return said->empty() ? Result<void>{} : say_of_account(c, act, *name, *said);
    });
}

}  // namespace

void add_account_disable(Command& account, Context& context) {
    add_change(account, context,
               {.name = "disable",
                .summary = "Close an account, until it is enabled again",
                .description = "Ends its sessions; its tokens do not work while it is disabled.",
                .examples = {{"comity account disable amina@cert-ke", ""}}},
               Act::kSuspend);
}

void add_account_enable(Command& account, Context& context) {
    add_change(account, context,
               {.name = "enable",
                .summary = "Open a disabled account again",
                .description = "",
                .examples = {{"comity account enable amina@cert-ke", ""}}},
               Act::kRestore);
}

}  // namespace comity::cli
