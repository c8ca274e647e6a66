// A request's head as libmicrohttpd hands it over: its headers, and what they say of the body to come.
#pragma once

#include <microhttpd.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace comity::http {

// Nothing for a method that is none of ours. Methods are case-sensitive (RFC 9110 section 9.1).
std::optional<Method> parse_method(std::string_view text);

// In the order they came. Returns the bytes that they took.
std::size_t read_headers(MHD_Connection* connection, std::vector<std::pair<std::string, std::string>>& out);

struct Framing {
    bool has_body = false;
    std::uint64_t length = 0;  // as declared; 0 where the body is chunked
    bool expects_continue = false;
};
// kInvalid where two readers could disagree on where the request ends (RFC 9112 section 6.3: Content-Length
// beside Transfer-Encoding, either of them twice, a coding other than chunked) or on what it says (a header
// name that is no token, a control character in a value, two Host headers). The connection must not be used
// again then.
Result<Framing> read_framing(const Request& request);

}  // namespace comity::http
