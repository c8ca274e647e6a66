#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/member/member_file.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "cli/source.h"
#include "crypto/sealing.h"
#include "node/key_files.h"
#include "node/submission_json.h"

namespace comity::cli {

namespace {

struct MemberImportOptions {
    std::string file;
    std::string password_file;
    bool keys = false;
};

// The keys go into the data folder, each into its file; one that is there already, the same, is left.
Result<std::size_t> take_keys(Context& context, const MemberImportOptions& options,
                              const MemberFileHeader& header) {
    if (!options.keys || header.keys.empty()) return 0;
    COMITY_TRY(const std::string password, new_password(context, options.password_file));
    std::size_t taken = 0;
    for (const std::string& sealed : header.keys) {
        auto text = crypto::open_with_password(sealed, password);
        if (!text) return within(options.file, std::move(text).error());
        auto secret = crypto::parse_secret_key(*text);
        if (!secret) return within(options.file, std::move(secret).error());
        if (secret->name != header.member) return refused(options.file, "holds a key of somebody else");
        const std::filesystem::path path = keys_folder(context) / (header.member + ".key");
        if (const auto there = node::read_secret_key(path); there && there->text() == secret->text())
            continue;
        COMITY_CHECK(node::write_secret_key(path, *secret));
        ++taken;
    }
    return taken;
}

Result<void> run(Context& context, const MemberImportOptions& options) {
    COMITY_TRY(MemberFileReader file, MemberFileReader::open(options.file));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::size_t keys, take_keys(context, options, file.header()));
    std::size_t taken = 0;
    json::Array refused_list;
    for (;;) {
        COMITY_TRY(const auto text, file.next());
        if (!text) break;
        COMITY_TRY(const ledger::Submission submission, node::parse_submission(*text));
        const auto submitted = source->submit(submission);
        if (submitted) {
            ++taken;
            continue;
        }
        const Error& error = submitted.error();
        if (error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kInternal)
            return std::unexpected(error);
        const auto envelope = crypto::parse_envelope(submission.envelope);
        refused_list.push_back(json::Object{{"id", envelope ? envelope->digest().hex() : std::string()},
                                            {"reason", error.message()}});
    }
    if (context.json) {
        print_json(context, json::Object{{"member", file.header().member},
                                         {"statements", taken},
                                         {"keys", keys},
                                         {"refused", std::move(refused_list)}});
        return {};
    }
    context.out << fmt::format("{}: {} statements of {} stand here now, {} keys\n", printable(options.file),
                               taken, printable(file.header().member), keys);
    for (const json::Value& one : refused_list) {
        context.err << fmt::format("Refused: {}: {}\n",
                                   std::string_view(one.as_object().at("id").as_string()),
                                   printable(one.as_object().at("reason").as_string()));
    }
    return {};
}

}  // namespace

void add_member_import(Command& member, Context& context) {
    auto options = std::make_shared<MemberImportOptions>();
    Command command = member.add_command(
        {.name = "import",
         .summary = "Bring what comity member export wrote to another node",
         .description = "Each statement is submitted as it was signed; what the node has already is answered "
                        "as the first "
                        "time, so it can be done again. A node of the same community that knows the member "
                        "takes all of it, "
                        "also what the old one took and nobody had mirrored before it went.",
         .examples = {
             {"comity member import ke.member --keys", "into the node of this data folder"},
             {"comity member import ke.member --node https://cert-fr.example", "over the network"}}});
    command.add_option("FILE", options->file, "What was exported").required();
    command.add_flag("--keys", options->keys, "Take its keys too, into this data folder's keys/");
    command.add_option("--password-file", options->password_file, "Where the password is (-: standard input)")
        .type_name("FILE");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return run(c, *options); });
}

}  // namespace comity::cli
