// Which files a scan reads.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace comity::cli {

// Files, and of folders all files below them; of these only such as were written to then or later.
Result<std::vector<std::string>> log_files_of(const std::vector<std::string>& named,
                                              std::optional<Time> since = std::nullopt);
// Of a folder that is followed, the logs below it that are not known: not what is compressed or in UTF-16,
// nor what has the name of a rotated one whose log is there or among those known.
Result<std::vector<std::string>> logs_to_follow(const std::string& folder,
                                                const std::set<std::string>& known);
std::uint64_t log_sizes_of(const std::vector<std::string>& files);

std::string bytes_text(double bytes);  // "1.5 GB", "12 MB"

}  // namespace comity::cli
