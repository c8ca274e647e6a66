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

Result<federation::Evidence> evidence_of(Context& context, const EvidenceCheckOptions& options) {
    if (options.files.size() > 2) {
        return invalid("FILE", "is given more than twice", "give one evidence file or two checkpoints");
    }
    if (options.files.size() == 2) return compared(context, options);
    COMITY_TRY(const std::string text, read_file(context, options.files[0], kMaxChecked));
    auto evidence = federation::parse_evidence(text);
    if (!evidence) return within(options.files[0], std::move(evidence).error());
    return evidence;
}

Result<void> check(Context& context, const EvidenceCheckOptions& options) {
    COMITY_TRY(const federation::Evidence evidence, evidence_of(context, options));
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
         .summary = "Check evidence that a log has lied, offline",
         .description =
             "Says in words what the file proves, and fails where it proves nothing. Believes nobody: "
             "the evidence is two notes that one log has signed and that cannot both be true. Given "
             "two checkpoints instead, it looks for the contradiction and prints the evidence.",
         .examples = {{"comity evidence check evidence.json", ""},
                      {"comity evidence check shown-to-me shown-to-you --key log.pub > evidence.json",
                       "two checkpoints of one log"}}});
    command.add_option("FILE", options->files, "The evidence, or two checkpoints (- for standard input)")
        .required();
    command.add_option("--key", options->key, "The log's public key, for two checkpoints")
        .type_name("LOGKEY");
    command
        .add_option("--cosigner", options->cosigners,
                    "A cosigner's public key, whose times are compared (repeat)")
        .type_name("KEY");
    command.on_run(context, [options](Context& c) { return check(c, *options); });
}

}  // namespace comity::cli
