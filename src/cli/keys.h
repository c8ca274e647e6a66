// Key files (node/key_files.h): NAME.key (secret, mode 0600, signed-note text) and NAME.pub (the vkey), in
// DATA/keys unless said otherwise.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/context.h"
#include "crypto/key_text.h"

namespace comity::cli {

// A vkey as it stands, or the name of a file that holds one.
Result<crypto::NamedKey> read_public_key(Context& context, const std::string& text_or_file);

std::filesystem::path keys_folder(const Context& context);

// The secret keys in DATA/keys that are persons' and members' (not the log's own), by name. A file that is
// none is an error.
Result<std::vector<crypto::NamedSecret>> member_secrets(Context& context);

}  // namespace comity::cli
