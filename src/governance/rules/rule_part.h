// What makes a proposal a rule: the member "rule" of its body (docs/formats.md, "Rules"). It is of the text
// that votes are bound to, so nobody can give an adopted text another number, date or policy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "governance/procedure/rational.h"
#include "governance/rules/policy.h"

namespace comity::governance {

// How a rule can be suspended in an emergency, for a time that ends by itself.
struct SuspensionRule {
    std::optional<std::int64_t> classes;  // that must ask for it; nothing: more than half of those there are
    Rational of_each = Rational::of(1, 3);  // what part of a class' members speaks for it
    std::int64_t days = 14;                 // how long it lasts at the most
};
inline constexpr std::int64_t kMaxSuspensionDays = 30;

struct RulePart {
    std::string number;               // "DS-1": a later rule of that number supersedes it
    std::vector<std::string> topics;  // "data-security"
    std::int64_t delay_days = 0;      // from the close of the vote to the day it takes force
    std::optional<Time> from;         // not before that time
    std::optional<Time> expires;
    std::vector<std::string> repeals;  // numbers that end when it takes force
    SuspensionRule suspension;
    std::optional<RulePolicy> policy;
    json::Value policy_json;  // null where there is none
};

Result<RulePart> parse_rule_part(const json::Value& value, const std::string& path);
json::Object rule_part_json(const RulePart& part);
// Of a rule: 1 to 40 letters, digits, "-" and ".". kInvalid.
Result<void> check_rule_number(std::string_view number, const std::string& path);

}  // namespace comity::governance
