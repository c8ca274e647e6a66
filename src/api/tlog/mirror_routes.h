// The logs that this node mirrors, as C2SP tlog-tiles has a log: /mirror/<log>/checkpoint and
// /mirror/<log>/tile/..., where <log> is the SHA-256 of the log's vkey in hexadecimal. Its own log is there
// too.
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::tlog {

void add_mirror_routes(http::Router& router, node::Node& node);

}  // namespace comity::api::tlog
