// Is the market open to all alike? What bidders of each group come to, against all others: how often they are
// chosen, and how long they wait for the award and for their money. A difference is a question: bidders of
// groups differ in more than their group, and only category and value are allowed for.
//
// Groups are what the parties say of themselves under a path, `details.scale` unless said otherwise. Counted
// is each tenderer of each process once, where an award is active: as bids/details name them, else
// tender/tenderers. Chosen is who supplies an active award.
//     rate       chosen / tenders, with Wilson's interval
//     ratio      the rate against that of all others together, with the interval of the logarithm (Katz);
//                below 0.8 is the four-fifths rule's threshold
//     exact      exact.h over strata of main category and of the value's order of magnitude and currency;
//                `fisher` the same of all in one table
//     to award   days from the end of the tender period to the award's date, of those chosen
//     to pay     days from a contract's signature to each of its payments, of its suppliers
//                means, their difference to all others with Welch's interval, and over the pooled deviation
// Counts from 1 to `least` - 1 are not told, nor anything that tells them; where that is one group alone, the
// group with the fewest tenders besides is left out too, so that no subtraction tells it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "development/market/exact.h"
#include "json/value.h"

namespace comity::development {

struct AuditSettings {
    std::string by = "details.scale";  // in a party
    std::string group{};               // only this group; else all
    std::size_t least = 5;
};

struct AuditInterval {
    double low = 0;
    double high = 0;
};
struct DaysTold {
    std::size_t n = 0;
    double mean = 0;
    std::optional<double> difference;       // to all others
    std::optional<AuditInterval> interval;  // of it, 95%
    std::optional<double> standardised;     // over the pooled standard deviation
};
struct GroupAudit {
    std::string group;
    bool suppressed = false;
    std::size_t tenders = 0;
    std::size_t chosen = 0;
    double rate = 0;
    AuditInterval rate_interval;
    std::optional<double> ratio;
    std::optional<AuditInterval> ratio_interval;
    ExactTest exact, fisher;
    std::optional<DaysTold> to_award, to_pay;  // nothing: fewer than `least` on either side
};
struct Audit {
    AuditSettings settings;
    std::size_t processes = 0;
    std::map<std::string, std::size_t> left_out;  // why -> processes
    std::size_t tenders = 0;
    std::size_t chosen = 0;
    std::size_t strata = 0;
    std::vector<GroupAudit> groups;  // by name
};

// Compiled releases, one a process. kInvalid where the path is none, kNotFound where nobody is in the group.
Result<Audit> audit_market(std::span<const json::Value> processes, const AuditSettings& settings = {});
json::Object audit_json(const Audit& audit);

AuditInterval wilson_interval(std::size_t part, std::size_t of);

}  // namespace comity::development
