// PostgreSQL's errors as errors of ours.
#pragma once

#include <libpq-fe.h>
#include <string_view>

#include "base/error.h"

namespace comity::db::postgres {

// A failed result: what its SQLSTATE means (PostgreSQL 15, appendix A). `server` names host and database;
// `sql` what was being done.
Error failure(const PGresult* result, std::string_view server, std::string_view sql);

// The connection is gone, or could not be made; `message` is libpq's.
Error lost(std::string_view server, std::string_view message);

// Whether after this error the connection can't be used any more.
bool ends_connection(const PGresult* result);

}  // namespace comity::db::postgres
