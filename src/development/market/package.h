// Releases out of publishers' files, however they are wrapped: release packages, record packages, a list, one
// release, or JSON lines of any of these. What is wrong with a release is a typed defect with its place, and
// such a release is set apart (quarantine): never all or nothing.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/value.h"

namespace comity::development {

enum class ReleaseDefectKind {
    kNotUtf8,     // bytes that are no UTF-8 (Latin-1, UTF-16)
    kBrokenJson,  // no JSON, a key twice, or nothing that holds releases
    kMissing,  // a field that OCDS 1.1.5 requires: ocid, id, date, tag, initiationType, and ids of what is in
               // it
    kWrongType,    // a text where an object belongs, a tag that is no list, an amount that is a text
    kUnknownCode,  // none of a closed codelist
    kBadDate,      // no date and time, none between 1900 and 2200, or a period that ends before it begins
    kNegative,     // an amount below 0
    kDuplicateId,  // two objects of one list have one id, or two releases of one process
    kEqualDate,    // two releases of one process have one date: the standard gives them no order
};
std::string_view to_string(ReleaseDefectKind kind);  // "not-utf8", "broken-json", ...

struct ReleaseDefect {
    ReleaseDefectKind kind = ReleaseDefectKind::kBrokenJson;
    std::string file;
    std::size_t line = 0;  // where the release begins (of a record, where that does), from 1
    std::string release;   // its id, or empty
    std::string where;     // "tender.items[0].id"
    std::string what;
    std::string mend;
    bool quarantined = false;  // the release can't be merged for it, and was set apart
};
json::Object defect_json(const ReleaseDefect& defect);

// What of a release is wrong. Those that it can't be merged with (no ocid, id or date; no object) are
// `quarantined`.
std::vector<ReleaseDefect> check_release(const json::Value& release);

struct ReadReleases {
    // Where a release stood that others are compared with, in whichever file.
    struct Place {
        std::size_t file = 0;  // of `files`
        std::size_t line = 0;
    };
    // By ocid, in the order in which they stand; quarantined ones left out. A record's releases are taken
    // where it has them embedded, else its compiled release.
    std::map<std::string, std::vector<json::Value>> processes;
    // Set apart with an ocid, but without what they could be merged by: whole processes, where they stand
    // alone (compiled releases as Cardinal takes them).
    std::map<std::string, std::vector<json::Value>> unmerged;
    std::vector<ReleaseDefect> defects;
    std::size_t releases = 0;
    std::size_t quarantined = 0;
    // Of each process the ids and dates that it has so far, and where they stood first.
    std::unordered_map<std::string, Place> seen;
    std::vector<std::string> files;
};
// Adds one file's.
void read_releases(std::string_view text, const std::string& file, ReadReleases& into);

}  // namespace comity::development
