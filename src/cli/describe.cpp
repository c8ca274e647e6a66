#include "cli/describe.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace comity::cli {

namespace {

constexpr std::size_t kColumn = 26;  // where the descriptions of options begin

OptionText describe_option(const CLI::Option& option) {
    OptionText text;
    text.description = option.get_description();
    text.environment = option.get_envname();
    text.required = option.get_required();
    text.many = option.get_expected_max() > 1;
    if (option.get_positional()) {
        text.value = option.get_name();
        return text;
    }
    for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
    if (option.get_items_expected_max() > 0) text.value = option.get_type_name();
    return text;
}

// Arguments first, --help last, the others in the order they were added.
std::vector<OptionText> options_of(const CLI::App& app) {
    std::vector<OptionText> arguments, options, help;
    for (const CLI::Option* option : app.get_options({})) {
        if (option->get_group().empty()) continue;  // hidden
        OptionText text = describe_option(*option);
        const bool helps = std::ranges::find(text.names, "--help") != text.names.end();
        (text.positional() ? arguments : helps ? help : options).push_back(std::move(text));
    }
    for (const auto* more : {&options, &help}) arguments.insert(arguments.end(), more->begin(), more->end());
    return arguments;
}

void describe_into(const CLI::App& app, const CommandText* parent, CommandText& text) {
    if (parent != nullptr) text.path = parent->path;
    text.path.push_back(app.get_name());
    const std::string description = app.get_description();
    const std::size_t end = description.find("\n\n");
    text.summary = description.substr(0, end);
    if (end != std::string::npos) text.description = description.substr(end + 2);
    text.examples = app.get_footer();
    text.options = options_of(app);
    if (parent != nullptr) {
        text.global = parent->global;
        for (const OptionText& option : parent->options) {
            const bool own = std::ranges::any_of(
                option.names, [](const std::string& n) { return n == "--help" || n == "--version"; });
            if (!own) text.global.push_back(option);
        }
    }
    for (const CLI::App* child : app.get_subcommands({})) {
        describe_into(*child, &text, text.commands.emplace_back());
    }
}

std::string option_lines(const std::vector<OptionText>& options, bool positional) {
    std::string out;
    for (const OptionText& option : options) {
        if (option.positional() != positional) continue;
        std::string line = "  " + option.spelled();
        std::string what = option.description;
        if (!option.environment.empty()) what += fmt::format(" [{}]", option.environment);
        if (option.required && !option.positional()) what += " (required)";
        const std::string wrapped = wrap(what, kColumn);
        if (line.size() + 2 > kColumn) {
            out += line + "\n" + wrapped;
        } else {
            line.resize(std::min(kColumn, wrapped.size()), ' ');
            out += line + (wrapped.size() > kColumn ? wrapped.substr(kColumn) : "\n");
        }
    }
    return out;
}

void section(std::string& out, std::string_view title, const std::string& content) {
    if (!content.empty()) out += fmt::format("\n{}\n{}", title, content);
}

}  // namespace

std::string OptionText::spelled() const {
    const std::string dots = many && positional() ? "..." : "";
    if (positional()) return value + dots;
    return fmt::format("{}{}{}", fmt::join(names, ", "), value.empty() ? "" : " ", value);
}

std::string CommandText::name() const {
    return fmt::format("{}", fmt::join(path, " "));
}

std::string CommandText::synopsis() const {
    std::string out = name();
    if (!commands.empty()) return out + " COMMAND [options]";
    for (const OptionText& option : options) {
        if (option.positional()) {
            out += option.required ? " " + option.spelled() : " [" + option.spelled() + "]";
        } else if (option.required) {
            out += fmt::format(" {} {}", option.names.back(), option.value);
        }
    }
    return out + " [options]";
}

CommandText describe(const CLI::App& app) {
    CommandText text;
    describe_into(app, nullptr, text);
    return text;
}

std::string help_text(const CommandText& command) {
    std::string out = command.summary + "\n\nUsage: " + command.synopsis() + "\n";
    if (!command.description.empty()) out += "\n" + wrap(command.description, 0);
    std::string commands;
    for (const CommandText& child : command.commands) {
        commands += fmt::format("  {:<14}{}\n", child.path.back(), child.summary);
    }
    section(out, "Commands:", commands);
    section(out, "Arguments:", option_lines(command.options, true));
    section(out, "Options:", option_lines(command.options, false));
    section(out, "Global options:", option_lines(command.global, false));
    std::string examples;
    for (std::size_t at = 0; at < command.examples.size();) {
        const std::size_t end = std::min(command.examples.find('\n', at), command.examples.size());
        examples += "  " + command.examples.substr(at, end - at) + "\n";
        at = end + 1;
    }
    section(out, "Examples:", examples);
    if (!command.commands.empty())
        out += fmt::format("\n{} COMMAND --help tells more about a command.\n", command.name());
    return out;
}

std::string wrap(std::string_view text, std::size_t indent, std::size_t width) {
    const std::string margin(indent, ' ');
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (line.empty()) {
            out += '\n';
            continue;
        }
        if (line.starts_with(' ')) {  // as it stands: a table, an example
            out += margin + std::string(line) + "\n";
            continue;
        }
        while (indent + line.size() > width) {
            std::size_t cut = line.rfind(' ', width > indent ? width - indent : 1);
            if (cut == std::string_view::npos || cut == 0) cut = line.find(' ');
            if (cut == std::string_view::npos) break;
            out += margin + std::string(line.substr(0, cut)) + "\n";
            line.remove_prefix(cut + 1);
        }
        out += margin + std::string(line) + "\n";
    }
    return out;
}

}  // namespace comity::cli
