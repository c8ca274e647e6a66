// Releases of one contracting process merged into a compiled and a versioned release (Open Contracting Data
// Standard 1.1.5, "Merging").
//
// Releases are taken in the order of their dates. An object is merged member by member; a list of objects by
// their `id`s (one without `id` is added); any other list, and those that the rules name, as a whole; null
// takes a member away. Left out are a release's own id, date and tag, and objects and lists of objects
// without anything in them.
//     compiled    what it comes to: tag ["compiled"], id "<ocid>-<date of the last release>"
//     versioned   for each value the releases that changed it:
//     [{"releaseID","releaseDate","releaseTag","value"},...];
//                 the `id` of an object in a list is kept as it is
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/value.h"

namespace comity::development {

// What differs between schemas. Paths are names with dots between them, lists passed over:
// "tender.items.unit".
struct MergeRules {
    std::set<std::string, std::less<>> whole_names;  // members of this name anywhere are merged as a whole
    std::set<std::string, std::less<>> whole_paths;
    std::set<std::string, std::less<>> omitted_paths;

    // OCDS 1.1: additionalIdentifiers and additionalClassifications as a whole; id, date and tag of the
    // release omitted.
    static const MergeRules& ocds_1_1();
    // What a JSON schema says with wholeListMerge, omitWhenMerged, and lists whose objects have no `id` (as
    // the release schema does). kInvalid where a $ref leads nowhere or the schema nests without end.
    static Result<MergeRules> from_schema(const json::Value& schema);
};

// Of each value what it was before: kept, or left out for the sake of speed.
enum class Versions { kKept, kLeftOut };

struct Merged {
    json::Object compiled;
    json::Object versioned;  // empty where versions are left out
    std::string ocid;
    bool equal_dates = false;  // two releases have one date: their order is by id, for the standard has none
};

// kInvalid: none, one that is no object, without ocid, id or date, or of another process. What comes out does
// not depend on the order in which they are given.
Result<Merged> merge_releases(std::span<const json::Value> releases,
                              const MergeRules& rules = MergeRules::ocds_1_1(),
                              Versions versions = Versions::kKept);

}  // namespace comity::development
