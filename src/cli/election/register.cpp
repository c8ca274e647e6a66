#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/election/belenios.h"
#include "cli/election/secrets.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "governance/election/bodies.h"

namespace comity::cli {

namespace {

// The election, which must not have opened yet.
Result<json::Object> before_the_opening(Source& source, const std::string& id) {
    COMITY_TRY(json::Object election, source.election(id));
    if (field(election, "phase") != "registration") {
        return refused("ELECTION", "opened at " + field(election, "opens"),
                       "credentials and keys are in by then, or the next election takes them");
    }
    return election;
}

Result<void> register_credential(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object election, before_the_opening(*source, id));
    COMITY_TRY(const BeleniosFolder folder, BeleniosFolder::make());
    COMITY_CHECK(folder.run({"setup", "generate-credentials", "--uuid", field(election, "uuid"), "--group",
                             field(election, "group"), "--count", "1"}));
    COMITY_TRY(const std::string secret, folder.find(".privcreds"));  // "1 <credential>"
    COMITY_TRY(const std::string listed, folder.find(".pubcreds"));   // ["<number>,<weight>,<name>"]
    auto keys = json::parse(listed);
    const json::Array* list = keys ? keys->if_array() : nullptr;
    if (list == nullptr || list->size() != 1 || !list->front().is_string())
        return refused("belenios-tool", "has made a credential that is none");
    COMITY_TRY(const std::filesystem::path file,
               election_secret(context, field(election, "uuid"), member, "credential"));
    const std::string credential = secret.substr(secret.find(' ') + 1);
    const std::string_view listing = list->front().get_string();
    COMITY_CHECK(write_file(context, file, credential, true, true));
    COMITY_TRY(
        const Submitted submitted,
        say(context, *source, member,
            {.type = std::string(governance::kCredential),
             .audience = for_everybody(),
             .body = {{"election", field(election, "id")}, {"key", listing.substr(0, listing.find(','))}}}));
    print_submitted(context, submitted);
    return {};
}

Result<void> give_key(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object election, before_the_opening(*source, id));
    bool named = false;
    for (const json::Value& trustee : election.at("trustees").as_array())
        named = named || field(trustee.as_object(), "member") == member;
    if (!named) return refused("--as", "'" + member + "' is no trustee of this election");
    COMITY_TRY(const BeleniosFolder folder, BeleniosFolder::make());
    COMITY_CHECK(folder.run({"setup", "generate-trustee-key", "--group", field(election, "group")}));
    COMITY_TRY(const std::string secret, folder.find(".privkey"));
    COMITY_TRY(std::string key, folder.find(".pubkey"));
    while (key.ends_with('\n')) key.pop_back();
    COMITY_TRY(const std::filesystem::path file,
               election_secret(context, field(election, "uuid"), member, "trustee"));
    COMITY_CHECK(write_file(context, file, secret, true, true));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kTrusteeKey),
                                               .audience = for_everybody(),
                                               .body = {{"election", field(election, "id")}, {"key", key}}}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_election_register(Command& election, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = election.add_command(
        {.name = "register",
         .summary = "Register to vote in a secret election",
         .description =
             "Makes a credential: its secret part stays in DATA/elections, with which the ballot is "
             "cast; the public part is said. Registered again, the last counts.",
         .examples = {{"comity election register 6b1f20aa", ""}}});
    command.add_option("ELECTION", *id, "Its id: 8 digits or more").required();
    add_signing_options(command, context);
    command.on_run(context, [id](Context& c) { return register_credential(c, *id); });
}

void add_election_trustee(Command& election, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = election.add_command(
        {.name = "trustee",
         .summary = "Give a trustee's key to a secret election",
         .description = "The secret part stays in DATA/elections: without it nobody ever learns what the "
                        "ballots came to, so keep a copy. comity election decrypt uses it at the end.",
         .examples = {{"comity election trustee 6b1f20aa", ""}}});
    command.add_option("ELECTION", *id, "Its id: 8 digits or more").required();
    add_signing_options(command, context);
    command.on_run(context, [id](Context& c) { return give_key(c, *id); });
}

}  // namespace comity::cli
