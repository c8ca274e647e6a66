#pragma once

#include <span>

#include "db/migration.h"

namespace comity::federation {

// The tables of MirrorStore: this node's own business, no view of statements.
std::span<const db::Migration> mirror_migrations();

}  // namespace comity::federation
