#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/program.h"

namespace comity::cli {

void add_completion(Command& program, Context& context) {
    auto shell = std::make_shared<std::string>();
    Command command = program.add_command(
        {.name = "completion",
         .summary = "Print a completion script for a shell",
         .description = "",
         .examples = {{"comity completion bash > /etc/bash_completion.d/comity", ""},
                      {"comity completion zsh > \"${fpath[1]}/_comity\"", ""},
                      {"comity completion fish > ~/.config/fish/completions/comity.fish", ""}}});
    command.add_option("SHELL", *shell, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
    command.on_run(context, [shell](Context& c) -> Result<void> {
        const CommandText root = describe_program();
        c.out << (*shell == "bash"  ? bash_completion(root)
                  : *shell == "zsh" ? zsh_completion(root)
                                    : fish_completion(root));
        return {};
    });
}

}  // namespace comity::cli
