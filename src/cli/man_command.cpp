#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/man.h"
#include "cli/program.h"
#include "node/version.h"

namespace comity::cli {

namespace {

Result<unsigned> write_pages(Context& context, const CommandText& command,
                             const std::filesystem::path& folder) {
    COMITY_CHECK(write_file(context, folder / man_file(command), man_page(command, node::kVersion), true));
    unsigned pages = 1;
    for (const CommandText& child : command.commands) {
        COMITY_TRY(const unsigned more, write_pages(context, child, folder));
        pages += more;
    }
    return pages;
}

// By the words of the command, with or without what every page's name begins with: "key generate",
// "comity-key-generate".
const CommandText* find_page(const CommandText& root, const std::vector<std::string>& words) {
    std::string wanted;
    for (const std::string& word : words) wanted += (wanted.empty() ? "" : "-") + word;
    if (wanted != "comity" && !wanted.starts_with("comity-")) wanted = "comity-" + wanted;
    const auto search = [&](const auto& self, const CommandText& command) -> const CommandText* {
        if (man_file(command) == wanted + ".1") return &command;
        for (const CommandText& child : command.commands) {
            if (const CommandText* found = self(self, child)) return found;
        }
        return nullptr;
    };
    return search(search, root);
}

}  // namespace

void add_man(Command& program, Context& context) {
    struct Options {
        std::vector<std::string> command;
        std::string into;
    };
    auto options = std::make_shared<Options>();
    Command command = program.add_command(
        {.name = "man",
         .summary = "Print a manual page, or write them all",
         .description = "Prints the page of a command, or the first.",
         .examples = {{"comity man intel search | man -l -", "read a page"},
                      {"comity man --into /usr/local/share/man/man1", "install them all"}}});
    command.add_option("COMMAND", options->command, "The command's words; default: comity itself");
    command.add_option("--into", options->into, "Write a page for each command into this folder instead")
        .type_name("DIR");
    command.on_run(context, [options](Context& c) -> Result<void> {
        const CommandText root = describe_program();
        if (options->into.empty()) {
            std::vector<std::string> words = options->command;
            if (words.empty()) words.emplace_back("comity");
            const CommandText* found = find_page(root, words);
            if (found == nullptr) {
                return invalid("COMMAND", fmt::format("there is no page of '{}'", fmt::join(words, " ")),
                               "comity --help lists the commands");
            }
            c.out << man_page(*found, node::kVersion);
            return {};
        }
        std::error_code code;
        std::filesystem::create_directories(options->into, code);
        if (code) return unavailable(options->into, code.message(), "check who may write there");
        COMITY_TRY(const unsigned pages, write_pages(c, root, options->into));
        c.err << fmt::format("{} pages written to {}\n", pages, options->into);
        return {};
    });
}

}  // namespace comity::cli
