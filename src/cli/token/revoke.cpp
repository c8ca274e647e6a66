#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"

namespace comity::cli {

void add_token_revoke(Command& token, Context& context) {
    auto account = std::make_shared<std::string>();
    auto id = std::make_shared<std::string>();
    Command command =
        token.add_command({.name = "revoke",
                           .summary = "Revoke a token",
                           .description = "It stops working at once.",
                           .examples = {{"comity token revoke siem@cert-ke 9f86d081884c7d65", ""}}});
    command.add_option("ACCOUNT", *account, "PERSON@MEMBER").required();
    command.add_option("ID", *id, "The token's id, as comity token list shows it").required();
    command.on_run(context, [account, id](Context& c) -> Result<void> {
        COMITY_TRY(const auto node, open_node(c));
        COMITY_CHECK(node->accounts().revoke_token(*account, *id));
        c.err << fmt::format("Token {} is revoked.\n", printable(*id));
        return {};
    });
}

}  // namespace comity::cli
