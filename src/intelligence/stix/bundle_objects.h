// A bundle taken apart (STIX 2.1 section 8).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace comity::intelligence {

// The objects of the bundle that `document` is, each as it stands there (json/alone.h); nothing where it is
// no bundle. kNotFound where the bundle has no "objects", kInvalid where the document is no JSON object.
Result<std::optional<std::vector<std::string_view>>> bundle_objects(std::string_view document);

}  // namespace comity::intelligence
