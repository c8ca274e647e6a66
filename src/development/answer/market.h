// What REST (GET /api/v1/market/...) and the command line both answer of the open market.
#pragma once

#include "base/time.h"
#include "development/answer/answer.h"
#include "ledger/quorum_time.h"

namespace comity::development {

struct MarketAsking : Asking {
    ledger::QuorumTime& quorum;
    Time now{};
};

// "tenders": ?member=, ?flag=: processes. "tender": ?process=: one, with its releases, calls, red flags and
// replies. "call": ?call=: what its sealed bids come to. "bids": ?call=: the bids themselves, to be opened.
// "flags": over all processes, with replies. "audit": ?by=, ?group=, ?least=. "reply": ?process=, ?flag=,
// ?member=: the revision that counts. kNotFound for another.
Result<json::Object> answer_market(const MarketAsking& asking, std::string_view what, const Query& query);

}  // namespace comity::development
