// Reading and writing the files that commands are given.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/context.h"

namespace comity::cli {

// The whole file, or standard input for "-". kNotFound, kTooLarge over `max` bytes, kUnavailable.
Result<std::string> read_file(Context& context, const std::string& path, std::size_t max);

// Writes whole or not at all: into a new file beside it, flushed to disk, then renamed. "-": standard output.
// kConflict where it exists and `replace` is not set.
Result<void> write_file(Context& context, const std::filesystem::path& path, std::string_view content,
                        bool replace, bool secret = false);

}  // namespace comity::cli
