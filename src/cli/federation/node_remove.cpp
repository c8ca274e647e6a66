#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

Result<void> remove_node(Context& context, const std::string& name) {
    COMITY_TRY(const auto node, open_node(context));
    COMITY_CHECK(node->mirrors().remove_peer(name));
    context.err << "Followed no longer: " << printable(name) << ". What came from there stays.\n";
    return {};
}

}  // namespace

void add_node_remove(Command& node, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command =
        node.add_command({.name = "remove",
                          .summary = "Follow a node no longer",
                          .description = "Statements and mirrored logs that came from there stay.",
                          .examples = {{"comity node remove cert-fr.example", ""}}});
    command.add_option("NAME", *name, "The node, as comity node list calls it").required();
    command.on_run(context, [name](Context& c) { return remove_node(c, *name); });
}

}  // namespace comity::cli
