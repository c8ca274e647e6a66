// The part of `comity scan` that holds STIX patterns against records (--pattern, --patterns).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/scan/hit_report.h"
#include "cli/scan/report.h"
#include "intelligence/match/pattern_scan.h"

namespace comity::cli {

using TakePattern = std::function<Result<void>(intelligence::match::ScanPattern&&)>;

// Patterns as --pattern gives them: each a pattern, or a file that holds one, an indicator or a bundle with
// indicators. kInvalid names the one that is none.
Result<void> take_given_patterns(Context& context, const std::vector<std::string>& given,
                                 const TakePattern& take);

// Says on standard error how many there were and what was not decided. `skew`: as it was given.
void say_pattern_totals(Context& context, const intelligence::match::PatternTotals& totals,
                        std::size_t patterns, const std::string& skew);

struct PatternPass {
    std::vector<std::string> files;
    std::optional<intelligence::match::LogFormat> format;
    std::string skew;  // as it was given
    HitCollector* hits = nullptr;
};
// Reads the logs, reports what matches, and says on standard error how many there were and what was not
// decided. How many matched; errors of files as the scan has them.
Result<intelligence::match::PatternTotals> scan_for_patterns(Context& context,
                                                             intelligence::match::PatternScan& scan,
                                                             const PatternPass& pass, ScanReport& report);

}  // namespace comity::cli
