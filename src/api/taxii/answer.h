// Answers as TAXII has them: media type, error resources (TAXII 2.1 section 3.6), date headers (section 3.2).
#pragma once

#include <string>

#include "http/message.h"
#include "intelligence/queries.h"

namespace comity::api::taxii {

// A resource, 200.
http::Response resource(std::string json);

// The error resource, for any status; 401 names the schemes to authenticate by, 429 and 503 when to try
// again.
http::Response error_answer(const Error& error, int status, const http::Request& request);
inline http::Response error_answer(const Error& error, const http::Request& request) {
    return error_answer(error, http::status_of(error.kind), request);
}

// X-TAXII-Date-Added-First and -Last of a page that is not empty.
void add_date_headers(http::Response& response, Time first, Time last);

// The object's version as its own bytes write it; an observable's is when it was added.
std::string version_text(const intelligence::FoundObject& found);

}  // namespace comity::api::taxii
