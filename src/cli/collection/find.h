// The collection that a command names.
#pragma once

#include <string>

#include "cli/source.h"

namespace comity::cli {

// By its id, a beginning of it of 8 characters or more, or its alias. kNotFound, kConflict.
Result<json::Object> find_collection(Source& source, const std::string& name);

}  // namespace comity::cli
