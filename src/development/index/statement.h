// development.index: a member states the definition of an index (definition.h): its body is the definition. A
// later edition (by its bytes), or a higher revision of it, replaces the same author's of the same id.
#pragma once

#include <string_view>

namespace comity::development {

inline constexpr std::string_view kIndex = "development.index";

}  // namespace comity::development
