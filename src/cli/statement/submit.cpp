#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "cli/statement/envelope_file.h"
#include "json/slices.h"

namespace comity::cli {

namespace {

struct StatementSubmitOptions {
    std::string file;
    std::string objects;
    std::vector<std::string> attachments;
    std::string refusal;
};

Result<void> submit(Context& context, const StatementSubmitOptions& options) {
    COMITY_TRY(const crypto::Envelope envelope, read_envelope(context, options.file));
    ledger::Submission submission{.envelope = envelope.write(), .objects = {}, .attachments = {}};
    if (!options.objects.empty()) {
        COMITY_TRY(const std::string document,
                   read_file(context, options.objects, ledger::kMaxSubmissionSize));
        auto objects = json::array_elements(document, "objects");
        if (!objects) return within(options.objects, std::move(objects).error());
        submission.objects.assign(objects->begin(), objects->end());
    }
    for (const std::string& file : options.attachments) {
        COMITY_TRY(submission.attachments.emplace_back(),
                   read_file(context, file, ledger::kMaxSubmissionSize));
    }
    COMITY_TRY(const auto source, Source::open(context));
    const Result<Submitted> submitted = source->submit(submission);
    if (!submitted) {
        const std::string note = source->signed_refusal();
        if (!options.refusal.empty() && !note.empty()) {
            COMITY_CHECK(write_file(context, options.refusal, note, true));
            context.err << "The node has signed that it refuses: " << options.refusal
                        << ": comity evidence check shows what it proves.\n";
        }
        return std::unexpected(submitted.error());
    }
    print_submitted(context, *submitted);
    return {};
}

}  // namespace

void add_statement_submit(Command& statement, Context& context) {
    auto options = std::make_shared<StatementSubmitOptions>();
    Command command = statement.add_command(
        {.name = "submit",
         .summary = "Submit a signed envelope",
         .description =
             "Submits what was signed elsewhere, also what another node refused. What was submitted "
             "before is answered as the first time. A node that refuses signs its reason: --refusal keeps "
             "that, for others to see (comity evidence check).",
         .examples = {
             {"comity statement submit envelope.json", ""},
             {"comity statement submit envelope.json --node https://cert-ug.example", "at another node"},
             {"comity statement submit envelope.json --node https://cert-ug.example --refusal no.note",
              "and should it refuse, its signed reason"}}});
    command.add_option("FILE", options->file, "The envelope").required();
    command
        .add_option("--objects", options->objects,
                    "The STIX bundle whose objects the statement binds, in their order")
        .type_name("FILE");
    command
        .add_option("--attachment", options->attachments, "An attachment, in the statement's order (repeat)")
        .type_name("FILE");
    command
        .add_option("--refusal", options->refusal,
                    "Where the node's signed refusal is written, should it refuse")
        .type_name("FILE");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return submit(c, *options); });
}

}  // namespace comity::cli
