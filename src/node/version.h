// The program's version, as CMakeLists.txt has it.
#pragma once

#include <string_view>

namespace comity::node {

inline constexpr std::string_view kVersion = COMITY_VERSION;

}  // namespace comity::node
