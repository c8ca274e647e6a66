#include "cli/command.h"

#include "cli/describe.h"

namespace comity::cli {

CLI::App* add_command(CLI::App& parent, const CommandSpec& spec) {
    std::string description = spec.summary;
    if (!spec.description.empty()) description += "\n\n" + spec.description;
    CLI::App* command = parent.add_subcommand(spec.name, description);
    std::string examples;
    for (const Example& example : spec.examples) {
        if (!example.what.empty()) examples += "# " + example.what + "\n";
        examples += example.line + "\n";
    }
    command->footer(examples);
    return command;
}

CLI::App* add_noun(CLI::App& parent, const CommandSpec& spec) {
    CLI::App* noun = add_command(parent, spec);
    noun->require_subcommand(1);
    return noun;
}

void on_run(CLI::App& command, Context& context, std::function<Result<void>(Context&)> run) {
    command.callback(
        [&context, run = std::move(run)] { context.run = [&context, run] { return run(context); }; });
}

}  // namespace comity::cli
