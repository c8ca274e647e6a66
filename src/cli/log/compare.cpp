#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"
#include "log/checkpoint.h"
#include "log/tree.h"

namespace comity::cli {

namespace {

struct LogCompareOptions {
    std::string file;
    std::string key;
};

Result<log::Checkpoint> opened(std::string_view note, const crypto::NamedKey& key, const std::string& where) {
    auto open = log::open_checkpoint(note, key);
    if (!open) return within(where, std::move(open).error());
    return std::move(open->checkpoint);
}

Result<void> compare(Context& context, const LogCompareOptions& options) {
    COMITY_TRY(const std::string kept_note, read_file(context, options.file, crypto::kMaxNoteSize));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object head, source->log());
    // The log's word for its own key proves nothing: the same key must have signed both.
    COMITY_TRY(const crypto::NamedKey key, read_public_key(context, options.key));
    COMITY_TRY(const log::Checkpoint kept, opened(kept_note, key, options.file));
    COMITY_TRY(const log::Checkpoint now, opened(field(head, "checkpoint"), key, "the log's checkpoint"));

    if (now.size < kept.size) {
        return refused(now.origin,
                       fmt::format("has {} entries now and had {}: it was set back", now.size, kept.size),
                       "ask its operator for the entries that are gone, and keep both checkpoints");
    }
    bool continues = now.root == kept.root;
    if (kept.size < now.size) {
        continues = kept.size == 0;
        if (!continues) {
            COMITY_TRY(const std::vector<Digest> proof, source->consistency(kept.size, now.size));
            continues = log::verify_consistency(kept.size, kept.root, now.size, now.root, proof).has_value();
        }
    }
    if (!continues) {
        return refused(
            now.origin, "shows two histories: it has signed checkpoints that do not continue each other",
            "keep both, they are the evidence: " + options.file + " and what comity log head --note prints");
    }
    if (context.json) {
        print_json(
            context,
            json::Object{
                {"origin", now.origin}, {"old_size", kept.size}, {"size", now.size}, {"consistent", true}});
    } else {
        print_fields(context, {{"consistent", fmt::format("{} has only grown, from {} to {} entries",
                                                          now.origin, kept.size, now.size)}});
    }
    return {};
}

}  // namespace

void add_log_compare(Command& log, Context& context) {
    auto options = std::make_shared<LogCompareOptions>();
    Command command = log.add_command(
        {.name = "compare",
         .summary = "Check that the log has only grown since a checkpoint",
         .description = "CHECKPOINT is one that you kept, or that somebody else was shown. Where the log "
                        "does not continue it, the log has shown two "
                        "histories, and the two signed checkpoints are the evidence.",
         .examples = {{"comity log head --note > checkpoint", "today"},
                      {"comity log compare checkpoint --key log.pub --node https://cert-ke.example",
                       "later, over the network"}}});
    command.add_option("CHECKPOINT", options->file, "The checkpoint's file (- for standard input)")
        .required()
        .type_name("FILE");
    command.add_option("--key", options->key, "The log's public key, as it stands or in a file")
        .required()
        .type_name("LOGKEY");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return compare(c, *options); });
}

}  // namespace comity::cli
