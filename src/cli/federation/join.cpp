#include "federation/join.h"

#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/config_file.h"
#include "cli/federation/followed.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "federation/announcement.h"
#include "federation/sync.h"

namespace comity::cli {

namespace {

struct FederationJoinOptions {
    std::string url;
    std::string charter;
    std::string origin;
    std::string name;
    std::string token;
};

Result<void> join(Context& context, const FederationJoinOptions& options) {
    std::string url = options.url;
    while (url.ends_with('/')) url.pop_back();
    COMITY_CHECK(federation::check_node_url(url, "URL"));
    const auto charter = Digest::from_hex(options.charter);
    if (!charter) {
        return invalid("--charter", "is no digest of a charter: 64 hexadecimal digits",
                       "ask any member for it; comity community show prints it as the id");
    }
    COMITY_TRY(const std::string token, read_token(context, options.token));
    COMITY_TRY(node::Config config, node::load_config(data_folder(context)));
    if (config.origin.empty()) config.origin = options.origin;
    std::error_code ignored;
    if (config.origin.empty() && !std::filesystem::exists(config.data / "keys" / "log.key", ignored))
        return invalid("--origin", "is missing", "name this node's log, as --origin cert-fr.example/log");
    COMITY_TRY(const auto node, node::Node::create(config, *context.clock));
    federation::HttpSource source(line_to(*node, url, token));
    COMITY_TRY(const federation::Joined joined,
               federation::join(node->ledger(), node->mirrors(), source, *charter, *context.clock));
    if (config.name == node::Config{}.name) config.name = joined.community;
    COMITY_CHECK(write_config(context, config));

    federation::Peer peer;
    peer.name = options.name.empty() ? name_of_origin(joined.log.name) : options.name;
    peer.url = url;
    peer.token = token;
    peer.log = joined.log;
    peer.added = context.clock->now().seconds();
    auto added = node->mirrors().add_peer(peer);
    if (!added && added.error().kind != ErrorKind::kConflict) return added;  // joining again goes on
    COMITY_TRY(const auto peers, node->mirrors().peers());
    for (const federation::Peer& one : peers) {
        if (one.log == joined.log) peer = one;
    }

    federation::Synced synced;
    {
        Progress bar(context.err, context.err_terminal);
        federation::SyncOptions sync;
        sync.follow.clock = context.clock;
        sync.follow.on_step = [&bar](const std::string& origin, std::uint64_t done, std::uint64_t total) {
            bar.at(origin, done, total);
        };
        auto outcome = federation::sync(node->ledger(), node->mirrors(), source, peer, sync);
        const Result<void> contact = outcome ? Result<void>() : std::unexpected(outcome.error());
        COMITY_CHECK(node->mirrors().note_contact(peer.n, context.clock->now().seconds(), contact));
        if (!outcome) {
            outcome.error().mend = "the community is joined; go on with comity node sync";
            return std::unexpected(outcome.error());
        }
        synced = *outcome;
    }
    const ledger::LogIdentity& identity = node->ledger().identity();
    if (context.json) {
        json::Array origins;
        for (const std::string& origin : joined.origins) origins.emplace_back(origin);
        print_json(context, json::Object{{"id", charter->hex()},
                                         {"name", joined.community},
                                         {"origin", identity.origin},
                                         {"node", peer.name},
                                         {"logs", std::move(origins)},
                                         {"entries", synced.entries},
                                         {"statements", synced.statements},
                                         {"missing", synced.missing},
                                         {"withheld", synced.withheld}});
        return {};
    }
    print_fields(context, {{"community", joined.community},
                           {"id", charter->hex()},
                           {"logs", fmt::format("{}", fmt::join(joined.origins, ", "))},
                           {"statements", std::to_string(synced.statements)},
                           {"missing", std::to_string(synced.missing)},
                           {"withheld", std::to_string(synced.withheld)},
                           {"own log", identity.origin},
                           {"data folder", config.data.string()}});
    context.err << "Now: comity serve, and once you are a member: comity node announce --url URL\n";
    return {};
}

}  // namespace

void add_join(Command& program, Context& context) {
    auto options = std::make_shared<FederationJoinOptions>();
    Command command = program.add_command(
        {.name = "join",
         .summary = "Make a node here that belongs to a community that exists",
         .description =
             "Fetches the charter from any node of the community, checks it by its digest and its founders' "
             "signatures, finds the keys of the members and of their logs from there, and fetches and checks "
             "all that the node has. Nothing but the digest needs to be trusted: ask for it somebody whom "
             "you "
             "do trust. Run again after an interruption, it goes on.",
         .examples = {
             {"comity join https://cert-ke.example --charter "
              "3f92e04a55788fd383cc1b58e2cf5052a7732d6316fdfc868a03a23629e7d76e --origin cert-fr.example/log",
              ""}}});
    command.add_option("URL", options->url, "A node of the community").required().type_name("URL");
    command.add_option("--charter", options->charter, "The digest of the community's charter, 64 digits")
        .required()
        .type_name("DIGEST");
    command.add_option("--origin", options->origin, "The name of the log that this node will have")
        .type_name("NAME");
    command.add_option("--name", options->name, "What to call the other node here");
    command.add_option("--token", options->token, "A file with a token of an account there")
        .type_name("FILE");
    command.on_run(context, [options](Context& c) { return join(c, *options); });
}

}  // namespace comity::cli
