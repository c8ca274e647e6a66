// What the routes of governance share.
#pragma once

#include <string>

#include "api/rest/caller.h"

namespace comity::api::rest {

// ?language=, one of the six; "en" where it is not given.
Result<std::string> language_of(const http::Request& request);
// A page of a list that is short enough to be made whole: the cursor is a number of items.
Result<http::Response> slice_of(const http::Request& request, const json::Array& list);

}  // namespace comity::api::rest
