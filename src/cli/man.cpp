#include "cli/man.h"

#include <fmt/format.h>

#include <algorithm>

namespace comity::cli {

namespace {

// Text as roff takes it literally: hyphens that can be copied, no control line by accident.
std::string roff(std::string_view text) {
    std::string out;
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == '.' || c == '\'')) out += "\\&";
        line_start = c == '\n';
        switch (c) {
            case '\\':
                out += "\\e";
                break;
            case '-':
                out += "\\-";
                break;
            case '\'':
                out += "\\(aq";
                break;
            case '^':
                out += "\\(ha";
                break;
            case '~':
                out += "\\(ti";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string paragraphs(std::string_view text) {
    std::string out;
    bool literal = false;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        at = end + 1;
        const bool indented = line.starts_with(' ');
        if (indented != literal) out += indented ? ".nf\n" : ".fi\n";
        literal = indented;
        out += line.empty() ? ".PP\n" : roff(line) + "\n";
    }
    return literal ? out + ".fi\n" : out;
}

std::string options(const std::vector<OptionText>& list, bool positional) {
    std::string out;
    for (const OptionText& option : list) {
        if (option.positional() != positional) continue;
        out += fmt::format(".TP\n.B {}\n{}", roff(option.spelled()), paragraphs(option.description));
        if (option.required && !positional) out += "Required.\n";
        if (!option.environment.empty()) {
            out += fmt::format("The environment variable {} stands for it.\n", roff(option.environment));
        }
    }
    return out;
}

void man_section(std::string& out, std::string_view title, const std::string& content) {
    if (!content.empty()) out += fmt::format(".SH {}\n{}", title, content);
}

std::string joined(const CommandText& command) {
    return fmt::format("{}", fmt::join(command.path, "-"));
}

}  // namespace

std::string man_file(const CommandText& command) {
    return joined(command) + ".1";
}

std::string man_page(const CommandText& command, std::string_view version) {
    std::string title = joined(command);
    std::string upper = title;
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    std::string out = fmt::format(".TH \"{}\" 1 \"\" \"comity {}\" \"Comity\"\n", roff(upper), roff(version));
    man_section(out, "NAME", fmt::format("{} \\- {}\n", roff(title), roff(command.summary)));
    man_section(out, "SYNOPSIS", fmt::format(".B {}\n", roff(command.synopsis())));
    man_section(out, "DESCRIPTION",
                paragraphs(command.description.empty() ? command.summary + "." : command.description));
    std::string commands;
    for (const CommandText& child : command.commands) {
        commands += fmt::format(".TP\n.BR {} (1)\n{}\n", roff(joined(child)), roff(child.summary));
    }
    man_section(out, "COMMANDS", commands);
    man_section(out, "ARGUMENTS", options(command.options, true));
    man_section(out, "OPTIONS", options(command.options, false));
    man_section(out, "\"GLOBAL OPTIONS\"", options(command.global, false));
    // A command that says more than this says it itself.
    const bool own_codes = command.description.contains("Returns 0 ");
    man_section(out, "\"EXIT STATUS\"",
                own_codes ? "As the description says.\n"
                          : ".TP\n0\nDone.\n.TP\n1\nRefused, not found, or failed; standard error says what, "
                            "why and what to "
                            "do.\n"
                            ".TP\n2\nThe command line is wrong.\n");
    man_section(out, "EXAMPLES",
                command.examples.empty() ? "" : fmt::format(".nf\n{}.fi\n", roff(command.examples)));
    std::string see;
    if (command.path.size() > 1) {
        CommandText parent;
        parent.path.assign(command.path.begin(), command.path.end() - 1);
        see = fmt::format(".BR {} (1)\n", roff(joined(parent)));
    }
    man_section(out, "\"SEE ALSO\"", see);
    return out;
}

}  // namespace comity::cli
