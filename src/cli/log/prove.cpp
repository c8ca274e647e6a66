#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"
#include "log/proof.h"

namespace comity::cli {

namespace {

struct LogProveOptions {
    std::string id;
    std::string out;
    bool bundle = false;
};

Result<void> prove(Context& context, const LogProveOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(std::string text, source->proof(options.id));
    COMITY_TRY(log::Proof proof, log::Proof::parse(text));
    if (options.bundle) {
        COMITY_TRY(const std::string envelope, source->envelope(options.id));
        proof.extra = to_bytes(as_bytes(envelope));
        text = proof.write();
    }
    if (!options.out.empty() && options.out != "-") {
        COMITY_CHECK(write_file(context, options.out, text, true));
        context.err << fmt::format("Entry {} of the log is proven in {}.\n", proof.index, options.out);
        return {};
    }
    if (context.json) {
        json::Array hashes;
        for (const Digest& hash : proof.hashes) hashes.emplace_back(hash.hex());
        print_json(context,
                   json::Object{{"index", proof.index}, {"hashes", std::move(hashes)}, {"proof", text}});
    } else {
        context.out << text;
    }
    return {};
}

}  // namespace

void add_log_prove(Command& log, Context& context) {
    auto options = std::make_shared<LogProveOptions>();
    Command command = log.add_command(
        {.name = "prove",
         .summary = "Prove that a statement stands in the log",
         .description = "Prints a proof (C2SP tlog-proof) that anyone can check without this node: "
                        "comity log verify. With --bundle it carries the "
                        "signed statement too, and needs nothing else but the keys that one trusts. Of a "
                        "statement that was erased its place can be proved still: give its whole id.",
         .examples = {{"comity log prove 3f9a51c2 --bundle --out statement.tlog-proof", ""},
                      {"comity log verify statement.tlog-proof --key LOGKEY",
                       "where LOGKEY is what comity log head showed"}}});
    command.add_option("ID", options->id, "The statement's id, or its first 8 or more digits").required();
    command.add_option("--out", options->out, "Write the proof here; default: standard output")
        .type_name("FILE");
    command.add_flag("--bundle", options->bundle, "Put the signed statement into the proof's file");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return prove(c, *options); });
}

}  // namespace comity::cli
