// Deterministic identifiers of observables (STIX 2.1 section 2.9): a version 5 UUID of the canonical JSON
// (RFC 8785) of the properties that contribute to it, in the namespace that the specification names.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>

#include "intelligence/stix/check.h"
#include "intelligence/stix/identifier.h"

namespace comity::intelligence {

// Nothing where the type has no contributing properties, or the object has none of them.
std::optional<Uuid> deterministic_uuid(std::string_view type, const Seen& seen);

// The value's canonical form.
std::string canonical_json(const simdjson::dom::element& value);

}  // namespace comity::intelligence
