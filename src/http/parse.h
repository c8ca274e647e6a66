// What comes from the wire in a request's target and headers, parsed strictly: pure functions over bytes, no
// I/O, no exception on any input, safe from any thread. Errors are kInvalid and name the part that is wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace comity::http {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// ASCII only: header names and media types compare without case.
bool equal_ignoring_case(std::string_view a, std::string_view b);
// A token of RFC 9110 section 5.6.2: one or more of its characters, nothing else.
bool is_token(std::string_view text);
// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// "%41" is "A"; a "%" without two hexadecimal digits, a control character (raw or encoded) and what is not
// UTF-8 after decoding are errors.
Result<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
// All but RFC 3986's unreserved characters as %XX: decodes to the same bytes again.
std::string percent_encode(std::string_view text);

// RFC 9112 section 3.2: origin form ("/a?b=c") or absolute form ("http://host/a?b=c").
struct Target {
    std::string path;  // decoded; starts with "/", no "." or ".." segment. "%2F" is "/" like any other
    std::string raw_query;
    Pairs query;
};
Result<Target> parse_target(std::string_view target);
// "a=1&b&c=%20+": a missing "=" is an empty value; empty pieces ("a&&b") are skipped.
Result<Pairs> parse_query(std::string_view raw);

// RFC 9110 section 8.3.1. Type, subtype and parameter names in lower case; values as they stand, quotes taken
// off.
struct MediaType {
    std::string type;
    std::string subtype;
    Pairs parameters;

    std::optional<std::string_view> parameter(std::string_view name) const;
    std::string essence() const { return type + "/" + subtype; }
    friend bool operator==(const MediaType&, const MediaType&) = default;
};
Result<MediaType> parse_media_type(std::string_view text);

// RFC 9110 section 12.5.1. `quality` in thousandths, 0 to 1000.
struct MediaRange {
    MediaType media;  // type and subtype may be "*"
    int quality = 1000;
};
Result<std::vector<MediaRange>> parse_accept(std::string_view header);
// The quality that the most specific matching range gives to `offered`; 0: not acceptable. A range with
// parameters matches only what has them all with the same values (compared without case). No ranges:
// everything is acceptable.
int media_quality(const std::vector<MediaRange>& ranges, const MediaType& offered);

// RFC 9110 section 12.5.3: the quality (0 to 1000) of `coding` by an Accept-Encoding header; a malformed one
// takes none.
int encoding_quality(std::string_view accept_encoding, std::string_view coding);

// RFC 7617: "Basic <base64 of user:password>", UTF-8, no control characters.
struct BasicCredentials {
    std::string user;
    std::string password;
};
Result<BasicCredentials> parse_basic(std::string_view authorization);
// RFC 6750: "Bearer <token>": the token; empty where the header is of another scheme or malformed.
std::optional<std::string_view> parse_bearer(std::string_view authorization);

// RFC 6265 section 5.4: the value of the first cookie of that name, without surrounding quotes.
std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name);

// RFC 9110 section 13.1.2: whether an If-None-Match header lists `etag` (weak comparison) or is "*".
bool etag_listed(std::string_view if_none_match, std::string_view etag);

}  // namespace comity::http
