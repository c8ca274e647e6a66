// Secret elections out of a node's store: public, as governance is; what was chosen is in nobody's.
#pragma once

#include <string_view>
#include <vector>

#include "db/database.h"
#include "governance/election/state.h"
#include "json/value.h"
#include "ledger/roll.h"

namespace comity::governance {

// All of them, the newest first.
Result<std::vector<SecretElection>> load_elections(db::Session& session);
// {"id","title","author","announced","opens","closes","phase","electors","registered","counted","results"} of
// each, the newest first.
Result<json::Array> elections_answer(db::Session& session, ledger::Witnessed now);
// secret_election_json of one. kNotFound, kConflict.
Result<json::Object> election_answer(db::Session& session, std::string_view id, ledger::Witnessed now);

}  // namespace comity::governance
