#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/keys.h"
#include "cli/output.h"
#include "crypto/note.h"
#include "federation/evidence.h"
#include "federation/refusal.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxChecked = 64 * 1024;

struct EvidenceCheckOptions {
    std::vector<std::string> files;
    std::string key;
    std::vector<std::string> cosigners;
};

// Two checkpoints, as somebody was shown them, made into evidence.
Result<federation::Evidence> compared(Context& context, const EvidenceCheckOptions& options) {
    if (options.key.empty()) {
        return invalid("--key", "is missing", "give the public key of the log that signed both checkpoints");
    }
    COMITY_TRY(const crypto::NamedKey key, read_public_key(context, options.key));
    std::vector<crypto::NamedKey> cosigners;
    for (const std::string& text : options.cosigners) {
        COMITY_TRY(cosigners.emplace_back(), read_public_key(context, text));
    }
    COMITY_TRY(const std::string first, read_file(context, options.files[0], crypto::kMaxNoteSize));
    COMITY_TRY(const std::string second, read_file(context, options.files[1], crypto::kMaxNoteSize));
    COMITY_TRY(auto found, federation::compare_notes(first, second, key, cosigners));
    if (found) return std::move(*found);
    return refused(options.files[0] + ", " + options.files[1], "do not contradict each other by themselves",
                   "of different sizes, ask the log whether the larger continues the smaller: comity log "
                   "compare");
}

// What a node has signed that it would not take.
Result<void> check_refusal(Context& context, const EvidenceCheckOptions& options, const std::string& note) {
    if (options.key.empty()) {
        return invalid("--key", "is missing", "give the public key of the log whose node has refused");
    }
    COMITY_TRY(const crypto::NamedKey key, read_public_key(context, options.key));
    auto refusal = federation::Refusal::open(note, key);
    if (!refusal) return within(options.files[0], std::move(refusal).error());
    if (context.json) {
        print_json(context, json::Object{{"refused_by", key.text()},
                                         {"community", refusal->community.hex()},
                                         {"statement", refusal->statement.hex()},
                                         {"at", format_time_millis(refusal->at)},
                                         {"kind", refusal->kind},
                                         {"reason", refusal->reason}});
        return {};
    }
    print_fields(context, {{"proved", fmt::format("the node of {} would not take a statement", key.name)},
                           {"statement", refusal->statement.hex()},
                           {"at", format_time_millis(refusal->at)},
                           {"reason", refusal->reason},
                           {"log key", key.text()}});
    context.err
        << "Whether it was right to, another node's log shows: where the statement stands there, it was good "
           "(comity log prove).\n";
    return {};
}

Result<federation::Evidence> evidence_of(Context& context, const EvidenceCheckOptions& options,
                                         std::string_view text) {
    if (options.files.size() == 2) return compared(context, options);
    auto evidence = federation::parse_evidence(text);
    if (!evidence) return within(options.files[0], std::move(evidence).error());
    return evidence;
}

Result<void> check(Context& context, const EvidenceCheckOptions& options) {
    if (options.files.size() > 2) {
        return invalid("FILE", "is given more than twice", "give one evidence file or two checkpoints");
    }
    std::string text;
    if (options.files.size() == 1) {
        COMITY_TRY(text, read_file(context, options.files[0], kMaxChecked));
    }
    if (text.starts_with(federation::kRefusalHead)) return check_refusal(context, options, text);
    COMITY_TRY(const federation::Evidence evidence, evidence_of(context, options, text));
    auto proves = federation::check_evidence(evidence);
    if (!proves) return within(options.files[0], std::move(proves).error());
    if (context.json || options.files.size() == 2) {
        // What is made of two checkpoints is the file itself.
        context.out << printable_json(evidence.write()) << '\n';
        if (!context.json) context.err << *proves << '\n';
        return {};
    }
    std::vector<std::pair<std::string, std::string>> fields{
        {"proved", *proves}, {"evidence", evidence.id().hex()}, {"log key", evidence.log.text()}};
    if (evidence.cosigner) fields.emplace_back("cosigner", evidence.cosigner->text());
    print_fields(context, fields);
    context.err << "It is against the keys shown: whose they are, compare with your policy.\n";
    return {};
}

}  // namespace

void add_evidence_check(Command& evidence, Context& context) {
    auto options = std::make_shared<EvidenceCheckOptions>();
    Command command = evidence.add_command(
        {.name = "check",
         .summary = "Check evidence that a log has lied, or that a node has refused, offline",
         .description =
             "Says in words what the file proves, and fails where it proves nothing. Believes nobody: "
             "the evidence is two notes that one log has signed and that cannot both be true. Given "
             "two checkpoints instead, it looks for the contradiction and prints the evidence. A node's "
             "signed "
             "refusal (comity statement submit --refusal) is checked by the key of its log.",
         .examples = {
             {"comity evidence check evidence.json", ""},
             {"comity evidence check shown-to-me shown-to-you --key log.pub > evidence.json",
              "two checkpoints of one log"},
             {"comity evidence check no.note --key log.pub", "that its node would not take a statement"}}});
    command
        .add_option("FILE", options->files,
                    "The evidence, two checkpoints, or a refusal (- for standard input)")
        .required();
    command.add_option("--key", options->key, "The log's public key, for two checkpoints or a refusal")
        .type_name("LOGKEY");
    command
        .add_option("--cosigner", options->cosigners,
                    "A cosigner's public key, whose times are compared (repeat)")
        .type_name("KEY");
    command.on_run(context, [options](Context& c) { return check(c, *options); });
}

}  // namespace comity::cli
