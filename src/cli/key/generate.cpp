#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/keys.h"
#include "cli/output.h"

namespace comity::cli {

namespace {

struct KeyGenerateOptions {
    std::string name;
    std::string folder;
    std::string file;  // the files' name without .key and .pub
    bool force = false;
};

Result<void> generate(Context& context, const KeyGenerateOptions& options) {
    if (auto named = crypto::check_key_name(options.name); !named)
        return within("NAME", std::move(named).error());
    const std::string& file = options.file.empty() ? options.name : options.file;
    if (file.find('/') != std::string::npos || file.starts_with('.')) {
        return invalid("NAME", "is the name of a file too: it holds no slash and begins with no dot",
                       "take a member's id, or name the file with --file");
    }
    if (file == "log" || file == "cosigner") {
        return invalid("NAME", fmt::format("{}.key is the node's own", file), "name the file with --file");
    }
    const std::filesystem::path folder =
        options.folder.empty() ? keys_folder(context) : std::filesystem::path(options.folder);
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code) return unavailable(folder.string(), code.message(), "check who may write there");

    const crypto::NamedSecret secret{options.name, crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    const std::string public_text = secret.public_part().text();
    const std::filesystem::path secret_file = folder / (file + ".key");
    const std::filesystem::path public_file = folder / (file + ".pub");
    COMITY_CHECK(write_file(context, secret_file, secret.text() + "\n", options.force, true));
    COMITY_CHECK(write_file(context, public_file, public_text + "\n", true));
    if (context.json) {
        print_json(context, json::Object{{"name", options.name},
                                         {"key", public_text},
                                         {"secret_file", secret_file.string()},
                                         {"public_file", public_file.string()}});
    } else {
        context.out << public_text << '\n';
        context.err << fmt::format(
            "The secret key is in {}: keep it, and a copy where only you can read it.\n",
            secret_file.string());
    }
    return {};
}

}  // namespace

void add_key_generate(Command& key, Context& context) {
    auto options = std::make_shared<KeyGenerateOptions>();
    Command command =
        key.add_command({.name = "generate",
                         .summary = "Make a key pair",
                         .description = "Makes an Ed25519 key pair named NAME, usually the member's id: "
                                        "NAME.key, the secret key, which only you can read "
                                        "(mode 0600), and NAME.pub, the public key, which is printed and "
                                        "which you give to others. Both have the "
                                        "form of C2SP signed notes.",
                         .examples = {{"comity key generate cert-ke", "into the data folder's keys"},
                                      {"comity key generate cert-ke --out ~/secrets", ""}}});
    command.add_option("NAME", options->name, "The key's name: the member's id").required();
    command.add_option("--out", options->folder, "The folder to write to; default: keys in the data folder")
        .type_name("DIR");
    command.add_option("--file", options->file, "The files' name; default: NAME. For a member's second key")
        .type_name("NAME");
    command.add_flag("--force", options->force,
                     "Replace a key of that name: what it signed can't be signed again");
    command.on_run(context, [options](Context& c) { return generate(c, *options); });
}

}  // namespace comity::cli
