#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/procedure/named_values.h"
#include "cli/speak.h"
#include "governance/bodies.h"

namespace comity::cli {

namespace {

struct MemberOfficersOptions {
    std::vector<std::string> officers;
    std::int64_t threshold = 0;
    std::int64_t wait = governance::RecoveryBody().wait_hours;
    bool none = false;
};

Result<void> name_officers(Context& context, const MemberOfficersOptions& options) {
    if (options.none == !options.officers.empty()) {
        return invalid("--officer", options.none ? "goes not with --none" : "is missing",
                       "name each with a key of his own: --officer amina=amina.pub");
    }
    governance::RecoveryBody body;
    for (const std::string& text : options.officers) {
        COMITY_TRY(const auto given, name_and_value(text, "--officer"));
        COMITY_TRY(crypto::NamedKey key, read_public_key(context, given.second));
        body.officers.push_back({given.first, std::move(key)});
    }
    if (!options.none && options.threshold == 0)
        return invalid("--threshold", "is missing", "say how many of them it takes");
    body.threshold = options.threshold;
    body.wait_hours = options.wait;
    return say_and_print(context, {.type = std::string(governance::kRecovery),
                                   .audience = for_everybody(),
                                   .body = governance::recovery_json(body)});
}

struct MemberRecoverOptions {
    std::string key;
    std::string reason;
};

Result<void> say_of_recovery(Context& context, const MemberRecoverOptions& options, std::string_view type) {
    COMITY_TRY(const crypto::NamedKey key, read_public_key(context, options.key));
    json::Object body{{"key", key.text()}};
    if (!options.reason.empty()) body["reason"] = options.reason;
    return say_and_print(context,
                         {.type = std::string(type), .audience = for_everybody(), .body = std::move(body)});
}

void add_recovery_options(Command& command, Context& context, MemberRecoverOptions& options) {
    command.add_option("KEY", options.key, "The new public key as it stands, or a file that holds it")
        .required();
    command.add_option("--reason", options.reason, "Why, for others to read").type_name("TEXT");
    add_signing_options(command, context);
}

}  // namespace

void add_member_officers(Command& member, Context& context) {
    auto options = std::make_shared<MemberOfficersOptions>();
    Command command = member.add_command(
        {.name = "officers",
         .summary = "Name the officers who can give the member a new key",
         .description =
             "Where the member's keys are lost or stolen, as many of its officers as --threshold says give "
             "it a new one (comity member recover), after a waiting time in which a key that counts still "
             "can say no (comity member veto). All officers together cannot be stopped, so that a thief "
             "cannot either. An officer's key signs nothing else; it bears the member's id (comity key "
             "generate cert-ke --file amina), and is best kept off line.\n\n"
             "Naming others takes effect once those of before have had their waiting time.",
         .examples = {{"comity member officers --officer amina=amina.pub --officer bo=bo.pub --officer "
                       "chandra=chandra.pub --threshold 2 --wait-hours 72",
                       "two of three, after three days"},
                      {"comity member officers --none", "nobody, any more"}}});
    command.add_option("--officer", options->officers, "An officer and his public key (repeat)")
        .type_name("PERSON=KEY");
    command.add_option("--threshold", options->threshold, "How many of them it takes; fewer than there are")
        .range(1, 19);
    command
        .add_option("--wait-hours", options->wait,
                    "How long after that the new key counts; default 72. With 0 nobody can say no")
        .range(0, governance::kMaxWaitHours);
    command.add_flag("--none", options->none, "Name nobody");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return name_officers(c, *options); });
}

void add_member_recover(Command& member, Context& context) {
    auto options = std::make_shared<MemberRecoverOptions>();
    Command command = member.add_command(
        {.name = "recover",
         .summary = "As an officer of the member, ask that it get a new key",
         .description =
             "Each of the officers signs it for himself, with the same new key, within thirty days. With "
             "enough of them the waiting time begins; after it the new key counts, and all others of the "
             "member, its delegates' too, count no more. comity member show tells how far it is.",
         .examples = {
             {"comity member recover cert-ke-new.pub --as cert-ke --key amina.key --reason \"office burnt\"",
              "signed with the officer's key"}}});
    add_recovery_options(command, context, *options);
    command.on_run(context, [options](Context& c) {
        return say_of_recovery(c, *options, governance::kRecoveryRequest);
    });
}

void add_member_veto(Command& member, Context& context) {
    auto options = std::make_shared<MemberRecoverOptions>();
    Command command = member.add_command(
        {.name = "veto",
         .summary = "Say no to a new key that officers have asked for",
         .description =
             "With a key of the member that counts still, before the waiting time is over. For thirty days "
             "after it only all officers together give the member a new key: to them nobody says no. "
             "Whoever has the key still and knows that it was stolen adds another and revokes it.",
         .examples = {
             {"comity member veto cert-ke-new.pub --as cert-ke --reason \"we have our keys\"", ""}}});
    add_recovery_options(command, context, *options);
    command.on_run(context,
                   [options](Context& c) { return say_of_recovery(c, *options, governance::kRecoveryVeto); });
}

}  // namespace comity::cli
