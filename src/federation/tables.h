// The tables of witnesses, sightings and evidence: local to a node, no view of statements.
#pragma once

#include <span>

#include "db/migration.h"

namespace comity::federation {

// The database's, as the room "witness". kUnavailable, kConflict as db::migrate().
Result<void> migrate_witness_tables(db::Database& database);

}  // namespace comity::federation
