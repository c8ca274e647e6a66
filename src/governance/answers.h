// What REST (GET /api/v1/bodies, ...) and the command line both answer. Public, as governance is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.h"
#include "ledger/quorum_time.h"

namespace comity::governance {

struct GovernanceAsking {
    db::Session& session;
    ledger::QuorumTime& quorum;
    ledger::Witnessed now = 0;
};
using AskedFor = std::vector<std::pair<std::string, std::string>>;  // parameters; others are passed over

// "bodies": ?at=, ?language=, ?all=true|false. "consultations": ?open=true|false, ?language=. "moderation".
// "charter": ?at=, ?language=. "agenda": ?days=, ?member=, ?language=; the last three have no single items.
// kInvalid names the parameter, kNotFound for another list.
Result<json::Array> governance_list(const GovernanceAsking& asking, std::string_view what,
                                    const AskedFor& asked);
// One item of such a list, with all that is known of it.
Result<json::Object> governance_item(const GovernanceAsking& asking, std::string_view what,
                                     std::string_view id, const AskedFor& asked);

}  // namespace comity::governance
