// Options that give something a name: --parameter NAME=NUMBER, --earlier NAME=WHAT.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace comity::cli {

// What stands before and after the first '='; kInvalid names the option.
Result<std::pair<std::string, std::string>> name_and_value(const std::string& text,
                                                           const std::string& option);

// --parameter NAME=NUMBER, as often as it was said, goes before what is there.
Result<void> add_parameters(const std::vector<std::string>& said,
                            std::map<std::string, std::int64_t, std::less<>>& parameters);

}  // namespace comity::cli
