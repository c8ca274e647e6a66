#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "federation/carry_file.h"
#include "federation/sync.h"

namespace comity::cli {

namespace {

struct FederationCarryOptions {
    std::string file;
    std::string reader;
    std::int64_t since = 0;
};

Result<void> out(Context& context, const FederationCarryOptions& options) {
    COMITY_TRY(const auto node, open_node(context));
    federation::CarryOptions carry;
    carry.since = static_cast<std::uint64_t>(options.since);
    if (!options.reader.empty()) {
        const auto roll = node->ledger().roll();
        const ledger::Member* member = roll->find(options.reader);
        if (member == nullptr || member->left != ledger::kNever)
            return not_found("there is no member '" + options.reader + "'", "see comity member list");
        carry.viewer = ledger::viewer_of(*roll, options.reader, "", true);
    }
    Progress bar(context.err, context.err_terminal);
    carry.on_step = [&bar](const std::string& origin, std::uint64_t done, std::uint64_t total) {
        bar.at(origin, done, total);
    };
    COMITY_TRY(const federation::CarryCounts counts,
               federation::carry_out(node->ledger(), node->mirrors(), options.file, carry));
    if (context.json) {
        print_json(context, json::Object{{"file", options.file},
                                         {"logs", counts.logs},
                                         {"entries", counts.entries},
                                         {"statements", counts.statements},
                                         {"bytes", counts.bytes}});
        return {};
    }
    context.err << fmt::format("{}: {} logs, {} entries, {} statements, {} bytes.\n", printable(options.file),
                               counts.logs, counts.entries, counts.statements, counts.bytes);
    return {};
}

Result<void> in(Context& context, const FederationCarryOptions& options) {
    COMITY_TRY(const auto node, open_node(context));
    COMITY_TRY(const auto file, federation::CarryFile::open(options.file));
    federation::SyncOptions sync;
    sync.follow.clock = context.clock;
    sync.follow.sightings = &node->sightings();
    Progress bar(context.err, context.err_terminal);
    sync.follow.on_step = [&bar](const std::string& origin, std::uint64_t done, std::uint64_t total) {
        bar.at(origin, done, total);
    };
    COMITY_TRY(const federation::Synced synced,
               federation::sync_all(node->ledger(), node->mirrors(), *file, sync));
    if (context.json) {
        print_json(context, json::Object{{"entries", synced.entries},
                                         {"statements", synced.statements},
                                         {"objects", synced.objects},
                                         {"missing", synced.missing},
                                         {"withheld", synced.withheld},
                                         {"fault", synced.fault.empty() ? json::Value(nullptr)
                                                                        : json::Value(synced.fault)}});
        return {};
    }
    context.err << fmt::format("{}: {} new entries, {} statements; {} are missing.\n",
                               printable(options.file), synced.entries, synced.statements, synced.missing);
    if (synced.withheld > 0)
        context.err << fmt::format("{} objects are withheld: see comity node status.\n", synced.withheld);
    if (!synced.fault.empty()) context.err << "Passed over: " << printable(synced.fault) << '\n';
    return {};
}

}  // namespace

void add_carry_out(Command& carry, Context& context) {
    auto options = std::make_shared<FederationCarryOptions>();
    Command command = carry.add_command(
        {.name = "out",
         .summary = "Write logs and statements into a file, to be carried to a node that no line reaches",
         .description =
             "This node's log and those that it mirrors, with their checkpoints and the statements "
             "that the reader may read: the public's, or a member's (--for). The other side checks "
             "it as if it came over the line.",
         .examples = {{"comity carry out /media/stick/comity.carry", ""},
                      {"comity carry out news.carry --for isoc-fj --since 120000",
                       "what came after, as much of it as isoc-fj may read"}}});
    command.add_option("FILE", options->file, "The file to write").required().type_name("FILE");
    command.add_option("--for", options->reader, "The member that will read it").type_name("MEMBER");
    command
        .add_option("--since", options->since,
                    "Leave out the first entries of each log, which the other side has already")
        .type_name("ENTRIES")
        .range(0, INT64_MAX);
    command.on_run(context, [options](Context& c) { return out(c, *options); });
}

void add_carry_in(Command& carry, Context& context) {
    auto options = std::make_shared<FederationCarryOptions>();
    Command command = carry.add_command(
        {.name = "in",
         .summary = "Take in a file that comity carry out wrote",
         .description =
             "Every log in it that the community knows is checked and taken as far as the file has "
             "it: signatures, tree, times, each statement against its entry. Taking it in twice "
             "changes nothing.",
         .examples = {{"comity carry in /media/stick/comity.carry", ""}}});
    command.add_option("FILE", options->file, "The file").required().type_name("FILE");
    command.on_run(context, [options](Context& c) { return in(c, *options); });
}

}  // namespace comity::cli
