// REST under /api/v1, for programs and for the page; described by the OpenAPI 3.1 document that it serves at
// /api/v1/openapi.json (openapi.json beside this file). Errors are problems (RFC 9457).
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::rest {

// The node must outlive the router.
void add_routes(http::Router& router, node::Node& node);

}  // namespace comity::api::rest
