// Statements from other nodes' logs that do not count yet, because their author or its key is not known here:
// they wait until the roll lets them count (law 1). The same statement may wait in several envelopes, since
// any of their signatures may be the one, and with several sets of its objects.
#pragma once

#include "ledger/door.h"

namespace comity::ledger {

struct Waiting {
    Digest id;
    Submission submission;
    Witnessed witnessed = 0;
};

// Of two that are of one statement: fills holes of the one from the other.
void take_objects(Submission& into, const Submission& from);

Result<void> add_waiting(db::Transaction& tx, const Prepared& item);
// Of one statement, or all.
Result<std::vector<Waiting>> load_waiting(db::Session& session, const std::optional<Digest>& only);

}  // namespace comity::ledger
