// Numbers as people would write them.
#pragma once

#include <cmath>

#include "json/value.h"

namespace comity::json {

// A whole number where it is one, so that 120 is not written as 1.2E2.
inline Value number(double value) {
    if (std::abs(value) < 1e15 && value == std::trunc(value)) return static_cast<std::int64_t>(value);
    return value;
}

}  // namespace comity::json
