// What a statement's body says of the objects that go with it.
#pragma once

#include <span>
#include <string>

#include "json/value.h"

namespace comity::ledger {

// body.objects: {"count","root"}, the RFC 6962 root over the objects' bytes in their order (statement.h).
// There is at least one.
json::Object objects_form(std::span<const std::string> objects);

}  // namespace comity::ledger
