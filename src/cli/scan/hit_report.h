// What a scan tells its member's node of what it met: which indicators, how often and when, and nothing of
// where (comity scan --report).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "cli/context.h"
#include "intelligence/match/finding.h"

namespace comity::cli {

class HitCollector {
  public:
    void add(const intelligence::match::Finding& finding, Time now);
    void add(const intelligence::match::About& about, Time now);
    bool empty() const { return hits_.empty(); }
    // To the node; what was taken is forgotten, what was not is there for the next time, under the same
    // number: a report of which the answer was lost counts once.
    Result<void> send(Context& context);

  private:
    struct Met {
        std::int64_t count = 0;
        Time first{};
        Time last{};
    };
    std::map<std::string, Met> hits_;     // by the indicator's id
    std::map<std::string, Met> sending_;  // the report that is under way
    std::string id_;                      // its number
};

}  // namespace comity::cli
