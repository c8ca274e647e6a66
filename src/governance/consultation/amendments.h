// Amendments to a proposal as they stand, and the version that they make, out of a node's store. Public, as
// governance is.
#pragma once

#include <string_view>

#include "db/database.h"
#include "json/value.h"
#include "ledger/quorum_time.h"

namespace comity::governance {

// {"proposal","amendments":[...],"result":{...}}: of each amendment what it changes, word by word, how its
// vote stands, and which others are in its way; and what the newest version, or the one that `id` names,
// becomes by those that were adopted so far. `now` tells which votes are closed. kNotFound, kConflict.
Result<json::Object> amendments_answer(db::Session& session, ledger::QuorumTime& quorum, std::string_view id,
                                       ledger::Witnessed now);

}  // namespace comity::governance
