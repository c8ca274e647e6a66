// Which relationships the specification tells of between which types (STIX 2.1 appendix B). Others may be
// made.
#pragma once

#include <string_view>

namespace comity::intelligence {

bool is_told_relationship(std::string_view source, std::string_view type, std::string_view target);

}  // namespace comity::intelligence
