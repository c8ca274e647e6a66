// The command tree as plain data, read out of CLI11's App: what help, man pages and completion are made of.
#pragma once

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace comity::cli {

struct OptionText {
    std::vector<std::string> names;  // "-h", "--help"; empty for a positional argument
    std::string value;               // "DIR"; empty for a flag
    std::string description;
    std::string environment;  // the variable that stands for it; may be empty
    bool required = false;
    bool many = false;

    bool positional() const { return names.empty(); }
    std::string spelled() const;  // "-h, --help", "--out DIR", "MEMBER..."
};

struct CommandText {
    std::vector<std::string> path;  // {"comity", "key", "generate"}
    std::string summary;
    std::string description;          // may be empty
    std::string examples;             // lines, those that explain begin with "# "; may be empty
    std::vector<OptionText> options;  // its own
    std::vector<OptionText> global;   // those of the commands above it
    std::vector<CommandText> commands;

    std::string name() const;      // "comity key generate"
    std::string synopsis() const;  // "comity key generate NAME [options]"
};

CommandText describe(const CLI::App& app);

// The text of --help.
std::string help_text(const CommandText& command);

// `text` with its paragraphs broken into lines of at most `width` columns, each behind `indent` spaces.
std::string wrap(std::string_view text, std::size_t indent, std::size_t width = 80);

}  // namespace comity::cli
