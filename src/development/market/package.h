// Releases out of publishers' files, however they are wrapped: release packages, record packages, a list, one
// release, or JSON lines of any of these. What is wrong with a release is a typed defect with its place, and
// such a release is set apart (quarantine): never all or nothing.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace comity::development {

enum class ReleaseDefectKind {
    kBrokenJson,  // no JSON, a key twice, or nothing that holds releases
    kMissing,  // a field that OCDS 1.1.5 requires: ocid, id, date, tag, initiationType, and ids of what is in
               // it
    kWrongType,    // a text where an object belongs, a tag that is no list, an amount that is a text
    kUnknownCode,  // none of a closed codelist
    kBadDate,      // no date and time, or a period that ends before it begins
    kNegative,     // an amount below 0
    kDuplicateId,  // two objects of one list have one id, or two releases of one process
};
std::string_view to_string(ReleaseDefectKind kind);  // "broken-json", "missing", ...

struct ReleaseDefect {
    ReleaseDefectKind kind = ReleaseDefectKind::kBrokenJson;
    std::string file;
    std::size_t line = 0;  // where the release begins, from 1; 0: the file as a whole
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
    // By ocid, in the order in which they stand; quarantined ones left out. A record's releases are taken
    // where it has them embedded, else its compiled release.
    std::map<std::string, std::vector<json::Value>> processes;
    std::vector<ReleaseDefect> defects;
    std::size_t releases = 0;
    std::size_t quarantined = 0;
};
// Adds one file's.
void read_releases(std::string_view text, const std::string& file, ReadReleases& into);

}  // namespace comity::development
