#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "cli/secret_input.h"

namespace comity::cli {

namespace {

struct AccountAddOptions {
    std::string name;
    std::string password_file;
    bool generate = false;
    bool client = false;
};

Result<void> add(Context& context, const AccountAddOptions& options) {
    COMITY_TRY(const auto node, open_node(context));
    const std::size_t at = options.name.find('@');
    const auto roll = node->ledger().roll();
    if (at != std::string::npos && roll->find(options.name.substr(at + 1)) == nullptr) {
        return not_found(fmt::format("{}: there is no member {}", options.name, options.name.substr(at + 1)),
                         "comity member list shows them");
    }
    std::string password;
    if (options.generate) {
        password = generated_password();
    } else {
        COMITY_TRY(password, new_password(context, options.password_file));
    }
    COMITY_TRY(const accounts::Account account,
               node->accounts().add(options.name, password, !options.client));
    if (context.json) {
        json::Object object{{"name", account.name}, {"member", account.member}, {"staff", account.staff}};
        if (options.generate) object["password"] = password;
        print_json(context, object);
    } else if (options.generate) {
        context.out << password << '\n';
        context.err << fmt::format("The password of {}: it is not shown again.\n", account.name);
    } else {
        context.err << fmt::format("Added {}.\n", account.name);
    }
    return {};
}

}  // namespace

void add_account_add(Command& account, Context& context) {
    auto options = std::make_shared<AccountAddOptions>();
    Command command =
        account.add_command({.name = "add",
                             .summary = "Add an account for a person",
                             .description = "The account's name is the person, PERSON@MEMBER. The password "
                                            "is asked for on a terminal, or read from standard input's "
                                            "first line.",
                             .examples = {{"comity account add amina@cert-ke", ""},
                                          {"comity account add siem@cert-ke --client --generate",
                                           "a client, with a random password"}}});
    command.add_option("NAME", options->name, "PERSON@MEMBER").required();
    const Option file = command
                            .add_option("--password-file", options->password_file,
                                        "Read the password from the file's first line (- for standard input)")
                            .type_name("FILE");
    command.add_flag("--generate", options->generate, "Make a random password and print it").excludes(file);
    command.add_flag("--client", options->client,
                     "One of the member's clients, not of its own people: may not read amber+strict");
    command.on_run(context, [options](Context& c) { return add(c, *options); });
}

}  // namespace comity::cli
