#include "cli/completion.h"

#include <fmt/format.h>

#include <functional>

namespace comity::cli {

namespace {

using Visit = std::function<void(const CommandText&)>;

void each_command(const CommandText& command, const Visit& visit) {
    visit(command);
    for (const CommandText& child : command.commands) each_command(child, visit);
}

bool takes_path(const OptionText& option) {
    return option.value.find("FILE") != std::string::npos || option.value.find("DIR") != std::string::npos ||
           option.value.find("PROOF") != std::string::npos ||
           option.value.find("ENVELOPE") != std::string::npos ||
           option.value.find("CHARTER") != std::string::npos;
}

// Inside single quotes of a shell.
std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else if (c != '\n') {
            out += c;
        } else {
            out += ' ';
        }
    }
    return out + "'";
}

struct Words {
    std::vector<std::string> words;          // commands and options
    std::vector<std::string> path_options;   // options whose value is a path
    std::vector<std::string> value_options;  // options that take any value
    bool path_arguments = false;
};

Words words_of(const CommandText& command) {
    Words words;
    for (const CommandText& child : command.commands) words.words.push_back(child.path.back());
    const auto add = [&](const OptionText& option) {
        if (option.positional()) {
            words.path_arguments = words.path_arguments || takes_path(option);
            return;
        }
        for (const std::string& name : option.names) {
            words.words.push_back(name);
            if (option.value.empty()) continue;
            words.value_options.push_back(name);
            if (takes_path(option)) words.path_options.push_back(name);
        }
    };
    for (const OptionText& option : command.options) add(option);
    for (const OptionText& option : command.global) add(option);
    return words;
}

std::string below(const CommandText& command) {  // "key generate"; empty for the root
    return fmt::format("{}", fmt::join(command.path.begin() + 1, command.path.end(), " "));
}

}  // namespace

std::string bash_completion(const CommandText& root) {
    std::string out =
        "# bash completion for comity; made by: comity completion bash\n"
        "_comity() {\n"
        "    local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"\" path=\"\" skip=\"\" i word try\n"
        "    [ \"$COMP_CWORD\" -gt 0 ] && previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
        "    # The command so far: words that name one below it; options' values do not.\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        word=\"${COMP_WORDS[i]}\"\n"
        "        if [ -n \"$skip\" ]; then skip=\"\"; continue; fi\n"
        "        case \" $(_comity_words values \"$path\") \" in *\" $word \"*) skip=1; continue ;; esac\n"
        "        case \"$word\" in -*) continue ;; esac\n"
        "        try=\"${path:+$path }$word\"\n"
        "        if [ -n \"$(_comity_words words \"$try\")\" ]; then path=\"$try\"; fi\n"
        "    done\n"
        "    COMPREPLY=()\n"
        "    case \" $(_comity_words paths \"$path\") \" in\n"
        "        *\" $previous \"*) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
        "    esac\n"
        "    case \" $(_comity_words values \"$path\") \" in *\" $previous \"*) return ;; esac\n"
        "    COMPREPLY=($(compgen -W \"$(_comity_words words \"$path\")\" -- \"$current\"))\n"
        "    case \"$current\" in -*) return ;; esac\n"
        "    if [ -n \"$(_comity_words files \"$path\")\" ]; then COMPREPLY+=($(compgen -f -- "
        "\"$current\")); fi\n"
        "}\n"
        "_comity_words() {\n"
        "    case \"$1:$2\" in\n";
    each_command(root, [&](const CommandText& command) {
        const Words words = words_of(command);
        const std::string path = below(command);
        const auto line = [&](std::string_view kind, const std::vector<std::string>& list) {
            if (list.empty()) return;
            out += fmt::format("        {}) echo {} ;;\n", single_quoted(fmt::format("{}:{}", kind, path)),
                               single_quoted(fmt::format("{}", fmt::join(list, " "))));
        };
        line("words", words.words);
        line("values", words.value_options);
        line("paths", words.path_options);
        if (words.path_arguments) line("files", {"yes"});
    });
    return out + "    esac\n}\ncomplete -o filenames -F _comity comity\n";
}

std::string zsh_completion(const CommandText& root) {
    std::string out =
        "#compdef comity\n"
        "# zsh completion for comity; made by: comity completion zsh\n"
        "_comity() {\n"
        "    local at=\"\" word try i\n"
        "    local -a choices\n"
        "    for ((i = 2; i < CURRENT; i++)); do\n"
        "        word=\"${words[i]}\"\n"
        "        [[ \"$word\" == -* ]] && continue\n"
        "        try=\"${at:+$at }$word\"\n"
        "        _comity_choices \"$try\" && at=\"$try\"\n"
        "    done\n"
        "    choices=()\n"
        "    _comity_choices \"$at\"\n"
        "    _describe 'comity' choices\n"
        "    [[ \"${words[CURRENT]}\" == -* ]] || _files\n"
        "}\n"
        "# Sets choices to what may follow; fails where there is no such command.\n"
        "_comity_choices() {\n"
        "    case \"$1\" in\n";
    each_command(root, [&](const CommandText& command) {
        out += fmt::format("        {}) choices=(\n", single_quoted(below(command)));
        const auto choice = [&](std::string_view word, std::string_view what) {
            std::string escaped;
            for (const char c : word) escaped += c == ':' ? "\\:" : std::string(1, c);
            out += fmt::format("            {}\n", single_quoted(fmt::format("{}:{}", escaped, what)));
        };
        for (const CommandText& child : command.commands) choice(child.path.back(), child.summary);
        for (const auto* options : {&command.options, &command.global}) {
            for (const OptionText& option : *options) {
                for (const std::string& name : option.names) choice(name, option.description);
            }
        }
        out += "        ) ;;\n";
    });
    return out + "        *) return 1 ;;\n    esac\n}\ncompdef _comity comity\n";
}

std::string fish_completion(const CommandText& root) {
    std::string out =
        "# fish completion for comity; made by: comity completion fish\n"
        "function __comity_at\n"
        "    # Are the command's words so far (options left out) these?\n"
        "    set -l words (commandline -opc)\n"
        "    set -e words[1]\n"
        "    set -l plain (string match -v -- '-*' $words)\n"
        "    set -l wanted (string split -n ' ' -- \"$argv[1]\")\n"
        "    set -l n (count $wanted)\n"
        "    test $n -eq 0; and test (count $plain) -eq 0; and return 0\n"
        "    test $n -gt 0; and test \"$plain[1..$n]\" = \"$wanted\"\n"
        "end\n"
        "complete -c comity -e\n";
    each_command(root, [&](const CommandText& command) {
        const std::string at = single_quoted(fmt::format("__comity_at {}", single_quoted(below(command))));
        for (const CommandText& child : command.commands) {
            out += fmt::format("complete -c comity -n {} -f -a {} -d {}\n", at,
                               single_quoted(child.path.back()), single_quoted(child.summary));
        }
        for (const auto* options : {&command.options, &command.global}) {
            for (const OptionText& option : *options) {
                if (option.positional()) continue;
                std::string names;
                for (const std::string& name : option.names) {
                    names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
                }
                const std::string_view value = option.value.empty() ? ""
                                               : takes_path(option) ? " -r -F"
                                                                    : " -x";
                out += fmt::format("complete -c comity -n {}{}{} -d {}\n", at, names, value,
                                   single_quoted(option.description));
            }
        }
    });
    return out;
}

}  // namespace comity::cli
