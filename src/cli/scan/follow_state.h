// The file that keeps how far a scan that follows logs has come (comity scan --follow --state).
//
//     {"files": {"/var/log/dns.log": {"device", "inode", "offset", "lines", "beginning", "beginning_size",
//                                      "ending", "ending_size", "written"}},
//      "folders": ["/var/log/zeek"],
//      "patterns": {"files": {...: {..., "last"}}, "newest": microseconds, "logs": ["/var/log/dns.log"],
//                   "kept": {"<pattern's key>": [[log, line, microseconds, [part]]]}}}
#pragma once

#include <map>
#include <set>
#include <string>

#include "cli/context.h"
#include "intelligence/match/pattern_follow.h"

namespace comity::cli {

struct ScanFollowState {
    std::set<std::string> folders;  // that were followed: logs in them that have no place are new
    std::map<std::string, intelligence::match::FollowPlace> places;
    intelligence::match::PatternFollowState patterns;
};

// Of no file, or one that is not there: nothing. kInvalid says what to do about one that is none.
Result<ScanFollowState> read_follow_state(Context& context, const std::string& file);
Result<void> write_follow_state(Context& context, const std::string& file, const ScanFollowState& state);

}  // namespace comity::cli
