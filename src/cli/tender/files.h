// What the commands of `comity tender` share: publishers' files, read.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "development/market/package.h"

namespace comity::cli {

inline constexpr const char* kTenderFiles =
    "FILE is what a publisher gives: a release or record package of the Open Contracting Data Standard 1.1, "
    "a list, or a "
    "release a line; of a folder its .json and .jsonl files.";

// All files, in the order of their names within a folder.
Result<development::ReadReleases> read_tenders(Context& context, const std::vector<std::string>& files);
// The defects on standard error, the first of them; nothing with --json.
void print_defects(Context& context, const development::ReadReleases& read);
// Each process, merged; what can't be merged as it is, where it is all that there is of its process.
Result<std::vector<json::Value>> compile_all(const development::ReadReleases& read);

}  // namespace comity::cli
