// TAXII 2.1 (OASIS Standard, 10 June 2021), the reading side, under /taxii2/: what members' tools pull shared
// intelligence with.
//
//     /taxii2/                                                   discovery
//     /taxii2/community/                                         the one API root
//     /taxii2/community/collections/[{collection}/]              the one collection: everything that the
//     asker may read /taxii2/community/collections/{collection}/manifest/
//     /taxii2/community/collections/{collection}/objects/[{object}/[versions/]]
//
// All with the final slash or without. Who asks is told by node/viewer.h; without credentials it is the
// public, which reads what is TLP:CLEAR. Nobody is told anything of what it may not read (law 4): not by a
// page, a count, `more`, a date or an error.
//
// date_added is unique and rises with every acceptance, so that `next` and added_after both lose nothing and
// repeat nothing.
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::taxii {

inline constexpr std::size_t kMaxContentLength = 1u << 20;  // bytes of a request's body

// The node must outlive the router.
void add_routes(http::Router& router, node::Node& node);

}  // namespace comity::api::taxii
