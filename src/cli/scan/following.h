// The part of `comity scan` that goes on with what is written to the logs (--follow).
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/scan/report.h"
#include "cli/scan/watch_list.h"
#include "intelligence/match/pattern_scan.h"

namespace comity::cli {

struct FollowRequest {
    std::vector<std::string> files;
    std::optional<intelligence::match::LogFormat> format;
    bool from_start = false;
    std::string state;    // file; empty: none
    bool report = false;  // to the node
    std::string skew;     // as it was given
    std::int64_t skew_micros = 0;
    // To be held against records, as they are now; null: no patterns are asked for. Asked again when the list
    // has changed.
    std::function<Result<std::vector<intelligence::match::ScanPattern>>()> patterns;
};

// Until it is ended by SIGINT or SIGTERM. `list` may be null: patterns alone.
Result<void> scan_following(Context& context, const FollowRequest& request, WatchList* list,
                            ScanReport& report);

}  // namespace comity::cli
