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

// The trustee's place in the election, from 1.
Result<int> trustee_number(const json::Object& election, const std::string& member) {
    int number = 0;
    for (const json::Value& value : election.at("trustees").as_array()) {
        const json::Object& trustee = value.as_object();
        ++number;
        if (field(trustee, "member") != member) continue;
        // Two sums that differ by one ballot, both opened, would open that ballot.
        if (!field(trustee, "factors").empty())
            return refused("--as", "'" + member + "' has opened its part already",
                           "a second time could tell a single ballot");
        return number;
    }
    return refused("--as", "'" + member + "' is no trustee of this election");
}

Result<void> decrypt_sum(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object election, source->election(id));
    if (field(election, "phase") != "decryption") {
        return refused("ELECTION", "is not to be opened: " + field(election, "phase"),
                       "trustees open the sum of the ballots after " + field(election, "closes"));
    }
    COMITY_TRY(const int number, trustee_number(election, member));
    COMITY_TRY(const std::filesystem::path file,
               election_secret(context, field(election, "uuid"), member, "trustee"));
    auto key = read_file(context, file.string(), 10'000);
    if (!key) return within("the trustee's key of '" + member + "'", key.error());
    COMITY_TRY(const BeleniosElection prepared, prepare_election(election));
    COMITY_CHECK(end_ballots(prepared));
    COMITY_CHECK(prepared.folder.write("trustee", *key));
    COMITY_TRY(const std::string printed, prepared.folder.run({"election", "decrypt", "--privkey", "trustee",
                                                               "--trustee-id", std::to_string(number)}));
    COMITY_TRY(const Submitted submitted,
               say(context, *source, member,
                   {.type = std::string(governance::kDecryption),
                    .audience = for_everybody(),
                    .body = {{"election", field(election, "id")},
                             {"factors", printed.substr(0, printed.find('\n'))}}}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_election_decrypt(Command& election, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = election.add_command(
        {.name = "decrypt",
         .summary = "Open the sum of the ballots, as one of the trustees",
         .description = "After the close. When all trustees have, comity election count tells the result.",
         .examples = {{"comity election decrypt 6b1f20aa", ""}}});
    command.add_option("ELECTION", *id, "Its id: 8 digits or more").required();
    add_signing_options(command, context);
    command.on_run(context, [id](Context& c) { return decrypt_sum(c, *id); });
}

}  // namespace comity::cli
