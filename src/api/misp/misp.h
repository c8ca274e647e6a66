// A MISP feed under /misp/feed/, as MISP and PyMISP read one: manifest.json, hashes.csv and an event for each
// statement that shares something, by the UUID that the manifest names. Each reader has a feed of its own:
// what is public without credentials, more by an `Authorization` header, which MISP's feeds can send.
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::misp {

void add_routes(http::Router& router, node::Node& node);

}  // namespace comity::api::misp
