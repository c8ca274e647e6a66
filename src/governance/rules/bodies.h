// What is said of adopted rules (docs/formats.md, "Rules"): how a member keeps one, what others found when
// they looked, and that one is to be suspended. All name the vote that adopted the rule.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/exhibit.h"
#include "ledger/statement.h"

namespace comity::governance {

inline constexpr std::string_view kConformity = "governance.conformity";
inline constexpr std::string_view kReview = "governance.review";
inline constexpr std::string_view kSuspension = "governance.suspension";
inline constexpr std::string_view kRuleTypes[] = {kConformity, kReview, kSuspension};

struct ConformityBody {
    Digest opening;
    std::string conforms;  // "yes", "partly", "no"
    std::vector<ledger::Exhibit> evidence;
    std::string note;
    std::string review_by;  // a day, "2027-06-30": said anew by then; or empty
};

struct ReviewBody {
    Digest opening;
    Digest conformity;    // the statement that was looked at
    std::string finding;  // "confirmed", "doubted"
    std::string reason;
    std::string until;  // a day to which it holds; or empty
};

struct SuspensionBody {
    Digest opening;
    std::int64_t days = 0;
    std::string reason;
};

Result<ConformityBody> parse_conformity(const json::Value& body);
Result<ReviewBody> parse_review(const json::Value& body);
Result<SuspensionBody> parse_suspension(const json::Value& body);
// Of a statement of kRuleTypes: the vote that it is about.
Result<Digest> rule_of(const ledger::Statement& statement);

json::Object conformity_json(const ConformityBody& body);
json::Object review_json(const ReviewBody& body);

}  // namespace comity::governance
