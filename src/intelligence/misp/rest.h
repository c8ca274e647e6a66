// What of a MISP event is not taken over: by names, so that what we have never heard of is told too.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace comity::intelligence::misp {

enum class Part { kEvent, kAttribute, kObject };

// The members of that part that hold something and have no place in what becomes of it, in their order.
// Neither taken nor told is what means something on its own server alone: row numbers, counts, caches of
// other members.
std::vector<std::string> without_place(Part part, const json::Object& object);

}  // namespace comity::intelligence::misp
