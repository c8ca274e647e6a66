// What REST (GET /api/v1/clearing/...) and the command line both answer of needs, offers, plans and promises.
#pragma once

#include "base/time.h"
#include "development/answer/answer.h"

namespace comity::development {

struct ClearingAsking : Asking {
    Time now{};
    // A plan of more pairs is refused: it takes a processor for seconds. The command line has no limit.
    std::size_t most_pairs = SIZE_MAX;
};

// "needs": ?kind=, ?place=, ?member=. "offers": the same. "need": ?need=, with what speaks for and against
// each offer. "offer": ?offer=, with the needs that it fits. "choices": ?need=, ?offer=. "revision":
// ?of=need|offer|commitment|delivery, ?ref=: which counts, also where it was taken back. "overlaps". "plan":
// ?fairness=, ?keep=, ?scheme= (repeat), ?weight=GROUP=X, ?size=GROUP=X, ?priority=GROUP=X (repeat), ?kind=,
// ?all=true (also what is over), ?curve=true. "plans": those that were published. "commitments": ?need=,
// ?offer=, ?member=, ?overdue=true, ?at=DAY. kNotFound for another.
Result<json::Object> answer_clearing(const ClearingAsking& asking, std::string_view what, const Query& query);

}  // namespace comity::development
