#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/member/times.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/bodies.h"
#include "json/words.h"

namespace comity::cli {

namespace {

struct MemberAddKeyOptions {
    std::string key;
    bool custody = false;
    std::string person, from, until;
    std::vector<std::string> powers;
};

// The part that makes it a delegate's key; nothing where no option asks for one.
Result<std::optional<json::Object>> delegate_of(const MemberAddKeyOptions& options) {
    if (options.person.empty()) {
        if (options.powers.empty() && options.from.empty() && options.until.empty()) return std::nullopt;
        return invalid("--delegate", "is missing", "say who holds the key: --delegate amina");
    }
    if (options.powers.empty())
        return invalid(
            "--power", "is missing",
            fmt::format("say what it may sign, one or more of: {}", fmt::join(ledger::kPowers, ", ")));
    if (options.until.empty())
        return invalid("--until", "is missing", "a delegate's powers end by themselves: say on which day");
    json::Object form{{"person", options.person}, {"powers", json::array_of(options.powers)}};
    if (!options.from.empty()) {
        COMITY_TRY(const Time from, time_or_day(options.from, "--from"));
        form["from"] = format_time_millis(from);
    }
    COMITY_TRY(const Time until, time_or_day(options.until, "--until"));
    form["until"] = format_time_millis(until);
    return std::optional(std::move(form));
}

Result<void> add_key(Context& context, const MemberAddKeyOptions& options) {
    COMITY_TRY(const crypto::NamedKey key, read_public_key(context, options.key));
    COMITY_TRY(auto delegate, delegate_of(options));
    json::Object body{{"key", json::Object{{"key", key.text()}, {"custody", options.custody}}}};
    if (delegate) body["delegate"] = std::move(*delegate);
    return say_and_print(context, {.type = std::string(governance::kKeyAddition),
                                   .audience = for_everybody(),
                                   .body = std::move(body)});
}

}  // namespace

void add_member_add_key(Command& member, Context& context) {
    auto options = std::make_shared<MemberAddKeyOptions>();
    Command command = member.add_command(
        {.name = "add-key",
         .summary = "Add a key of the member that acts, or of a delegate of its",
         .description =
             "Signed with one of the member's present keys; from then on the new one counts too. "
             "To change a key: add the new "
             "one, then revoke the old one.\n\n"
             "With --delegate it is the key of a person who acts for the member: it signs what --power "
             "names (vote, propose, speak, accede to rules, publish), from --from until --until, and "
             "nothing else; it changes no keys and admits nobody. Given again, powers add up. "
             "comity member revoke-key ends them.",
         .examples = {{"comity key generate cert-ke --file cert-ke-2027", "a second key of the same member"},
                      {"comity member add-key comity-data/keys/cert-ke-2027.pub --as cert-ke", ""},
                      {"comity member add-key amina.pub --delegate amina --power vote --power speak --from "
                       "2027-01-01 --until 2028-01-01",
                       "a delegate for a year"}}});
    command.add_option("KEY", options->key, "The public key as it stands, or a file that holds it")
        .required();
    command.add_flag("--custody", options->custody, "A node holds the key on the member's behalf");
    command.add_option("--delegate", options->person, "Who holds the key and acts for the member by it")
        .type_name("PERSON");
    command.add_option("--power", options->powers, "What it may sign (repeat)")
        .one_of({std::begin(ledger::kPowers), std::end(ledger::kPowers)});
    command.add_option("--from", options->from, "From that time or day on (UTC); default: at once")
        .type_name("TIME");
    command.add_option("--until", options->until, "Until that time, or the beginning of that day (UTC)")
        .type_name("TIME");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return add_key(c, *options); });
}

}  // namespace comity::cli
