#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "intelligence/search/index.h"

namespace comity::cli {

namespace {

Result<void> rebuild(Context& context) {
    COMITY_TRY(const auto node, open_node(context));
    {
        Progress bar(context.err, context.err_terminal);
        COMITY_CHECK(node->ledger().rebuild([&bar](std::string_view what, std::uint64_t done,
                                                   std::uint64_t total) { bar.at(what, done, total); }));
    }
    // No view, and made from the statements all the same: what a server or the next search does.
    COMITY_CHECK(intelligence::search::drop_index(node->database()));
    COMITY_TRY(const Digest digest, node->ledger().view_digest());
    if (context.json) {
        print_json(context, json::Object{{"view_digest", digest.hex()}});
    } else {
        print_fields(context, {{"rebuilt", "all views"}, {"view digest", digest.hex()}});
    }
    return {};
}

}  // namespace

void add_rebuild(Command& program, Context& context) {
    Command command = program.add_command(
        {.name = "rebuild",
         .summary = "Throw the views away and make them again from the statements",
         .description = "In one transaction: readers see the old views until the new "
                        "ones are there. Nodes that hold the same statements "
                        "print the same view digest. The search index is emptied: a running "
                        "server fills it again in the background, the next search at once.",
         .examples = {{"comity rebuild", ""}}});
    command.on_run(context, [](Context& c) { return rebuild(c); });
}

}  // namespace comity::cli
