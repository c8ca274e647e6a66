// This node as a witness (C2SP tlog-witness v1.0.0). Submission and monitoring prefix are one, /witness:
//     POST /witness/add-checkpoint
//     GET  /witness/<hex of the origin's SHA-256>/checkpoint
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::tlog {

// The node must outlive the router.
void add_witness_routes(http::Router& router, node::Node& node);

}  // namespace comity::api::tlog
