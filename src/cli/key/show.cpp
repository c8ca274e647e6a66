#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/output.h"
#include "node/key_files.h"

namespace comity::cli {

namespace {

Result<crypto::NamedKey> public_part_of(Context& context, const std::string& file) {
    if (std::filesystem::path(file).extension() == ".key") {
        COMITY_TRY(const crypto::NamedSecret secret, node::read_secret_key(file));
        return secret.public_part();
    }
    return read_public_key(context, file);
}

Result<void> show_key(Context& context, const std::string& file) {
    COMITY_TRY(const crypto::NamedKey key, public_part_of(context, file));
    if (context.json) {
        print_json(context,
                   json::Object{{"name", key.name},
                                {"id", fmt::format("{:08x}", key.id())},
                                {"type", key.type == crypto::KeyType::kEd25519 ? "ed25519" : "cosignature"},
                                {"key", key.text()}});
    } else {
        context.out << key.text() << '\n';
    }
    return {};
}

}  // namespace

void add_key_show(Command& key, Context& context) {
    auto file = std::make_shared<std::string>();
    Command command = key.add_command(
        {.name = "show",
         .summary = "Print the public part of a key",
         .description = "Prints the public key in FILE, or the public part of the secret key in it "
                        "(a file that ends with .key). The secret itself is never printed.",
         .examples = {{"comity key show comity-data/keys/cert-ke.key", "what to give others"}}});
    command.add_option("FILE", *file, "NAME.key or NAME.pub").required();
    command.on_run(context, [file](Context& c) { return show_key(c, *file); });
}

}  // namespace comity::cli
