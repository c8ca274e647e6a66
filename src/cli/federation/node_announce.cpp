#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/open_node.h"
#include "cli/options.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "federation/announcement.h"

namespace comity::cli {

namespace {

struct FederationNodeAnnounceOptions {
    std::string url;
    bool retired = false;
};

Result<void> announce(Context& context, const FederationNodeAnnounceOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    federation::Announcement said;
    {
        COMITY_TRY(const auto node, open_node(context));
        const ledger::LogIdentity& identity = node->ledger().identity();
        said.log = identity.key.public_part();
        said.cosigner = identity.cosigner.public_part();
        said.url = options.url.empty() ? node->config().public_url : options.url;
        said.retired = options.retired;
        const std::string text =
            federation::possession_text(node->ledger().roll()->community, member, said.cosigner);
        said.possession = identity.key.key.sign(as_bytes(text));
        said.witness = node->witness().key();
        said.witness_possession =
            node->witness().possession(node->ledger().roll()->community, member, said.log);
    }
    if (said.url.empty()) {
        return invalid("--url", "is missing",
                       "give the address that others reach this node at, or set public_url in comity.toml");
    }
    COMITY_CHECK(federation::check_node_url(said.url, "--url"));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(federation::kNode),
                                               .audience = for_everybody(),
                                               .body = federation::announcement_json(said)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_node_announce(Command& node, Context& context) {
    auto options = std::make_shared<FederationNodeAnnounceOptions>();
    Command command = node.add_command(
        {.name = "announce",
         .summary = "Say, as a member, that this node is the member's",
         .description =
             "States the keys of this node's log and of its witness, and the address it is reached at, "
             "so that every other node can follow it and name it as a witness without being told its "
             "keys. The latest announcement of a "
             "log counts. Run it in the node's own data folder: the log's key signs that it is "
             "this member's.",
         .examples = {{"comity node announce --url https://cert-ke.example", ""},
                      {"comity node announce --retired", "the node is given up; what it logged stays"}}});
    command
        .add_option("--url", options->url,
                    "The address others reach this node at; default: public_url of comity.toml")
        .type_name("URL");
    command.add_flag("--retired", options->retired, "The log grows no more");
    command.add_option("--as", context.as, "The member that says it").type_name("MEMBER");
    command.add_option("--key", context.keys, "Its secret key (repeat)").type_name("FILE");
    command.on_run(context, [options](Context& c) { return announce(c, *options); });
}

}  // namespace comity::cli
