// A room's tables and how they came to be: numbered steps, each applied once, in order, in a transaction of
// its own; the table `migrations(room, version)` remembers.
#pragma once

#include <span>
#include <string_view>

#include "db/database.h"

namespace comity::db {

struct Migration {
    int version = 1;       // 1, 2, 3, ... within the room
    std::string_view sql;  // statements, each ended by a semicolon
};

// kUnavailable as the database; kConflict where the database is newer than this program knows.
Result<void> migrate(Database& database, std::string_view room, std::span<const Migration> migrations);

}  // namespace comity::db
