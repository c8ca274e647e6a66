// Who has seen an object, since when and how often; and what was seen lately.
#pragma once

#include <string_view>

#include "intelligence/answer/answer.h"
#include "json/value.h"

namespace comity::intelligence {

// {"id","count","sighted_by","false_by","first_seen","last_seen","members":[{"member","count","first_seen",
// "last_seen"}],"days":[{"day","members"}]}, of the sightings that the reader may read: the last versions of
// those that are not revoked, and for "days" when each version was said. Members who report the object to be
// false are in "false_by" alone (search/standing.h). kNotFound where the reader may not read the object.
Result<json::Object> answer_sightings(const Asking& asking, std::string_view id);

// What was seen since then, over all objects: node/seen_where.h has the form, without "regions" and "places".
Result<json::Object> answer_sightings_since(const Asking& asking, Time since);

}  // namespace comity::intelligence
