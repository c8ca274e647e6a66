// The log as static files (C2SP tlog-tiles): /log/checkpoint, /log/tile/<L>/<N>[.p/<W>],
// /log/tile/entries/<N>[.p/<W>]; besides, /log/witnessed: the newest checkpoint that meets the policy. And
// the node as a witness (witness_routes.h).
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::tlog {

// The node must outlive the router.
void add_routes(http::Router& router, node::Node& node);

}  // namespace comity::api::tlog
