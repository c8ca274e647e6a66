// The ledger's own tables (ledger.h names those that others may read).
#pragma once

#include <span>

#include "db/migration.h"

namespace comity::ledger {

std::span<const db::Migration> ledger_migrations();

}  // namespace comity::ledger
