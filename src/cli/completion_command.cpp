#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/program.h"

namespace comity::cli {

void add_completion(CLI::App& program, Context& context) {
    auto shell = std::make_shared<std::string>();
    CLI::App* command = add_command(
        program, {.name = "completion",
                  .summary = "Print a completion script for a shell",
                  .description = "",
                  .examples = {{"comity completion bash > /etc/bash_completion.d/comity", ""},
                               {"comity completion zsh > \"${fpath[1]}/_comity\"", ""},
                               {"comity completion fish > ~/.config/fish/completions/comity.fish", ""}}});
    command->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    on_run(*command, context, [shell](Context& c) -> Result<void> {
        Context unused(c.in, c.out, c.err);
        const CommandText root = describe(*make_program(unused));
        c.out << (*shell == "bash"  ? bash_completion(root)
                  : *shell == "zsh" ? zsh_completion(root)
                                    : fish_completion(root));
        return {};
    });
}

}  // namespace comity::cli
