// Times as people write them in options: "2027-03-01T12:00:00Z", or a day, which is its first second in UTC.
#pragma once

#include <string>

#include "base/time.h"

namespace comity::cli {

inline Result<Time> time_or_day(const std::string& text, const std::string& option) {
    auto time = parse_time(text.size() == 10 ? text + "T00:00:00Z" : text);
    if (!time) return within(option, time.error());
    return time;
}

}  // namespace comity::cli
