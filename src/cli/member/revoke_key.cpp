#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/bodies.h"

namespace comity::cli {

namespace {

struct MemberRevokeKeyOptions {
    std::string key;
    std::string reason;
};

Result<void> revoke_key(Context& context, const MemberRevokeKeyOptions& options) {
    COMITY_TRY(const crypto::NamedKey key, read_public_key(context, options.key));
    json::Object body{{"key", key.text()}};
    if (!options.reason.empty()) body["reason"] = options.reason;
    return say_and_print(context, {.type = std::string(governance::kKeyRevocation),
                                   .audience = for_everybody(),
                                   .body = std::move(body)});
}

}  // namespace

void add_member_revoke_key(Command& member, Context& context) {
    auto options = std::make_shared<MemberRevokeKeyOptions>();
    Command command = member.add_command(
        {.name = "revoke-key",
         .summary = "Revoke a key of the member that acts",
         .description = "What the key signed until now keeps counting; what it signs from now on does not.",
         .examples = {{"comity member revoke-key cert-ke.pub --reason \"laptop lost\" --as cert-ke", ""}}});
    command.add_option("KEY", options->key, "The public key as it stands, or a file that holds it")
        .required();
    command.add_option("--reason", options->reason, "Why, for others to read").type_name("TEXT");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return revoke_key(c, *options); });
}

}  // namespace comity::cli
