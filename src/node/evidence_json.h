// Evidence that a node has: what it found itself and what members have published, each piece once; as REST
// and the command line show it (api/rest/openapi.json, "EvidenceItem").
#pragma once

#include <vector>

#include "federation/evidence.h"
#include "json/value.h"
#include "node/node.h"

namespace comity::node {

// What was found last first, then what others alone have found.
Result<std::vector<json::Object>> evidence_json(Node& node, std::size_t limit);
Result<federation::Evidence> find_evidence(Node& node, const Digest& id);  // kNotFound

}  // namespace comity::node
