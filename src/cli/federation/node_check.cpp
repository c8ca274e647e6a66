#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/federation/followed.h"
#include "cli/forms.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "log/checkpoint.h"

namespace comity::cli {

namespace {

// Reachable, its own log the one it was added with, its checkpoint signed; how many entries that has.
Result<std::uint64_t> ask(node::Node& node, const federation::Peer& peer) {
    federation::HttpSource source(line_to(node, peer.url, peer.token));
    COMITY_TRY(const auto offers, source.logs());
    const auto own = std::ranges::find_if(offers, [](const auto& log) { return log.own; });
    if (own == offers.end() || own->key != peer.log)
        return refused(peer.url, "its log is not " + peer.log.text(), "is it the right address?");
    COMITY_TRY(const std::string note, source.checkpoint(*own));
    COMITY_TRY(const auto open, log::open_checkpoint(note, peer.log));
    return open.checkpoint.size;
}

Result<void> check_node(Context& context, const std::string& name) {
    COMITY_TRY(const auto node, open_node(context));
    COMITY_TRY(const auto peers, followed_nodes(*node, name));
    COMITY_TRY(const auto logs, node->mirrors().logs());
    COMITY_TRY(const auto contradictions, node->mirrors().contradictions());
    COMITY_TRY(const auto unduly, node->mirrors().withheld_unduly());
    json::Array all;
    std::vector<std::vector<std::string>> rows;
    std::size_t faults = 0;
    for (const federation::Peer& peer : peers) {
        const auto size = ask(*node, peer);
        json::Object object = peer_json(peer, logs);
        object["there"] = size ? json::Value(*size) : json::Value(nullptr);
        object["fault"] = size ? json::Value(nullptr) : json::Value(size.error().message());
        std::string state = size ? "reachable" : size.error().message();
        const auto withholds = unduly.find(peer.log.text());
        object["unduly"] = withholds == unduly.end() ? 0 : withholds->second;
        if (withholds != unduly.end())
            state += fmt::format(", withholds {} objects that all who ask there may read", withholds->second);
        faults += size && withholds == unduly.end() ? 0 : 1;
        rows.push_back({peer.name, size ? std::to_string(*size) : "", field(object, "applied"),
                        field(object, "missing"), state});
        all.push_back(std::move(object));
    }
    json::Array evidence;
    for (const auto& one : contradictions) {
        evidence.push_back(json::Object{{"log", one.log},
                                        {"what", one.what},
                                        {"noticed", second_text(one.at)},
                                        {"earlier", one.earlier},
                                        {"later", one.later}});
    }
    if (context.json) {
        print_json(context, json::Object{{"nodes", std::move(all)}, {"contradictions", std::move(evidence)}});
    } else {
        print_table(context, {"NAME", "ENTRIES THERE", "TAKEN", "MISSING", "STATE"}, rows,
                    "No node is followed: comity node add URL");
        for (const auto& one : contradictions) {
            context.out << fmt::format("\nThe log {} {} (noticed {}). Its two signed checkpoints:\n\n{}\n{}",
                                       printable(one.log), printable(one.what), second_text(one.at),
                                       one.earlier, one.later);
        }
    }
    faults += contradictions.size();
    if (faults > 0)
        return refused("nodes", fmt::format("{} faults", faults), "show them to those who run the nodes");
    return {};
}

}  // namespace

void add_node_check(Command& node, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = node.add_command(
        {.name = "check",
         .summary = "Ask the nodes that are followed how they are",
         .description =
             "Whether each is reachable, keeps the log that it was added with and signs it; and "
             "every contradiction that was noticed: two checkpoints of one log that cannot both be "
             "true, both signed; and whether it withholds objects that came otherwise and are for all who "
             "ask "
             "there. Exits with 1 where there is any fault.",
         .examples = {{"comity node check", ""}}});
    command.add_option("NAME", *name, "One node; default: all");
    command.on_run(context, [name](Context& c) { return check_node(c, *name); });
}

}  // namespace comity::cli
