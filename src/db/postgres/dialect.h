// Portable SQL as PostgreSQL is to have it.
#pragma once

#include <string>
#include <string_view>

namespace comity::db::postgres {

// Types where a column's type stands in CREATE TABLE and ALTER TABLE ... ADD COLUMN, and in CAST(x AS type):
// INTEGER is BIGINT, BLOB is BYTEA, REAL is DOUBLE PRECISION, TEXT in a column is TEXT COLLATE "C". What
// follows the columns of CREATE TABLE (WITHOUT ROWID) is left out. All else stays as it is, names of columns
// that are such words too.
std::string translate(std::string_view sql);

}  // namespace comity::db::postgres
