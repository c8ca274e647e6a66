// The PostgreSQL engine's door: all else in this folder is behind it.
#pragma once

#include "db/database.h"

namespace comity::db::postgres {

Result<std::unique_ptr<Database>> open(const Options& options);

}  // namespace comity::db::postgres
