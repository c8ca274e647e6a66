#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

Result<void> list_accounts(Context& context) {
    COMITY_TRY(const auto node, open_node(context));
    COMITY_TRY(const auto accounts, node->accounts().list());
    if (context.json) {
        json::Array array;
        for (const accounts::Account& account : accounts) {
            array.push_back(json::Object{{"name", account.name},
                                         {"member", account.member},
                                         {"staff", account.staff},
                                         {"disabled", account.disabled},
                                         {"created", format_time_millis(account.created)}});
        }
        print_json(context, array);
        return {};
    }
    std::vector<std::vector<std::string>> rows;
    for (const accounts::Account& account : accounts) {
        rows.push_back({account.name, account.staff ? "staff" : "client",
                        account.disabled ? "disabled" : "enabled", format_time_millis(account.created)});
    }
    print_table(context, {"NAME", "KIND", "STATE", "CREATED"}, rows, "No accounts.");
    return {};
}

}  // namespace

void add_account_list(Command& account, Context& context) {
    Command command = account.add_command({.name = "list",
                                           .summary = "List this node's accounts",
                                           .description = "",
                                           .examples = {{"comity account list", ""}}});
    command.on_run(context, [](Context& c) { return list_accounts(c); });
}

}  // namespace comity::cli
