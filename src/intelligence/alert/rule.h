// What a member wants to be warned of: its networks, domains, brands, sectors and technologies, and from
// which confidence on.
//
// A rule is no statement. It tells where a member is vulnerable, and a log would tell when it changed and
// keep it for ever; so it lives in the node's own tables, as accounts do (rule_book.h), and goes when it is
// removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "intelligence/alert/alert.h"
#include "json/value.h"
#include "ledger/audience.h"

namespace comity::intelligence {

struct AlertRule {
    std::string id;      // the node's own; empty until it is kept
    std::string member;  // whose it is
    std::string name;    // as a member's id; unique among the member's rules

    // Watched: one of these is met.
    std::vector<std::string> networks;      // addresses and networks, in their one spelling
    std::vector<std::string> domains;       // and every name below them
    std::vector<std::string> words;         // brands and names; also inside domain names and URLs
    std::vector<std::string> sectors;       // as labels and `sectors` have them
    std::vector<std::string> technologies;  // words, a CVE, the beginning of a CPE name
    // And these all hold. Without anything watched they alone decide.
    std::vector<std::string> types;     // STIX types; empty: any
    std::vector<std::string> sources;   // members that share; empty: any
    std::optional<int> min_confidence;  // as far as it is believed now (search/standing.h)

    bool scans = false;      // it is about what the member's own scans meet, and about nothing else
    bool sightings = false;  // warn of every member that sights what it matches, too
    Severity severity = Severity::kMedium;
    std::vector<std::string> measures;       // recommended, beside what the evidence says
    ledger::Audience audience;               // wished; none is laxer than the evidence's
    std::int64_t acknowledge_within = 3600;  // seconds, then it is escalated; 0: it need not be acknowledged
    std::int64_t per_hour = 30;  // alerts at the most; what comes beyond waits and is told together

    Time created{};
    std::int64_t after = 0;  // statements accepted up to then are not its business
};

// As people and REST write it, without what the node adds. kInvalid with the field.
Result<AlertRule> parse_rule(const json::Value& form, const std::string& member);
// With what the node adds; parse_rule takes what it gives where `stored` is false.
json::Object rule_json(const AlertRule& rule, bool stored = true);

}  // namespace comity::intelligence
