#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/federation/followed.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "federation/sync.h"

namespace comity::cli {

namespace {

Result<void> sync(Context& context, const std::string& name) {
    COMITY_TRY(const auto node, open_node(context));
    COMITY_TRY(const auto peers, followed_nodes(*node, name));
    if (peers.empty()) return not_found("no node is followed", "name one: comity node add URL");
    json::Array all;
    std::vector<std::vector<std::string>> rows;
    std::size_t failed = 0;
    for (const federation::Peer& peer : peers) {
        federation::HttpSource source(line_to(*node, peer.url, peer.token));
        federation::SyncOptions options;
        options.follow.clock = context.clock;
        options.follow.sightings = &node->sightings();
        Progress bar(context.err, context.err_terminal);
        options.follow.on_step = [&bar](const std::string& origin, std::uint64_t done, std::uint64_t total) {
            bar.at(origin, done, total);
        };
        const auto synced = federation::sync(node->ledger(), node->mirrors(), source, peer, options);
        const Result<void> outcome = synced ? Result<void>() : std::unexpected(synced.error());
        COMITY_CHECK(node->mirrors().note_contact(peer.n, context.clock->now().seconds(), outcome));
        const federation::Synced brought = synced.value_or(federation::Synced{});
        std::string fault = synced ? brought.fault : synced.error().message();
        failed += synced ? 0 : 1;
        rows.push_back({peer.name, std::to_string(brought.entries), std::to_string(brought.statements),
                        std::to_string(brought.missing), std::to_string(brought.withheld), fault});
        all.push_back(json::Object{{"name", peer.name},
                                   {"entries", brought.entries},
                                   {"statements", brought.statements},
                                   {"objects", brought.objects},
                                   {"missing", brought.missing},
                                   {"withheld", brought.withheld},
                                   {"ok", synced.has_value()},
                                   {"fault", fault.empty() ? json::Value(nullptr) : json::Value(fault)}});
    }
    if (context.json) {
        print_json(context, all);
    } else {
        print_table(context, {"NAME", "ENTRIES", "STATEMENTS", "MISSING", "WITHHELD", "FAULT"}, rows, "");
    }
    if (failed > 0) {
        return unavailable("nodes",
                           fmt::format("{} of {} could not be followed to the end", failed, peers.size()),
                           "run it again: it goes on from where it is");
    }
    return {};
}

}  // namespace

void add_node_sync(Command& node, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = node.add_command(
        {.name = "sync",
         .summary = "Fetch and check what other nodes have, now",
         .description =
             "What comity serve does by itself: every log of the community that the node offers, as "
             "far as it has it, and what was missing. Interrupted at any moment, it goes on from "
             "there the next time.",
         .examples = {{"comity node sync", "all that are followed"},
                      {"comity node sync cert-fr.example", ""}}});
    command.add_option("NAME", *name, "One node; default: all");
    command.on_run(context, [name](Context& c) { return sync(c, *name); });
}

}  // namespace comity::cli
