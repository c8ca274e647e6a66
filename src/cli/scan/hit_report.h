// What a scan tells its member's node of what it met: which indicators, how often and when, and nothing of
// where (comity scan --report).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/digest.h"
#include "cli/context.h"
#include "intelligence/match/finding.h"
#include "intelligence/match/pattern_scan.h"

namespace comity::cli {

class HitCollector {
  public:
    // Of logs that are read whole, and may be so again: the same findings make the same report, which the
    // node counts once.
    static HitCollector of_whole_logs();
    void add(const intelligence::match::Finding& finding, Time now);
    void add(const intelligence::match::PatternFinding& finding, Time now);
    bool empty() const { return hits_.empty(); }
    // To the node; what was taken is forgotten, what was not is there for the next time, under the same
    // number: a report of which the answer was lost counts once.
    Result<void> send(Context& context);

  private:
    void add_met(const intelligence::match::About& about, Time now);

    struct Met {
        std::int64_t count = 0;
        Time first{};
        Time last{};
    };
    std::string next_id();

    bool whole_logs_ = false;
    Digest evidence_{};                   // of all that was found
    std::uint64_t reports_ = 0;           // that were begun
    std::map<std::string, Met> hits_;     // by the indicator's id
    std::map<std::string, Met> sending_;  // the report that is under way
    std::string id_;                      // its number
};

}  // namespace comity::cli
