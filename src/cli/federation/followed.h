// What the node commands share: the nodes that are followed, and how each is reached and shown.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "federation/http_source.h"
#include "federation/mirror_store.h"
#include "json/value.h"
#include "node/node.h"

namespace comity::cli {

// The one of that name, or all of them for an empty one. kNotFound.
Result<std::vector<federation::Peer>> followed_nodes(node::Node& node, const std::string& name);
federation::LineOptions line_to(const node::Node& node, const std::string& url, const std::string& token);
// The token in the file, or empty for none named.
Result<std::string> read_token(Context& context, const std::string& file);
// "cert-ke.example" out of "cert-ke.example/log": what a node is called where nobody says otherwise.
std::string name_of_origin(const std::string& origin);

// The node's state: name, url, log, size, applied, missing, erased, withheld, contact, tried, error.
json::Object peer_json(const federation::Peer& peer, const std::vector<federation::MirroredLog>& logs);

}  // namespace comity::cli
