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

void add_account_disable(Command& account, Context& context) {
    auto name = std::make_shared<std::string>();
    auto said = std::make_shared<std::string>();
    Command command =
        account.add_command({.name = "disable",
                             .summary = "Close an account, until it is enabled again",
                             .description = "Ends its sessions; its tokens do not work while it is disabled.",
                             .examples = {{"comity account disable amina@cert-ke", ""}}});
    command.add_option("NAME", *name, "PERSON@MEMBER").required();
    command
        .add_option(
            "--say", *said,
            "Say so to the community, with this reason: it stands in the log (comity moderation list)")
        .type_name("REASON");
    add_signing_options(command, context);
    command.on_run(context, [name, said](Context& c) -> Result<void> {
        {
            COMITY_TRY(const auto node, open_node(c));
            COMITY_CHECK(node->accounts().set_disabled(*name, true));
        }
        c.err << fmt::format("{} is disabled.\n", printable(*name));
        return said->empty() ? Result<void>{}
                             : say_of_account(c, governance::ModerationBody::Act::kSuspend, *name, *said);
    });
}

}  // namespace comity::cli
