// What a client posts: an envelope of objects, or a bundle, in a body that may be compressed (TAXII 2.1
// sections 3.7 and 5.5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"

namespace comity::api::taxii {

// A request whose body cannot be taken, and the status that says so.
struct Untaken {
    int status = 400;
    Error error;
};

// The body's objects, each with the bytes as they stand in `decoded`, which must outlive them. 415 for
// another media type or content coding, 413 for more than `limit` bytes inside, 400 for what is no JSON
// object or no whole gzip member, 422 for JSON without objects.
std::expected<std::vector<std::string_view>, Untaken> read_envelope(const http::Request& request,
                                                                    std::size_t limit, std::string& decoded);

// May a request's body be of that Content-Type? application/taxii+json with the version 2.1 or without one.
bool is_taxii(std::string_view content_type);

}  // namespace comity::api::taxii
