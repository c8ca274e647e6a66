// Which files a scan reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace comity::cli {

// Files, and of folders all files below them; of these only such as were written to then or later.
Result<std::vector<std::string>> log_files_of(const std::vector<std::string>& named,
                                              std::optional<Time> since = std::nullopt);
std::uint64_t log_sizes_of(const std::vector<std::string>& files);

std::string bytes_text(double bytes);  // "1.5 GB", "12 MB"

}  // namespace comity::cli
