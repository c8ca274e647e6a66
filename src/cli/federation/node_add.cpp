#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/federation/followed.h"
#include "cli/open_node.h"
#include "cli/output.h"
#include "federation/join.h"
#include "federation/sync.h"

namespace comity::cli {

namespace {

struct FederationNodeAddOptions {
    std::string url;
    std::string name;
    std::string token;
    std::vector<std::string> keys;
};

// The log's cosigner, if the community or the operator vouches for the log. Where the log itself alone holds
// its announcement, as a new node's does, the member's signature on it is what counts, and not who shows it.
Result<crypto::NamedKey> trusted_cosigner(node::Node& node, federation::HttpSource& source,
                                          const federation::OfferedLog& own,
                                          const std::vector<std::string>& keys) {
    if (keys.empty()) {
        COMITY_TRY(const auto cosigner, federation::known_cosigner(node.mirrors(), own.key));
        if (cosigner) return *cosigner;
        COMITY_TRY(const auto shown, federation::shown_announcement(source, *node.ledger().roll(), own.key,
                                                                    node.clock().now().seconds()));
        if (shown) return shown->cosigner;
        return refused(own.key.name,
                       "no member that this node knows has announced this log, so nothing says whose it is",
                       "let its operator announce it there: comity node announce; or give its keys as the "
                       "operator tells you: --key " +
                           own.key.text() + " --key " + own.cosigner.text());
    }
    bool log = false;
    bool cosigner = false;
    for (const std::string& text : keys) {
        auto key = crypto::parse_public_key(text);
        if (!key) return within("--key", std::move(key).error());
        log = log || *key == own.key;
        cosigner = cosigner || *key == own.cosigner;
    }
    if (!log)
        return refused("--key", "is not the log's key there, " + own.key.text(), "is it the right address?");
    if (!cosigner) {
        return invalid("--key", "names the log's key, not its cosigner's, which states the times",
                       "give both: --key " + own.key.text() + " --key " + own.cosigner.text());
    }
    return own.cosigner;
}

Result<void> add(Context& context, const FederationNodeAddOptions& options) {
    std::string url = options.url;
    while (url.ends_with('/')) url.pop_back();
    COMITY_CHECK(federation::check_node_url(url, "URL"));
    COMITY_TRY(const auto node, open_node(context));
    if (!node->ledger().roll()->founded()) {
        return not_found("this node belongs to no community yet",
                         "join one: comity join " + url + " --charter DIGEST");
    }
    COMITY_TRY(const std::string token, read_token(context, options.token));
    federation::HttpSource source(line_to(*node, url, token));
    COMITY_TRY(const auto offers, source.logs());
    const auto own = std::ranges::find_if(offers, [](const auto& log) { return log.own; });
    if (own == offers.end()) return invalid(url, "offers no log of its own", "is it a Comity node?");
    if (own->key == node->ledger().identity().key.public_part())
        return invalid(url, "is this node itself", "give another node's address");
    COMITY_TRY(const crypto::NamedKey cosigner, trusted_cosigner(*node, source, *own, options.keys));
    COMITY_CHECK(node->mirrors().log(own->key, cosigner));
    federation::Peer peer;
    peer.name = options.name.empty() ? name_of_origin(own->key.name) : options.name;
    peer.url = url;
    peer.token = token;
    peer.log = own->key;
    peer.added = context.clock->now().seconds();
    COMITY_CHECK(node->mirrors().add_peer(peer));
    if (context.json) {
        COMITY_TRY(const auto logs, node->mirrors().logs());
        print_json(context, peer_json(peer, logs));
        return {};
    }
    context.out << printable(peer.name) << '\n';
    context.err << "Followed from now on while comity serve runs; at once: comity node sync "
                << printable(peer.name) << '\n';
    return {};
}

}  // namespace

void add_node_add(Command& node, Context& context) {
    auto options = std::make_shared<FederationNodeAddOptions>();
    Command command = node.add_command(
        {.name = "add",
         .summary = "Follow another node",
         .description =
             "Its log and those that it mirrors are fetched, checked and taken into this node's views, by "
             "comity serve as they grow or by comity node sync. Nothing of it is believed but what the keys "
             "say: those that a member announced (comity node announce), or those given with --key.\n\n"
             "Statements come as far as the account of --token may read them there; without one, the public "
             "ones.",
         .examples = {{"comity node add https://cert-fr.example --token fr.token", ""},
                      {"comity node add http://10.0.0.7:8080 --name office --key LOGKEY --key COSIGNERKEY",
                       "one that nobody has announced"}}});
    command.add_option("URL", options->url, "The node's address").required().type_name("URL");
    command.add_option("--name", options->name, "What to call it here; default: its log's host name");
    command.add_option("--token", options->token, "A file with a token of an account there")
        .type_name("FILE");
    command.add_option("--key", options->keys, "The log's key, and its cosigner's (repeat)").type_name("KEY");
    command.on_run(context, [options](Context& c) { return add(c, *options); });
}

}  // namespace comity::cli
