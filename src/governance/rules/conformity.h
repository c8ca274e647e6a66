// Who declares to keep which rules, with what evidence; who recognises whose declaration; what is due to be
// looked at again. A function of the rulebook.
//
// A declaration may say by which day its member says it anew (review_by), a review to which day it holds
// (until). Both last to the end of that day, UTC: then the declaration is overdue, and the review counts no
// longer. A confirmed review is recognition, a doubted one its refusal; mutual is what two confirm of each
// other under one rule.
#pragma once

#include <span>

#include "governance/rules/rule_store.h"

namespace comity::governance {

inline constexpr std::int64_t kMostDueDays = 3660;

// What members say of keeping a rule, as rule_answer has it under "conformity".
json::Array declarations_of(const RuleVersion& rule);

// Of rules as rule_answer tells them ("number", "version", "title", "topics", "vote", "conformity"), at that
// second: {"at","rules","members","declarations","recognition","due"}. Due is what is overdue, or will be
// within so many days; by day, rule and member.
json::Object conformity_table(std::span<const json::Object> rules, ledger::Witnessed at, std::int64_t days);

// Of the rules in force then, on the query's topic; "topics" are those of all of them.
Result<json::Object> conformity_answer(db::Session& session, ledger::QuorumTime& quorum,
                                       const RuleQuery& query, std::int64_t days);

}  // namespace comity::governance
