// What a node says by itself, as a statement of the member whose node it is (federation.member in the
// configuration), signed in custody.
#pragma once

#include <string_view>

#include "json/value.h"
#include "node/node.h"

namespace comity::node {

// A statement for everybody. kRefused where no member is configured or the node holds no key of its own
// member's in custody, with what to do; else as Ledger::submit().
Result<ledger::Receipt> say(Node& node, std::string_view type, json::Object body);

}  // namespace comity::node
