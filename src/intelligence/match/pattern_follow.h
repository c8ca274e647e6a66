// STIX patterns held against logs that are being written: through rotation, truncation and the end of this
// program, which goes on where it was, with what it had kept for matches that were not whole yet.
//
//     PatternFollow follow({"dns.log", "conn.log"}, options, saved);   // saved: what state() said last
//     COMITY_CHECK(follow.set(patterns));
//     while (...) { COMITY_CHECK(follow.poll(now, tell)); save(follow.state()); wait; }
//
// A match is told when the last of its records is read; windows are of the records' own times, so what waits
// for more is let go as the logs go on, not as the clock does. What is there already is read in the order of
// its times over all logs; what comes behind later records by more than `skew` may find gone what it would
// have matched. A record that says it is of a time to come counts as of `skew` from now, so that one wrong
// clock ends no window but its own. Bounded memory (rolling.h). One thread.
//
// What was told but not saved before a kill is told again, and nothing is lost.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "intelligence/match/pattern_scan.h"
#include "intelligence/match/record_follower.h"

namespace comity::intelligence::match {

struct PatternFollowState {
    struct Kept {
        std::string log;
        std::uint64_t line = 0;
        Time at{};
        std::vector<std::uint32_t> leaves;  // parts of the pattern that hold for it

        friend bool operator==(const Kept&, const Kept&) = default;
    };
    std::map<std::string, RecordPlace> places;      // by log
    std::optional<Time> newest;                     // of all records
    std::map<std::string, std::vector<Kept>> kept;  // by pattern (pattern_key), by time

    friend bool operator==(const PatternFollowState&, const PatternFollowState&) = default;
};

// Names a pattern and who says it.
std::string pattern_key(const ScanPattern& pattern);

struct PatternFollowOptions {
    std::optional<LogFormat> format;
    std::int64_t skew_micros = 0;
    bool from_start = false;
};

class PatternFollow {
  public:
    // kTooLarge over kMaxLogsTogether logs.
    static Result<std::unique_ptr<PatternFollow>> make(const std::vector<std::string>& logs,
                                                       const PatternFollowOptions& options,
                                                       PatternFollowState saved = {});

    // Another log, from its beginning. kTooLarge as make().
    Result<void> add_log(const std::string& log);
    // From now on these, in place of those before; what is kept for one that stays is kept on.
    Result<void> set(std::vector<ScanPattern> patterns);
    const std::vector<ScanPattern>& patterns() const { return patterns_; }

    // Reads what has been written since, some thousand records at the most; false: there was nothing.
    Result<bool> poll(Time now, const std::function<void(PatternFinding&&)>& tell);
    PatternFollowState state() const;
    // As FollowedFile::losses(), of all logs.
    std::vector<Error> losses();
    // Since it began; without errors.
    PatternTotals totals() const;

  private:
    explicit PatternFollow(const PatternFollowOptions& options) : options_(options) {}
    std::uint64_t log_number(const std::string& log);

    const PatternFollowOptions options_;
    std::vector<std::unique_ptr<RecordFollower>> followers_;
    std::vector<std::uint64_t> numbers_;  // of the followers' logs
    std::vector<std::string> logs_;       // of the followers, and others that something kept is of
    std::map<std::string, std::vector<PatternFollowState::Kept>> saved_;  // for patterns that may be set
    std::optional<Time> newest_;                                          // before there was a watch
    std::vector<ScanPattern> patterns_;
    std::unique_ptr<PatternWatch> watch_;
    PatternTotals totals_;
    Watched before_;  // of watches before this one
};

}  // namespace comity::intelligence::match
