// What a rule would change, before anybody votes on it: the acts of the last days decided again by the rules
// that are in force and by those that there would be.
#pragma once

#include <string>
#include <string_view>

#include "db/database.h"
#include "governance/rules/rulebook.h"
#include "ledger/access.h"
#include "ledger/quorum_time.h"

namespace comity::governance {

inline constexpr std::int64_t kMaxImpactDays = 366;

// {"proposal","rule","days","acts","allowed_before","allowed_after","flipped","flips":[...],"concerns":[...]}
// of the acts that the reader may read; at most 500 flips are listed. The concerns are what is proved of the
// rule beside those in force (analysis.h). kNotFound; kInvalid where the proposal is no rule that acts.
Result<json::Object> impact_answer(db::Session& session, ledger::QuorumTime& quorum,
                                   const ledger::Readable& readable, std::string_view proposal,
                                   std::int64_t days, ledger::Witnessed now);

}  // namespace comity::governance
