#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

json::Value time_or_null(const std::optional<Time>& time) {
    return time ? json::Value(format_time_millis(*time)) : json::Value(nullptr);
}

Result<void> list_tokens(Context& context, const std::string& account) {
    COMITY_TRY(const auto node, open_node(context));
    COMITY_TRY(const auto tokens, node->accounts().tokens(account));
    json::Array array;
    std::vector<std::vector<std::string>> rows;
    for (const accounts::Token& token : tokens) {
        json::Array scopes;
        std::vector<std::string_view> names;
        for (const accounts::Scope scope : token.scopes) {
            scopes.emplace_back(accounts::to_string(scope));
            names.push_back(accounts::to_string(scope));
        }
        array.push_back(json::Object{{"id", token.id},
                                     {"name", token.name},
                                     {"scopes", std::move(scopes)},
                                     {"created", format_time_millis(token.created)},
                                     {"expires", time_or_null(token.expires)},
                                     {"last_used", time_or_null(token.last_used)}});
        rows.push_back({token.id, fmt::format("{}", fmt::join(names, "+")),
                        token.expires ? format_time_millis(*token.expires) : "never",
                        token.last_used ? format_time_millis(*token.last_used) : "never", token.name});
    }
    if (context.json) {
        print_json(context, array);
    } else {
        print_table(context, {"ID", "SCOPES", "EXPIRES", "LAST USED", "NAME"}, rows, "No tokens.");
    }
    return {};
}

}  // namespace

void add_token_list(Command& token, Context& context) {
    auto account = std::make_shared<std::string>();
    Command command = token.add_command({.name = "list",
                                         .summary = "List an account's tokens",
                                         .description = "",
                                         .examples = {{"comity token list siem@cert-ke", ""}}});
    command.add_option("ACCOUNT", *account, "PERSON@MEMBER").required();
    command.on_run(context, [account](Context& c) { return list_tokens(c, *account); });
}

}  // namespace comity::cli
