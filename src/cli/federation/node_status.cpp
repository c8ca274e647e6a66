#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "federation/holed.h"
#include "federation/nodes.h"
#include "federation/shelf.h"

namespace comity::cli {

namespace {

constexpr std::size_t kHoledShown = 20;     // statements
constexpr std::size_t kHoledListed = 1000;  // in JSON

json::Object holed_json(const federation::HoledStatement& statement) {
    json::Array givers;
    for (const federation::HoledStatement::Giver& giver : statement.givers)
        givers.push_back(
            json::Object{{"log", giver.log.substr(0, giver.log.find('+'))},
                         {"peer", giver.peer.empty() ? json::Value(nullptr) : json::Value(giver.peer)},
                         {"token", giver.token},
                         {"unduly", giver.unduly}});
    return {{"statement", statement.id.hex()},
            {"author", statement.author},
            {"withheld", statement.withheld},
            {"given_by", std::move(givers)},
            {"why", federation::why_withheld(statement)}};
}

// Every log of the community that is known here: who announced it, and how far it is mirrored.
Result<void> status(Context& context) {
    COMITY_TRY(const auto node, open_node(context));
    std::vector<federation::AnnouncedNode> announced;
    std::vector<federation::HoledStatement> holed;
    std::int64_t withheld = 0;
    {
        COMITY_TRY(const auto session, node->database().reader());
        COMITY_TRY(announced, federation::announced_nodes(*session));
        COMITY_TRY(const auto holes, session->integer("SELECT COUNT(*) FROM ledger_holes"));
        withheld = holes.value_or(0);  // a statement may stand in several logs
        COMITY_TRY(holed, federation::holed_statements(*session, context.json ? kHoledListed : kHoledShown));
    }
    COMITY_TRY(const auto logs, node->mirrors().logs());
    federation::Shelf shelf(node->ledger(), node->mirrors());
    COMITY_TRY(const auto held, shelf.logs());
    COMITY_TRY(const auto unduly, node->mirrors().withheld_unduly());
    json::Array all;
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const crypto::NamedKey& key, const federation::AnnouncedNode* said) {
        json::Object object{{"origin", key.name}, {"key", key.text()}, {"member", nullptr},
                            {"url", nullptr},     {"retired", false},  {"own", false},
                            {"size", 0},          {"applied", 0},      {"missing", 0},
                            {"withheld", 0},      {"unduly", 0},       {"holes", json::Array{}}};
        for (const federation::HoledStatement& one : holed) {
            if (std::ranges::find(one.logs, key.text()) != one.logs.end())
                object["holes"].as_array().push_back(holed_json(one));
        }
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
            "roots bind. This node goes on asking for them.\n\n",
            withheld);
        std::vector<std::vector<std::string>> lines;
        for (const federation::HoledStatement& one : holed)
            lines.push_back({one.id.hex().substr(0, 12), one.author, std::to_string(one.withheld),
                             printable(federation::why_withheld(one))});
        print_table(context, {"STATEMENT", "AUTHOR", "WITHHELD", "WHY"}, lines, "");
        if (holed.size() == kHoledShown)
            context.out << "There may be more: comity node status --json lists them.\n";
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
