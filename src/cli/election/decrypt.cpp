#include <filesystem>
#include <memory>
#include <optional>

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

Failure not_shuffled(const std::string& member) {
    return refused("ELECTION", "waits for the trustee '" + member + "', who has not shuffled the ballots yet",
                   "comity election shuffle, each in their order");
}

// What may be larger than a statement is said in several. The last one's receipt is shown.
Result<void> say_in_pieces(Context& context, Source& source, const std::string& member,
                           const json::Object& election, std::string_view of, const std::string& text) {
    COMITY_TRY(const Digest id, Digest::from_hex(field(election, "id")));
    std::optional<Submitted> last;
    for (json::Object& piece : governance::election_pieces(id, of, text)) {
        COMITY_TRY(last, say(context, source, member,
                             {.type = std::string(governance::kElectionPiece),
                              .audience = for_everybody(),
                              .body = std::move(piece)}));
    }
    print_submitted(context, *last);
    return {};
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
    if (is_shuffled(election)) {
        COMITY_TRY(const std::size_t shuffled, apply_shuffles(prepared, election));
        const json::Array& trustees = election.at("trustees").as_array();
        if (shuffled != trustees.size()) return not_shuffled(field(trustees[shuffled].as_object(), "member"));
    }
    COMITY_CHECK(prepared.folder.write("trustee", *key));
    COMITY_TRY(const std::string printed, prepared.folder.run({"election", "decrypt", "--privkey", "trustee",
                                                               "--trustee-id", std::to_string(number)}));
    const std::string factors = printed.substr(0, printed.find('\n'));
    if (is_shuffled(election)) return say_in_pieces(context, *source, member, election, "factors", factors);
    COMITY_TRY(const Submitted submitted,
               say(context, *source, member,
                   {.type = std::string(governance::kDecryption),
                    .audience = for_everybody(),
                    .body = {{"election", field(election, "id")}, {"factors", factors}}}));
    print_submitted(context, submitted);
    return {};
}

Result<void> shuffle(Context& context, const std::string& id) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object election, source->election(id));
    if (!is_shuffled(election))
        return refused("ELECTION", "opens the sum of the ballots, and shuffles none",
                       "comity election decrypt");
    // A shuffle of its own that does not hold stands in the trustee's way no more than in the others'.
    const std::string phase = field(election, "phase");
    if (phase != "shuffling" && phase != "decryption") {
        return refused("ELECTION", "is not to be shuffled: " + phase,
                       "trustees shuffle the ballots after " + field(election, "closes"));
    }
    COMITY_TRY(const int number, trustee_number(election, member));
    COMITY_TRY(const BeleniosElection prepared, prepare_election(election));
    COMITY_CHECK(end_ballots(prepared));
    COMITY_TRY(const std::size_t shuffled, apply_shuffles(prepared, election));
    const auto own = static_cast<std::size_t>(number);
    if (shuffled >= own)
        return refused("--as", "'" + member + "' has shuffled the ballots already",
                       "comity election decrypt");
    if (shuffled + 1 != own) {
        return not_shuffled(field(election.at("trustees").as_array()[shuffled].as_object(), "member"));
    }
    COMITY_TRY(const std::string text, shuffle_ballots(prepared, own));
    return say_in_pieces(context, *source, member, election, "shuffle", text);
}

}  // namespace

void add_election_shuffle(Command& election, Context& context) {
    auto id = std::make_shared<std::string>();
    Command command = election.add_command(
        {.name = "shuffle",
         .summary = "Shuffle the ballots, as one of the trustees",
         .description =
             "After the close, where ballots are ranked or graded: each trustee in turn, on top of "
             "those before. belenios-tool proves that nothing was added, left out or changed; as "
             "long as one trustee keeps its order to itself, nobody knows whose a ballot was.",
         .examples = {{"comity election shuffle 6b1f20aa", ""}}});
    command.add_option("ELECTION", *id, "Its id: 8 digits or more").required();
    add_signing_options(command, context);
    command.on_run(context, [id](Context& c) { return shuffle(c, *id); });
}

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
