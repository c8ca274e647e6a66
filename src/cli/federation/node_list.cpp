#include "cli/command.h"
#include "cli/commands.h"
#include "cli/federation/followed.h"
#include "cli/forms.h"
#include "cli/open_node.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

Result<void> list_nodes(Context& context) {
    COMITY_TRY(const auto node, open_node(context));
    COMITY_TRY(const auto peers, followed_nodes(*node, {}));
    COMITY_TRY(const auto logs, node->mirrors().logs());
    json::Array all;
    std::vector<std::vector<std::string>> rows;
    for (const federation::Peer& peer : peers) {
        json::Object object = peer_json(peer, logs);
        rows.push_back({peer.name, peer.url, field(object, "applied") + "/" + field(object, "size"),
                        field(object, "missing"), field(object, "withheld"), field(object, "contact"),
                        field(object, "error")});
        all.push_back(std::move(object));
    }
    if (context.json) {
        print_json(context, all);
        return {};
    }
    print_table(context, {"NAME", "URL", "TAKEN", "MISSING", "WITHHELD", "CONTACT", "ERROR"}, rows,
                "No node is followed: comity node add URL");
    return {};
}

}  // namespace

void add_node_list(Command& node, Context& context) {
    Command command = node.add_command(
        {.name = "list",
         .summary = "List the nodes that are followed",
         .description =
             "With how many entries of its log are taken of how many are verified, how many "
             "statements of those taken are missing here (they may not be read there, or were "
             "not to be had; what its author has erased is not missing), how many objects of "
             "statements that are here are withheld, the last contact and why the last try failed.",
         .examples = {{"comity node list --json", ""}}});
    command.on_run(context, list_nodes);
}

}  // namespace comity::cli
