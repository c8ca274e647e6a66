#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/bodies.h"

namespace comity::cli {

namespace {

struct MemberAddKeyOptions {
    std::string key;
    bool custody = false;
};

Result<void> add_key(Context& context, const MemberAddKeyOptions& options) {
    COMITY_TRY(const crypto::NamedKey key, read_public_key(context, options.key));
    return say_and_print(
        context, {.type = std::string(governance::kKeyAddition),
                  .audience = {.label = ledger::Tlp::kClear, .members = {}, .groups = {}, .persons = {}},
                  .body = {{"key", json::Object{{"key", key.text()}, {"custody", options.custody}}}}});
}

}  // namespace

void add_member_add_key(Command& member, Context& context) {
    auto options = std::make_shared<MemberAddKeyOptions>();
    Command command = member.add_command(
        {.name = "add-key",
         .summary = "Add a key of the member that acts",
         .description = "Signed with one of the member's present keys; from then on the new one counts too. "
                        "To change a key: add the new "
                        "one, then revoke the old one.",
         .examples = {{"comity key generate cert-ke --file cert-ke-2027", "a second key of the same member"},
                      {"comity member add-key comity-data/keys/cert-ke-2027.pub --as cert-ke", ""}}});
    command.add_option("KEY", options->key, "The public key as it stands, or a file that holds it")
        .required();
    command.add_flag("--custody", options->custody, "A node holds the key on the member's behalf");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return add_key(c, *options); });
}

}  // namespace comity::cli
