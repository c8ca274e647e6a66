#include "intelligence/match/pattern_scan.h"

#include <fmt/format.h>

#include <queue>

#include "intelligence/match/record_objects.h"
#include "intelligence/match/watchable.h"

namespace comity::intelligence::match {
namespace {

constexpr std::uint64_t kBetweenTold = 4096;  // records

struct OpenLog {
    std::optional<Records> records;
    LogRecord next;
};

std::string log_name(const std::string& file) {
    return file == "-" ? "standard input" : file;
}

}  // namespace

PatternFinding pattern_finding(const ScanPattern& pattern, const std::vector<BoundObservation>& bound,
                               const std::vector<std::string>& logs) {
    PatternFinding finding{&pattern, {}};
    for (const BoundObservation& one : bound) {
        finding.places.push_back(
            {logs[static_cast<std::size_t>(one.number >> kLogLineBits)], one.number & kLogLineMask, one.at});
    }
    return finding;
}

Result<void> check_log_count(std::size_t count) {
    if (count <= kMaxLogsTogether) return {};
    return too_large("patterns",
                     fmt::format("are held against {} logs together at the most, and these are {}",
                                 kMaxLogsTogether, count),
                     "give fewer at a time, the older ones first");
}

Result<void> check_scan_pattern(const ScanPattern& pattern) {
    PatternScan scan(0);
    COMITY_CHECK(scan.add(pattern));
    COMITY_TRY(const Pattern parsed, parse_pattern(pattern.text, pattern.grammar));
    return check_watchable(parsed);
}

Result<void> PatternScan::add(ScanPattern pattern) {
    COMITY_TRY(Pattern parsed, parse_pattern(pattern.text, pattern.grammar));
    COMITY_TRY(const std::size_t number, watch_.add(std::move(parsed)));
    (void)number;  // they are numbered alike
    patterns_.push_back(std::move(pattern));
    return {};
}

Result<PatternTotals> PatternScan::run(const std::vector<std::string>& files,
                                       const PatternScanOptions& options,
                                       const std::function<void(PatternFinding&&)>& tell) {
    COMITY_CHECK(check_log_count(files.size()));
    PatternTotals totals;
    std::vector<OpenLog> logs(files.size());
    // The earliest record of all logs; of one moment, in the order of the files.
    using Turn = std::pair<Time, std::size_t>;
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns;
    const auto advance = [&](std::size_t which) {
        OpenLog& log = logs[which];
        auto record = log.records->next();
        if (record && *record) {
            log.next = *std::move(*record);
            turns.emplace(log.next.at, which);
            return;
        }
        if (!record)
            totals.errors.push_back(within(log_name(files[which]), std::move(record).error()).error());
        if (log.records->format() == LogFormat::kText) totals.text_files.push_back(files[which]);
        totals.passed_over += log.records->passed_over();
        log.records.reset();
    };
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto opened = Records::open(files[i], options.format, options.now);
        if (!opened) {
            totals.errors.push_back(within(log_name(files[i]), std::move(opened).error()).error());
            continue;
        }
        logs[i].records = *std::move(opened);
        advance(i);
    }
    const PatternWatch::Tell told = [&](std::size_t pattern, std::vector<BoundObservation>&& bound) {
        ++totals.matches;
        tell(pattern_finding(patterns_[pattern], bound, files));
    };
    while (!turns.empty()) {
        const std::size_t which = turns.top().second;
        turns.pop();
        const LogRecord& record = logs[which].next;
        ++totals.records;
        if (!record.timed) ++totals.untimed;
        const RecordObjects objects(record.fields, record.at);
        watch_.see(objects.observation(), std::uint64_t{which} << kLogLineBits | record.line, told);
        if (options.at && totals.records % kBetweenTold == 0) {
            std::uint64_t consumed = 0;
            for (const OpenLog& log : logs) consumed += log.records ? log.records->consumed() : 0;
            options.at(consumed);
        }
        advance(which);
    }
    watch_.finish(told);
    totals.watched = watch_.watched();
    return totals;
}

}  // namespace comity::intelligence::match
