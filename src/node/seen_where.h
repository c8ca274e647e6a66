// Where in the world members have seen what they tell of: by the regions and places that they say they are of
// (governance/participation/place.h).
#pragma once

#include "db/database.h"
#include "intelligence/answer/answer.h"
#include "json/value.h"
#include "node/node.h"

namespace comity::node {

// Adds "regions":[{"region","members"}] (with "unknown") and "places":[{"place","members"}], by name, of the
// answer's "members":[{"member",...}].
Result<void> add_where(db::Session& session, json::Object& answer);

inline constexpr std::int64_t kMaxSightingDays = 366;

// What members have seen in the last days, as far as the asker may read their sightings: {"since","objects",
// "sighted_by","days":[{"day","members","objects"}],"members":[{"member","objects"}],"seen":[{"id",
// "members"}],"regions","places","more"}; "seen" are the 20 that most members have seen. "more": there were
// too many to count all of them. kInvalid where `days` is not 1 to kMaxSightingDays.
Result<json::Object> sightings_overview(const intelligence::Asking& asking, std::int64_t days);

}  // namespace comity::node
