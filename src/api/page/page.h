// The page's door: serves what is built into the program (web/assets.h) at "/".
//
// Compressed where the client takes gzip, else as it is. Files named by their content may be kept for a year;
// index.html is asked for again each time and answered 304 where it is the same. The page routes by the
// address's fragment, so there are no other paths to answer; unknown ones stay 404.
#pragma once

#include "http/router.h"

namespace comity::api::page {

// What the page may do in a browser: run its own scripts and styles and talk to this node; nothing from
// elsewhere, nothing inline.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// Adds a route for each file of the page. The files are decompressed here, once.
void add_routes(http::Router& router);

}  // namespace comity::api::page
