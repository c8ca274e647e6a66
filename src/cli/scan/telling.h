// Between a scan and what becomes of what it finds.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/scan/hit_report.h"
#include "cli/scan/report.h"
#include "cli/scan/watch_list.h"

namespace comity::cli {

// Nothing is told from an index before all of it was found as it was written. One thread.
class ScanTelling {
  public:
    // `hits` may be null: nothing is reported to the node.
    ScanTelling(WatchList& list, ScanReport& report, HitCollector* hits, Clock& clock)
        : list_(list), report_(report), hits_(hits), clock_(clock) {}

    void tell(intelligence::match::Finding&& finding);
    Result<void> checked();
    bool failed() const { return failed_.has_value(); }

  private:
    void check();

    WatchList& list_;
    ScanReport& report_;
    HitCollector* hits_;
    Clock& clock_;
    std::optional<Error> failed_;
    std::uint64_t count_ = 0;
};

}  // namespace comity::cli
