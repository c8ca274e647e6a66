#include "cli/command.h"

#include <CLI/CLI.hpp>

namespace comity::cli {

Option& Option::required() {
    option_->required();
    return *this;
}
Option& Option::type_name(const std::string& shown) {
    option_->type_name(shown);
    return *this;
}
Option& Option::one_of(const std::vector<std::string>& values) {
    option_->check(CLI::IsMember(values));
    return *this;
}
Option& Option::range(std::int64_t min, std::int64_t max) {
    option_->check(CLI::Range(min, max));
    return *this;
}
Option& Option::environment(const std::string& variable) {
    option_->envname(variable);
    return *this;
}
Option& Option::excludes(const Option& other) {
    option_->excludes(other.option_);
    return *this;
}

Command Command::add_command(const CommandSpec& spec) {
    std::string description = spec.summary;
    if (!spec.description.empty()) description += "\n\n" + spec.description;
    CLI::App* command = app_->add_subcommand(spec.name, description);
    std::string examples;
    for (const Example& example : spec.examples) {
        if (!example.what.empty()) examples += "# " + example.what + "\n";
        examples += example.line + "\n";
    }
    command->footer(examples);
    return Command(*command);
}

Command Command::add_noun(const CommandSpec& spec) {
    Command noun = add_command(spec);
    noun.app_->require_subcommand(1);
    return noun;
}

Option Command::add_option(const std::string& name, std::string& into, const std::string& what) {
    return Option(*app_->add_option(name, into, what));
}
Option Command::add_option(const std::string& name, std::vector<std::string>& into, const std::string& what) {
    CLI::Option* option = app_->add_option(name, into, what);
    // "--to a --to b", not "--to a b": or an option would swallow the arguments behind it.
    if (name.starts_with('-')) option->allow_extra_args(false);
    return Option(*option);
}
Option Command::add_option(const std::string& name, std::int64_t& into, const std::string& what) {
    return Option(*app_->add_option(name, into, what));
}
Option Command::add_flag(const std::string& name, bool& into, const std::string& what) {
    return Option(*app_->add_flag(name, into, what));
}

void Command::on_run(Context& context, std::function<Result<void>(Context&)> run) {
    app_->callback(
        [&context, run = std::move(run)] { context.run = [&context, run] { return run(context); }; });
}

}  // namespace comity::cli
