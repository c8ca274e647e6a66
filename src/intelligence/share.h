// The statement by which members share STIX objects; its body: see pillar.h.
#pragma once

#include <string_view>

namespace comity::intelligence {

inline constexpr std::string_view kShare = "intelligence.share";

}  // namespace comity::intelligence
