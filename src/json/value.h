// JSON as values (RFC 8259), read strictly: what a statement says must be read alike by everybody, so a
// duplicate key, a number out of range, invalid UTF-8 or anything after the value is an error, not a choice
// of the parser's.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"

namespace comity::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

inline constexpr std::size_t kMaxDepth = 32;

// kInvalid names the line and column of the first fault.
Result<Value> parse(std::string_view text, std::size_t max_depth = kMaxDepth);

// Compact, keys in the order they stand, numbers in their shortest form that reads back the same.
std::string write(const Value& value);
// The same, indented by two spaces, for people; ends with a line feed.
std::string write_pretty(const Value& value);

}  // namespace comity::json
