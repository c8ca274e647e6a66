#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"

namespace comity::cli {

void add_account_remove(Command& account, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command =
        account.add_command({.name = "remove",
                             .summary = "Remove an account, its tokens and sessions",
                             .description = "What the person signed stays: statements are not the account's.",
                             .examples = {{"comity account remove amina@cert-ke", ""}}});
    command.add_option("NAME", *name, "PERSON@MEMBER").required();
    command.on_run(context, [name](Context& c) -> Result<void> {
        COMITY_TRY(const auto node, open_node(c));
        COMITY_CHECK(node->accounts().remove(*name));
        c.err << fmt::format("{} is removed.\n", printable(*name));
        return {};
    });
}

}  // namespace comity::cli
