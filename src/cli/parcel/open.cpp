#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "federation/parcel.h"

namespace comity::cli {

namespace {

struct ParcelOpenOptions {
    std::string id;
    std::string out;
};

Result<void> open(Context& context, const ParcelOpenOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string envelope_text, source->envelope(options.id));
    COMITY_TRY(const crypto::Envelope envelope, crypto::parse_envelope(envelope_text));
    COMITY_TRY(const ledger::Statement statement, ledger::parse_statement(envelope));
    if (statement.type != federation::kParcel) {
        return invalid(options.id, "is no parcel but " + statement.type,
                       "list them: comity statement list --type federation.parcel");
    }
    COMITY_CHECK(federation::parse_parcel(statement));
    COMITY_TRY(const std::string sealed,
               source->attachment(statement.id.hex(), statement.attachments.front().sha256));
    COMITY_TRY(const auto keys, secrets_at_hand(context));
    for (const crypto::NamedSecret& key : keys) {
        auto content = federation::open_parcel(as_bytes(sealed), key.key);
        if (!content && content.error().kind == ErrorKind::kRefused) continue;
        if (!content) return within(options.id, std::move(content).error());
        const std::string out = options.out.empty() ? content->name : options.out;
        COMITY_CHECK(write_file(context, out, content->bytes, false, true));
        if (out != "-")
            context.err << fmt::format("{}: {} bytes, {}\n", printable(out), content->bytes.size(),
                                       printable(content->type));
        return {};
    }
    return refused(options.id, "no key at hand opens it", "give a reader's key: --key FILE");
}

}  // namespace

void add_parcel_open(Command& parcel, Context& context) {
    auto options = std::make_shared<ParcelOpenOptions>();
    Command command = parcel.add_command(
        {.name = "open",
         .summary = "Open a parcel with a key of one of its readers",
         .description =
             "Writes the file that was sent, under its own name in this folder where --out does not "
             "say otherwise; one that is there already is left alone.",
         .examples = {
             {"comity parcel open b0a5dc70", ""},
             {"comity parcel open b0a5dc70 --out - --node https://cert-ke.example --token T --key fr.key",
              ""}}});
    command.add_option("STATEMENT", options->id, "The parcel's id or its beginning").required();
    command.add_option("--out", options->out, "Where to write it (-: standard output)").type_name("FILE");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return open(c, *options); });
}

}  // namespace comity::cli
