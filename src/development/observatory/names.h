// Names of indicators, sources, schemes and groups: what statements call them by, and what stands in
// addresses.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::development {

// 1 to 64 of letters, digits, ".", "_" and "-", beginning with a letter or digit. kInvalid.
Result<void> check_name(std::string_view name, std::string where);
// The nearest name to a text: other characters become "_". Empty where nothing is left of it.
std::string name_from(std::string_view text);

}  // namespace comity::development
