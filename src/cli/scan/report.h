// What `comity scan` prints of what it finds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/context.h"
#include "intelligence/match/log_scan.h"
#include "intelligence/match/pattern_scan.h"
#include "intelligence/match/recipe.h"

namespace comity::cli {

// One finding as an object of JSON.
json::Object finding_json(const intelligence::match::Finding& finding);
json::Object pattern_finding_json(const intelligence::match::PatternFinding& finding);

// Takes findings as they come, and says the rest when they end. One thread.
class ScanReport {
  public:
    // "lines", "jsonl", "table", "sarif", "stix". kInvalid.
    static Result<std::unique_ptr<ScanReport>> make(const std::string& form, Context& context);
    virtual ~ScanReport() = default;
    virtual void add(const intelligence::match::Finding& finding) = 0;
    virtual void add(const intelligence::match::PatternFinding& finding) = 0;
    // What the scan does not look for though it is valid. Nothing is said of nothing.
    virtual void unwatched(const intelligence::match::LeftOut& left) = 0;
    virtual void finish(const intelligence::match::ScanTotals& totals) = 0;
};

}  // namespace comity::cli
