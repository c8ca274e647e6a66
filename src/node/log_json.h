// The log in one JSON object, as REST and the command line show it: its newest checkpoint, which witnesses
// have seen how much of it, and what the policy says (api/rest/openapi.json, "Log").
#pragma once

#include "json/value.h"
#include "node/node.h"

namespace comity::node {

Result<json::Object> log_json(Node& node);

}  // namespace comity::node
