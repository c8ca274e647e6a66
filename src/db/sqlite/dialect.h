// Portable SQL as SQLite is to have it.
#pragma once

#include <string>
#include <string_view>

namespace comity::db::sqlite {

// CREATE TABLE gets STRICT (so that a column keeps the type it says, as everywhere else); all else stays as
// it is.
std::string translate(std::string_view sql);

}  // namespace comity::db::sqlite
