// TAXII 2.1 (OASIS Standard, 10 June 2021) under /taxii2/: what members' tools pull shared intelligence with,
// and push their own.
//
//     /taxii2/                                                   discovery
//     /taxii2/{root}/                                            an API root: `community`, and those of
//     members'
//                                                                collections (intelligence/collection.h)
//     /taxii2/{root}/status/{status}/                            what became of a POST, for its submitter
//     /taxii2/{root}/collections/[{collection}/]                 `community` has one of everything, too
//     /taxii2/{root}/collections/{collection}/manifest/
//     /taxii2/{root}/collections/{collection}/objects/[{object}/[versions/]]
//
// All with the final slash or without. Who asks is told by node/viewer.h; without credentials it is the
// public, which reads what is TLP:CLEAR. Nobody is told anything of what it may not read (law 4): not by a
// page, a count, `more`, a date or an error.
//
// POST makes shares and DELETE withdrawals, signed with the key that the node holds for the account's member
// (node/custody.h): can_write is true for accounts with the scope `submit` whose member has such a key.
//
// date_added is unique and rises with every acceptance, so that `next` and added_after both lose nothing and
// repeat nothing.
#pragma once

#include "http/router.h"
#include "node/node.h"

namespace comity::api::taxii {

inline constexpr std::size_t kMaxContentLength = 16u << 20;  // bytes of a request's body, unpacked

// Of finished pages, in a file of the data folder that has no name (page_store.h); 0: none is kept.
inline constexpr std::size_t kKeptPages = 128u << 20;  // bytes

// The node must outlive the router.
void add_routes(http::Router& router, node::Node& node, std::size_t kept_pages = kKeptPages);

}  // namespace comity::api::taxii
