// Manual pages, one a command, made from the command tree.
#pragma once

#include <string>
#include <string_view>

#include "cli/describe.h"

namespace comity::cli {

// The page in man(7)'s language. `version` stands in its footer.
std::string man_page(const CommandText& command, std::string_view version);
// "comity-key-generate.1"
std::string man_file(const CommandText& command);

}  // namespace comity::cli
