// SQLite's result codes as errors of ours.
#pragma once

#include <sqlite3.h>
#include <string_view>

#include "base/error.h"

namespace comity::db::sqlite {

// `code` is a result code of the connection's last call (extended codes are on), `db` may be null. `path` is
// the file; `sql` what was being done.
Failure failure(sqlite3* db, int code, std::string_view path, std::string_view sql);

}  // namespace comity::db::sqlite
