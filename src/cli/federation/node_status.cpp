#include <fmt/format.h>

#include <memory>
#include <ostream>

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
    std::int64_t withheld = 0;
    {
        COMITY_TRY(const auto session, node->database().reader());
        COMITY_TRY(announced, federation::announced_nodes(*session));
        COMITY_TRY(const auto holes, session->integer("SELECT COUNT(*) FROM ledger_holes"));
        withheld = holes.value_or(0);  // a statement may stand in several logs
    }
    COMITY_TRY(const auto logs, node->mirrors().logs());
    federation::Shelf shelf(node->ledger(), node->mirrors());
    COMITY_TRY(const auto held, shelf.logs());
    COMITY_TRY(const auto unduly, node->mirrors().withheld_unduly());
    json::Array all;
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const crypto::NamedKey& key, const federation::AnnouncedNode* said) {
        json::Object object{{"origin", key.name}, {"key", key.text()}, {"member", nullptr}, {"url", nullptr},
                            {"retired", false},   {"own", false},      {"size", 0},         {"applied", 0},
                            {"missing", 0},       {"withheld", 0},     {"unduly", 0}};
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
            object["withheld"] = log.withheld;
        }
        if (const auto it = unduly.find(key.text()); it != unduly.end()) object["unduly"] = it->second;
        if (key == held.front().offer.key) {
            object["own"] = true;
            object["size"] = object["applied"] = held.front().size;
        }
        rows.push_back({key.name, field(object, "member"), field(object, "url"),
                        field(object, "applied") + "/" + field(object, "size"), field(object, "missing"),
                        field(object, "withheld"),
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
    print_table(context, {"LOG", "MEMBER", "URL", "TAKEN", "MISSING", "WITHHELD", ""}, rows, "");
    if (withheld > 0) {
        context.out << fmt::format(
            "\n{} objects withheld: the statements are here, and of these objects the hashes that their "
            "roots "
            "bind. They are marked for others, withdrawn, or not there either where this node asks; it goes "
            "on "
            "asking.\n",
            withheld);
    }
    for (const auto& [log, count] : unduly) {
        context.out << fmt::format(
            "\n{} withholds {} objects that all who ask there may read: they came otherwise.\n",
            printable(log.substr(0, log.find('+'))), count);
    }
    return {};
}

}  // namespace

void add_node_status(Command& node, Context& context) {
    Command command = node.add_command(
        {.name = "status",
         .summary = "Show the community's logs, and how far they are mirrored here",
         .description = "The roll of nodes as the members announced it, this node's own log, and logs that "
                        "are followed though nobody announced them. MISSING counts statements that are not "
                        "here, WITHHELD objects of statements that are.",
         .examples = {{"comity node status", ""}}});
    command.on_run(context, status);
}

}  // namespace comity::cli
