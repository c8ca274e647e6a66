#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/keys.h"
#include "cli/statement/envelope_file.h"
#include "ledger/statement.h"
#include "node/key_files.h"

namespace comity::cli {

namespace {

struct StatementSignOptions {
    std::string file;
    std::string out;
};

Result<void> sign(Context& context, const StatementSignOptions& options) {
    COMITY_TRY(crypto::Envelope envelope, read_envelope(context, options.file));
    auto statement = ledger::parse_statement(envelope);
    if (!statement) return within(options.file, std::move(statement).error());
    unsigned added = 0;
    for (const std::string& file : context.keys) {
        COMITY_TRY(const crypto::NamedSecret secret, node::read_secret_key(file));
        if (crypto::signed_by(envelope, secret.public_part())) {
            context.err << fmt::format("{} has signed it already.\n", secret.name);
            continue;
        }
        if (envelope.signatures.size() >= crypto::kMaxEnvelopeSignatures) {
            return too_large(options.file,
                             fmt::format("has {} signatures already", envelope.signatures.size()),
                             "it takes no more");
        }
        envelope.signatures.push_back(crypto::sign_envelope(envelope, secret));
        ++added;
    }
    const std::string out = !options.out.empty() ? options.out : options.file;
    COMITY_CHECK(write_file(context, out, envelope.write() + "\n", true));
    context.err << fmt::format("{} signed ({} more, {} in all): {}\n", statement->type, added,
                               envelope.signatures.size(), statement->id.hex());
    return {};
}

}  // namespace

void add_statement_sign(Command& statement, Context& context) {
    auto options = std::make_shared<StatementSignOptions>();
    Command command = statement.add_command(
        {.name = "sign",
         .summary = "Add a signature to an envelope",
         .description =
             "Adds the signatures of the keys given with --key to the envelope in FILE, in place or into "
             "another file. Read what you sign: comity statement show does not change it.",
         .examples = {
             {"comity statement sign charter.json --key keys/kenic.key", "a founder signs the charter"}}});
    command.add_option("FILE", options->file, "The envelope").required();
    command.add_option("--key", context.keys, "The secret key to sign with (repeat)")
        .required()
        .type_name("FILE");
    command.add_option("--out", options->out, "Write here, and leave FILE as it is").type_name("FILE");
    command.on_run(context, [options](Context& c) { return sign(c, *options); });
}

}  // namespace comity::cli
