// Percent-encoding (RFC 3986 section 2.1) of what is put into a URL.
#pragma once

#include <string>
#include <string_view>

namespace comity {

// Everything but what is unreserved (letters, digits, "-", ".", "_", "~"), byte by byte: safe in a path's
// segment and in a query's name or value.
std::string percent_encoded(std::string_view text);

}  // namespace comity
