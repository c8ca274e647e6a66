#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/community/charter_file.h"
#include "cli/config_file.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/keys.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "crypto/dsse.h"
#include "governance/bodies.h"
#include "governance/procedure/read.h"
#include "ledger/statement.h"
#include "node/key_files.h"
#include "node/node.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxCharterFile = 1u << 20;

struct CommunityFoundOptions {
    std::string charter;
    std::string envelope;
    std::string origin;
    std::string out;
    std::vector<std::string> rules_by;
    std::vector<std::string> bodies_by;
    std::vector<std::string> charter_by;
    bool example = false;
};

// The charter signed by every founder whose key is at hand, and who is missing.
struct Signed {
    crypto::Envelope envelope;
    std::vector<std::string> missing;  // founders without a signature
};

Result<Signed> sign(Context& context, crypto::Envelope envelope, const governance::CharterBody& charter) {
    std::vector<crypto::NamedSecret> secrets;
    for (const std::string& file : context.keys) {
        COMITY_TRY(crypto::NamedSecret secret, node::read_secret_key(file));
        secrets.push_back(std::move(secret));
    }
    COMITY_TRY(std::vector<crypto::NamedSecret> kept, member_secrets(context));
    std::ranges::move(kept, std::back_inserter(secrets));
    std::vector<std::string> missing;
    for (const governance::MemberBody& member : charter.members) {
        const auto has_signed = [&](const governance::KeyBody& key) {
            return crypto::signed_by(envelope, key.key);
        };
        if (std::ranges::any_of(member.keys, has_signed)) continue;
        const auto secret = std::ranges::find_if(secrets, [&](const crypto::NamedSecret& s) {
            return std::ranges::any_of(member.keys,
                                       [&](const auto& key) { return key.key == s.public_part(); });
        });
        if (secret == secrets.end()) {
            missing.push_back(member.id);
        } else {
            envelope.signatures.push_back(crypto::sign_envelope(envelope, *secret));
        }
    }
    return Signed{std::move(envelope), std::move(missing)};
}

Result<crypto::Envelope> draft_charter(Context& context, const CharterFile& charter) {
    std::string author = context.as.empty() ? charter.members.front().id : context.as;
    if (std::ranges::none_of(charter.members, [&](const CharterMember& m) { return m.id == author; })) {
        return invalid("--as", fmt::format("{} is none of the founding members", author), "name one of them");
    }
    const ledger::Draft draft{.community = {},
                              .type = std::string(governance::kCharter),
                              .author = std::move(author),
                              .audience = for_everybody(),
                              .body = charter.body(),
                              .custody = false,
                              .attachments = {}};
    return ledger::unsigned_statement(draft, context.clock->now());
}

Result<void> create_and_submit(Context& context, const crypto::Envelope& envelope,
                               const governance::CharterBody& charter, const std::string& origin) {
    COMITY_TRY(node::Config config, node::load_config(data_folder(context)));
    std::error_code ignored;
    const bool fresh = !std::filesystem::exists(config.data / "comity.toml", ignored);
    if (config.origin.empty()) config.origin = origin;
    if (fresh) config.name = charter.name;
    COMITY_TRY(const auto node, node::Node::create(config, *context.clock));
    if (node->ledger().roll()->founded() && node->ledger().roll()->community != envelope.digest()) {
        return conflict(config.data.string(),
                        fmt::format("this node is home of \"{}\" already", node->ledger().roll()->name),
                        "found it in another folder: --data DIR");
    }
    COMITY_TRY(const ledger::Receipt receipt,
               node->ledger().submit({.envelope = envelope.write(), .objects = {}, .attachments = {}}));
    COMITY_CHECK(write_config(context, config));
    const ledger::LogIdentity& identity = node->ledger().identity();
    if (context.json) {
        print_json(context, json::Object{{"id", receipt.id.hex()},
                                         {"name", charter.name},
                                         {"members", charter.members.size()},
                                         {"origin", identity.origin},
                                         {"log_key", identity.key.public_part().text()},
                                         {"cosigner_key", identity.cosigner.public_part().text()},
                                         {"index", receipt.index},
                                         {"witnessed", second_text(receipt.witnessed)}});
        return {};
    }
    print_fields(context, {{"community", charter.name},
                           {"id", receipt.id.hex()},
                           {"members", std::to_string(charter.members.size())},
                           {"log", identity.origin},
                           {"log key", identity.key.public_part().text()},
                           {"cosigner", identity.cosigner.public_part().text()},
                           {"data folder", config.data.string()}});
    context.err << "Now: comity account add PERSON@MEMBER, then comity serve\n";
    return {};
}

// What is allowed and seldom meant: said, not refused. A procedure that asks for classes which nobody is of
// yet adopts nothing until they come; one that says nothing of time lets whoever opens a vote close it in a
// minute.
void warn_of_procedure(Context& context, const governance::CharterBody& charter,
                       const governance::Procedure& procedure) {
    std::vector<governance::Elector> electors;
    for (const governance::MemberBody& member : charter.members) {
        if (!procedure.electorate.takes(member.id, member.stakeholder_class, {})) continue;
        governance::Elector& elector = electors.emplace_back();
        elector.id = member.id;
        elector.houses = procedure.houses_of(member.id, member.stakeholder_class, {});
    }
    const auto could = electors.empty() ? Result<void>(invalid("electorate", "none of them votes"))
                                        : governance::check_reachable(procedure, electors, {});
    if (!could) {
        context.err << fmt::format("With the founders alone nothing can be adopted by {}: {}\n", procedure.id,
                                   could.error().what);
    }
    const auto takes_days = [](const governance::Phase& phase) { return phase.votes && phase.min_days > 0; };
    if (std::ranges::none_of(procedure.phases, takes_days)) {
        context.err << fmt::format(
            "Whoever opens a vote by {} may close it within the hour: give it a phase with \"votes\": true "
            "and \"min_days\"\n",
            procedure.id);
    }
}

void warn_of_procedures(Context& context, const governance::CharterBody& charter) {
    for (const auto& list : charter.procedures) {
        for (const json::Value& value : list.value().as_array()) {
            const auto procedure = governance::parse_procedure(value, "");
            if (procedure) warn_of_procedure(context, charter, *procedure);
        }
    }
}

Result<void> found(Context& context, const CommunityFoundOptions& options) {
    if (options.example) {
        context.out << example_charter();
        return {};
    }
    if (options.charter.empty() == options.envelope.empty()) {
        return invalid("CHARTER", "give a charter file, or --envelope FILE with a signed charter",
                       "comity community found --example prints an example");
    }
    crypto::Envelope envelope;
    std::string origin = options.origin;
    if (!options.charter.empty()) {
        COMITY_TRY(const std::string text, read_file(context, options.charter, kMaxCharterFile));
        COMITY_TRY(CharterFile file, parse_charter_file(context, text, options.charter));
        if (!options.rules_by.empty()) file.rules_by = options.rules_by;
        if (!options.bodies_by.empty()) file.bodies_by = options.bodies_by;
        if (!options.charter_by.empty()) file.charter_by = options.charter_by;
        COMITY_CHECK(add_procedures(context, file));
        if (origin.empty()) origin = file.origin;
        COMITY_TRY(envelope, draft_charter(context, file));
    } else {
        if (!options.rules_by.empty() || !options.bodies_by.empty() || !options.charter_by.empty()) {
            return invalid("--rules-by", "goes not with --envelope",
                           "what others have signed stays as it is");
        }
        COMITY_TRY(const std::string text, read_file(context, options.envelope, crypto::kMaxEnvelopeSize));
        auto parsed = crypto::parse_envelope(text.substr(0, text.find_last_not_of("\r\n ") + 1));
        if (!parsed) return within(options.envelope, std::move(parsed).error());
        envelope = *std::move(parsed);
    }
    if (envelope.write().size() > crypto::kMaxEnvelopeSize) {
        return too_large("charter", fmt::format("is larger than {} bytes", crypto::kMaxEnvelopeSize),
                         "shorten its texts");
    }
    COMITY_TRY(const ledger::Statement statement, ledger::parse_statement(envelope));
    if (statement.type != governance::kCharter) {
        return invalid(options.envelope, fmt::format("is a {}, not a charter", statement.type),
                       "give the charter's envelope");
    }
    COMITY_TRY(const governance::CharterBody charter, governance::parse_charter(statement.body));
    warn_of_procedures(context, charter);
    COMITY_TRY(const Signed signed_charter, sign(context, std::move(envelope), charter));
    if (!options.out.empty()) {
        COMITY_CHECK(write_file(context, options.out, signed_charter.envelope.write() + "\n", true));
        context.err << fmt::format(
            "Written to {}. {}\n", options.out,
            signed_charter.missing.empty()
                ? "All founders have signed: comity community found --envelope " + options.out
                : fmt::format("Still to sign: {} (comity statement sign {} --key MEMBER.key)",
                              fmt::join(signed_charter.missing, ", "), options.out));
        return {};
    }
    if (!signed_charter.missing.empty()) {
        return refused(
            "charter", fmt::format("the keys of {} are not at hand", fmt::join(signed_charter.missing, ", ")),
            "give them with --key FILE, or write the charter with --out FILE and let them sign it");
    }
    if (origin.empty()) {
        COMITY_TRY(const node::Config config, node::load_config(data_folder(context)));
        std::error_code ignored;
        if (config.origin.empty() && !std::filesystem::exists(config.data / "keys" / "log.key", ignored)) {
            return invalid("--origin", "is missing", "name this node's log, as --origin cert-ke.example/log");
        }
    }
    return create_and_submit(context, signed_charter.envelope, charter, origin);
}

}  // namespace

void add_community_found(Command& community, Context& context) {
    auto options = std::make_shared<CommunityFoundOptions>();
    Command command = community.add_command(
        {.name = "found",
         .summary = "Found a community from a charter",
         .description =
             "Reads the charter (TOML), signs it with every founder's key found in the data folder's keys or "
             "given with --key, makes this node's log and store in the data folder, and submits the charter "
             "as the log's first entry.\n\n"
             "A charter counts when all its founders have signed. Where some of their keys are elsewhere, "
             "write it with --out, let each sign it (comity statement sign), and finish with --envelope.\n\n"
             "It can name the procedures by which what binds everybody is adopted: those for rules, "
             "those for bodies (without them those for rules), and those by which the charter itself is "
             "amended (without them two thirds of all members). A vote by another procedure still is a vote, "
             "but its text becomes no rule. Where the charter names none, a rule needs a vote in which "
             "everybody could vote and more voted yes than no, open for three days or with more than half of "
             "all members voting yes.",
         .examples = {
             {"comity community found --example > charter.toml", "begin with an example"},
             {"comity community found charter.toml", "all the founders' keys are here"},
             {"comity community found charter.toml --rules-by multistakeholder --bodies-by simple-majority",
              "by which procedures rules are adopted, and committees founded"},
             {"comity community found charter.toml --out charter.json", "some are elsewhere"},
             {"comity community found --envelope charter.json --origin cert-ke.example/log",
              "all have signed"}}});
    command.add_option("CHARTER", options->charter, "The charter file").type_name("FILE");
    command.add_option("--envelope", options->envelope, "A charter that others have signed already")
        .type_name("FILE");
    command
        .add_option("--out", options->out,
                    "Write the charter with the signatures at hand, and found nothing yet")
        .type_name("FILE");
    command
        .add_option("--origin", options->origin, "The name of this node's log, instead of the charter file's")
        .type_name("NAME");
    command
        .add_option(
            "--rules-by", options->rules_by,
            "A procedure by which rules are adopted: an id of comity procedure list, or a file (repeat); "
            "instead of the charter file's")
        .type_name("PROCEDURE");
    command
        .add_option("--bodies-by", options->bodies_by, "The same of committees and working groups (repeat)")
        .type_name("PROCEDURE");
    command.add_option("--charter-by", options->charter_by, "The same of amendments to the charter (repeat)")
        .type_name("PROCEDURE");
    command.add_option("--key", context.keys, "A founder's secret key (repeat)").type_name("FILE");
    command.add_option("--as", context.as, "The founder who stands as author; default: the first")
        .type_name("MEMBER");
    command.add_flag("--example", options->example, "Print a commented example charter");
    command.on_run(context, [options](Context& c) { return found(c, *options); });
}

}  // namespace comity::cli
