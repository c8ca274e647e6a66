#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

constexpr std::int64_t kMaxDays = 3660;

struct TokenCreateOptions {
    std::string account;
    std::string name = "command line";
    std::vector<std::string> scopes{"read"};
    std::int64_t days = 90;
};

Result<void> create(Context& context, const TokenCreateOptions& options) {
    COMITY_TRY(const auto node, open_node(context));
    std::vector<accounts::Scope> scopes;
    for (const std::string& text : options.scopes) {
        COMITY_TRY(scopes.emplace_back(), accounts::parse_scope(text));
    }
    const Time expires{context.clock->now().micros + options.days * 86'400'000'000};
    COMITY_TRY(const accounts::NewToken made,
               node->accounts().create_token(options.account, options.name, scopes, expires));
    if (context.json) {
        json::Array scope_names;
        for (const accounts::Scope scope : made.token.scopes)
            scope_names.emplace_back(accounts::to_string(scope));
        print_json(context, json::Object{{"id", made.token.id},
                                         {"token", made.secret},
                                         {"name", made.token.name},
                                         {"scopes", std::move(scope_names)},
                                         {"expires", format_time_millis(expires)}});
    } else {
        context.out << made.secret << '\n';
        context.err << fmt::format("Token {} of {}, until {}: it is not shown again.\n", made.token.id,
                                   options.account, format_time_millis(expires));
    }
    return {};
}

}  // namespace

void add_token_create(Command& token, Context& context) {
    auto options = std::make_shared<TokenCreateOptions>();
    Command command = token.add_command(
        {.name = "create",
         .summary = "Make a token for an account",
         .description = "A token stands for the account's password where a program asks: as a bearer token "
                        "over REST, as the password over "
                        "TAXII. It is shown once and stored as a hash.",
         .examples = {
             {"comity token create siem@cert-ke --name \"SIEM, read only\"", ""},
             {"export COMITY_TOKEN=$(comity token create amina@cert-ke --scope read --scope submit)", ""}}});
    command.add_option("ACCOUNT", options->account, "PERSON@MEMBER").required();
    command.add_option("--name", options->name, "What it is for").type_name("TEXT");
    command.add_option("--scope", options->scopes, "read or submit (repeat); default: read")
        .type_name("SCOPE")
        .one_of({"read", "submit"});
    command.add_option("--days", options->days, "How long it works; default: 90")
        .type_name("N")
        .range(1, kMaxDays);
    command.on_run(context, [options](Context& c) { return create(c, *options); });
}

}  // namespace comity::cli
