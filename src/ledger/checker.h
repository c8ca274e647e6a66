// Verifies the whole store: every envelope, signature, object, attachment, tile, checkpoint and view (comity
// check).
#pragma once

#include "ledger/door.h"
#include "ledger/log_reader.h"

namespace comity::ledger {

// Writes nothing; holds writers back while it compares the views, because it makes them again in a
// transaction that it then drops.
Result<CheckReport> check_store(db::Database& database, const LogIdentity& identity, const Pillars& pillars,
                                const Progress& progress);

}  // namespace comity::ledger
