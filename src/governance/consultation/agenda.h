// What is coming: closes of votes, consultations, rules, terms; and whom it waits for.
#pragma once

#include "governance/answers.h"

namespace comity::governance {

struct AgendaQuery {
    std::int64_t days = 30;
    std::string member;  // only what waits for it; empty: all of it
    std::string language = "en";
};
inline constexpr std::int64_t kMaxAgendaDays = 3650;

// {"at","what","id","title","waits_for"?} of each, the next first. `what`: "vote-closes", "answer-due" and
// "declaration-due" (of a vote, by its chair, until the close), "consultation-opens", "consultation-closes",
// "election-opens" (who has not registered, and trustees without a key), "election-closes",
// "rule-in-force", "rule-ends", "seat-ends", "mandate-ends".
Result<json::Array> agenda_answer(const GovernanceAsking& asking, const AgendaQuery& query);

}  // namespace comity::governance
