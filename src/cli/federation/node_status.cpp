#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "federation/nodes.h"
#include "federation/shelf.h"

namespace comity::cli {

namespace {

// Every log of the community that is known here: who announced it, and how far it is mirrored.
Result<void> status(Context& context) {
    COMITY_TRY(const auto node, open_node(context));
    std::vector<federation::AnnouncedNode> announced;
    {
        COMITY_TRY(const auto session, node->database().reader());
        COMITY_TRY(announced, federation::announced_nodes(*session));
    }
    COMITY_TRY(const auto logs, node->mirrors().logs());
    federation::Shelf shelf(node->ledger(), node->mirrors());
    COMITY_TRY(const auto held, shelf.logs());
    json::Array all;
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const crypto::NamedKey& key, const federation::AnnouncedNode* said) {
        json::Object object{{"origin", key.name}, {"key", key.text()}, {"member", nullptr},
                            {"url", nullptr},     {"retired", false},  {"own", false},
                            {"size", 0},          {"applied", 0},      {"missing", 0}};
        if (said != nullptr) {
            object["member"] = said->member;
            object["url"] = said->url;
            object["retired"] = said->retired;
        }
        for (const federation::MirroredLog& log : logs) {
            if (log.key != key) continue;
            object["size"] = log.size;
            object["applied"] = log.applied.size();
            object["missing"] = log.missing;
        }
        if (key == held.front().offer.key) {
            object["own"] = true;
            object["size"] = object["applied"] = held.front().size;
        }
        rows.push_back({key.name, field(object, "member"), field(object, "url"),
                        field(object, "applied") + "/" + field(object, "size"), field(object, "missing"),
                        field(object, "own") == "true"       ? "own"
                        : field(object, "retired") == "true" ? "retired"
                                                             : ""});
        all.push_back(std::move(object));
    };
    for (const federation::AnnouncedNode& one : announced) add(one.log, &one);
    const auto is_announced = [&](const crypto::NamedKey& key) {
        return std::ranges::any_of(announced, [&](const auto& one) { return one.log == key; });
    };
    if (!is_announced(held.front().offer.key)) add(held.front().offer.key, nullptr);
    for (const federation::MirroredLog& log : logs) {
        if (!is_announced(log.key)) add(log.key, nullptr);
    }
    if (context.json) {
        print_json(context, all);
        return {};
    }
    print_table(context, {"LOG", "MEMBER", "URL", "TAKEN", "MISSING", ""}, rows, "");
    return {};
}

}  // namespace

void add_node_status(Command& node, Context& context) {
    Command command = node.add_command(
        {.name = "status",
         .summary = "Show the community's logs, and how far they are mirrored here",
         .description = "The roll of nodes as the members announced it, this node's own log, and logs that "
                        "are followed though nobody announced them.",
         .examples = {{"comity node status", ""}}});
    command.on_run(context, status);
}

}  // namespace comity::cli
