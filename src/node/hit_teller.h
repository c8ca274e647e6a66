// Hits become sightings: shared in the member's name, with the key of it that this node holds.
#pragma once

#include <cstdint>
#include <string>

#include "node/node.h"

namespace comity::node {

// Says a STIX sighting of each object whose hits are to be told (HitState::kToTell); returns how many. A
// member's sightings of one object are versions of one sighting, with everything that is told of it by then:
// what was said and not noted before a crash is said again and counts once. Who may read the object can read
// it, or as far as the member's policy says; nobody who may not read the object can.
Result<std::int64_t> tell_sightings(Node& node, const std::string& member);

}  // namespace comity::node
