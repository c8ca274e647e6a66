// When a line of a log says that it was written: what puts records in order.
//
//     field  ts, timestamp, @timestamp, time, ...   seconds since 1970 (also in milli-, micro-, nanoseconds),
//     or
//                                                   a date with a time
//     web    [10/Oct/2000:13:55:36 -0700]
//     BIND   29-Nov-2026 12:00:00.000
//     Unbound [1700000000]
//     syslog 2026-11-29T12:00:00Z, and Nov 29 12:00:00 of the year that makes it the latest not after `now`
//
// Where no zone is named it is UTC.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "intelligence/match/fields.h"

namespace comity::intelligence::match {

std::optional<Time> record_time(std::string_view line, const std::vector<Field>& fields, Time now);

// One of these forms alone; what stands behind it is passed over.
std::optional<Time> read_log_time(std::string_view text, Time now);

}  // namespace comity::intelligence::match
