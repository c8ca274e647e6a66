// What both engines check of a statement's parameters before they see them.
#pragma once

#include <span>

#include "db/database.h"

namespace comity::db {

// kInvalid where a text is not UTF-8 (RFC 3629) or holds NUL, or where a REAL is not a number.
Result<void> check_params(std::span<const Param> params);

}  // namespace comity::db
