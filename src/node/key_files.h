// Keys in files: one line, as crypto/key_text.h has it; secret ones readable by their owner alone.
#pragma once

#include <filesystem>

#include "crypto/key_text.h"

namespace comity::node {

// kNotFound, kInvalid with the path; kRefused where others than the owner may read it.
Result<crypto::NamedSecret> read_secret_key(const std::filesystem::path& path);
Result<crypto::NamedKey> read_public_key(const std::filesystem::path& path);
// Written whole or not at all, and flushed. kConflict where the file exists.
Result<void> write_secret_key(const std::filesystem::path& path, const crypto::NamedSecret& secret);

}  // namespace comity::node
