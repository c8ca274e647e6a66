// STIX patterns held against logs, record by record: several logs together, merged by the times of their
// records, so that a pattern may follow one thing through all of them. Memory does not grow with the logs.
//
//     PatternScan scan(skew);
//     COMITY_CHECK(scan.add({about, "[...] FOLLOWEDBY [...] WITHIN 300 SECONDS", PatternGrammar::k21}));
//     const auto totals = scan.run(files, options, [&](PatternFinding&& found) { ... });
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "intelligence/match/records.h"
#include "intelligence/match/store.h"
#include "intelligence/pattern/watch.h"

namespace comity::intelligence::match {

inline constexpr std::size_t kMaxLogsTogether = 500;  // files, each of them open

// What a pattern was bound to, the earliest first.
struct PatternFinding {
    struct Place {
        std::string file;
        std::uint64_t line = 0;
        Time at{};
    };
    const ScanPattern* pattern = nullptr;
    std::vector<Place> places;
};

// A record's number in a watch: its log's, then its line.
inline constexpr unsigned kLogLineBits = 48;
inline constexpr std::uint64_t kLogLineMask = (std::uint64_t{1} << kLogLineBits) - 1;
PatternFinding pattern_finding(const ScanPattern& pattern, const std::vector<BoundObservation>& bound,
                               const std::vector<std::string>& logs);

// kTooLarge over kMaxLogsTogether.
Result<void> check_log_count(std::size_t count);
// kInvalid where it is no pattern, or one that cannot be evaluated; kRefused where it asks for what no log
// tells of (watchable.h).
Result<void> check_scan_pattern(const ScanPattern& pattern);

struct PatternTotals {
    std::uint64_t records = 0;
    std::uint64_t untimed = 0;      // that did not say their time
    std::uint64_t passed_over = 0;  // lines without fields, or too long
    std::uint64_t matches = 0;
    std::vector<std::string> text_files;  // that have no fields at all
    Watched watched;
    std::vector<Error> errors;
};

struct PatternScanOptions {
    std::optional<LogFormat> format;
    Time now{};
    std::function<void(std::uint64_t)> at{};  // bytes of files read, now and then
};

class PatternScan {
  public:
    // Records may stand as many microseconds behind later ones.
    explicit PatternScan(std::int64_t skew_micros) : watch_(skew_micros) {}

    // kInvalid where it is no pattern, or one that cannot be evaluated.
    Result<void> add(ScanPattern pattern);
    const std::vector<ScanPattern>& patterns() const { return patterns_; }

    // Once. kTooLarge over kMaxLogsTogether files; files that cannot be read are in the totals' errors.
    Result<PatternTotals> run(const std::vector<std::string>& files, const PatternScanOptions& options,
                              const std::function<void(PatternFinding&&)>& tell);

  private:
    PatternWatch watch_;
    std::vector<ScanPattern> patterns_;
};

}  // namespace comity::intelligence::match
