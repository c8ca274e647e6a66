// Logs scanned whole: files one after the other or in parts side by side, what is found in the order in which
// it stands.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "intelligence/match/finding.h"

namespace comity::intelligence::match {

struct ScanTotals {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  // before they were compressed
    std::uint64_t lines = 0;  // begun or ended
    std::uint64_t findings = 0;
    std::vector<Error> errors;  // files that could not be read, or not to their end
};

struct ScanOptions {
    std::optional<LogFormat> format;  // nothing: told of each file by how it begins
    unsigned threads = 1;
    Time now{};
    // Called with the bytes of files that have been read, now and then, from any thread but one at a time.
    std::function<void(std::uint64_t)> at{};
    std::function<bool()> stop{};  // asked now and then, from any thread
};

// `tell` is called by one thread at a time, in the order of the files and of their lines. "-": standard
// input.
ScanTotals scan_logs(const Catalog& catalog, const std::vector<std::string>& files,
                     const ScanOptions& options, const Teller::Tell& tell);

}  // namespace comity::intelligence::match
