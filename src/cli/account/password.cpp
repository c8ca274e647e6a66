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

struct AccountPasswordOptions {
    std::string name;
    std::string password_file;
    bool generate = false;
};

Result<void> set_password(Context& context, const AccountPasswordOptions& options) {
    COMITY_TRY(const auto node, open_node(context));
    std::string password;
    if (options.generate) {
        password = generated_password();
    } else {
        COMITY_TRY(password, new_password(context, options.password_file));
    }
    COMITY_CHECK(node->accounts().set_password(options.name, password));
    if (options.generate) {
        if (context.json) {
            print_json(context, json::Object{{"name", options.name}, {"password", password}});
        } else {
            context.out << password << '\n';
        }
    }
    context.err << fmt::format("The password of {} is changed; its sessions have ended.\n", options.name);
    return {};
}

}  // namespace

void add_account_password(Command& account, Context& context) {
    auto options = std::make_shared<AccountPasswordOptions>();
    Command command = account.add_command({.name = "password",
                                           .summary = "Change an account's password",
                                           .description = "Ends its sessions; its tokens stay.",
                                           .examples = {{"comity account password amina@cert-ke", ""}}});
    command.add_option("NAME", options->name, "PERSON@MEMBER").required();
    const Option file = command
                            .add_option("--password-file", options->password_file,
                                        "Read the password from the file's first line (- for standard input)")
                            .type_name("FILE");
    command.add_flag("--generate", options->generate, "Make a random password and print it").excludes(file);
    command.on_run(context, [options](Context& c) { return set_password(c, *options); });
}

}  // namespace comity::cli
