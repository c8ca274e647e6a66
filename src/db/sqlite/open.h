// The SQLite engine's door: all else in this folder is behind it.
#pragma once

#include "db/database.h"

namespace comity::db::sqlite {

Result<std::unique_ptr<Database>> open(const Options& options);

}  // namespace comity::db::sqlite
