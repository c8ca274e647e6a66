// What a list would have blocked, had it been in force: the list's values looked for in the logs of the time
// before it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/context.h"
#include "intelligence/export/active.h"

namespace comity::cli {

struct DryRun {
    std::vector<std::string> logs;  // files and folders
    std::int64_t days = 30;         // files that were not written to since are passed over
};

// Prints a row for each value that was met, with how often and where first; as JSON an object. Names count
// with those below them, networks with the addresses in them. Reads only.
Result<void> dry_run(Context& context, const DryRun& run, std::span<const intelligence::ActiveValue> values);

}  // namespace comity::cli
