#include <fmt/format.h>

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

}  // namespace

void add_man(Command& program, Context& context) {
    auto folder = std::make_shared<std::string>();
    Command command = program.add_command(
        {.name = "man",
         .summary = "Write the manual pages",
         .description = "Writes a page for each command into DIR; without DIR, prints the first page.",
         .examples = {{"comity man | man -l -", "read the first page"},
                      {"comity man /usr/local/share/man/man1", "install them all"}}});
    command.add_option("DIR", *folder, "The folder to write to");
    command.on_run(context, [folder](Context& c) -> Result<void> {
        const CommandText root = describe_program();
        if (folder->empty()) {
            c.out << man_page(root, node::kVersion);
            return {};
        }
        std::error_code code;
        std::filesystem::create_directories(*folder, code);
        if (code) return unavailable(*folder, code.message(), "check who may write there");
        COMITY_TRY(const unsigned pages, write_pages(c, root, *folder));
        c.err << fmt::format("{} pages written to {}\n", pages, *folder);
        return {};
    });
}

}  // namespace comity::cli
