// Brings an index file up to date: what has changed goes into a small file beside it, or everything into a
// new one.
#pragma once

#include <filesystem>

#include "intelligence/match/builder.h"
#include "intelligence/match/catalog.h"

namespace comity::intelligence::match {

struct Changes {
    std::uint64_t added = 0;  // values that are new, or of which something else is said
    std::uint64_t removed = 0;
    std::uint64_t patterns_added = 0;  // likewise
    std::uint64_t patterns_removed = 0;
    bool whole = false;  // the file itself was made anew
};

// Makes the catalogue at `path` hold what `wanted` holds, which was made with the catalogue's seed. Nothing
// is written where nothing changed. Values whose abouts differ in nothing that is told are the same.
Result<Changes> write_increments(const std::filesystem::path& path, const Catalog& catalog, Builder& wanted,
                                 Time now);

// Increments that are larger than this part of the file are a reason to make it anew.
inline constexpr std::uint64_t kMergeAt = 8;

}  // namespace comity::intelligence::match
