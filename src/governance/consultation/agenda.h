// What is coming: closes of votes, consultations, rules, terms; and whom it waits for.
#pragma once

#include "governance/answers.h"

namespace comity::governance {

struct AgendaQuery {
    std::int64_t days = 30;
    std::string member;  // only votes and consultations that wait for it; empty: all of it
    std::string language = "en";
};
inline constexpr std::int64_t kMaxAgendaDays = 3650;

// {"at","what","id","title","waits_for"?} of each, the next first. `what`: "vote-closes",
// "consultation-opens", "consultation-closes", "rule-in-force", "rule-ends", "seat-ends", "mandate-ends".
Result<json::Array> agenda_answer(const GovernanceAsking& asking, const AgendaQuery& query);

}  // namespace comity::governance
