// The right edge of a mirrored log, as it grows by entries: the roots over all taken so far, and the tiles
// that they make. A value; one thread at a time.
#pragma once

#include <map>
#include <vector>

#include "federation/mirror_store.h"

namespace comity::federation {

class MirrorEdge {
  public:
    // Reads the tiles at the edge that are not full.
    static Result<MirrorEdge> load(MirrorStore& store, const MirroredLog& log);

    const log::Frontier& frontier() const { return frontier_; }
    // Returns the root of the entry's full level-0 tile where the entry completes it.
    std::optional<Digest> append(const Digest& id);
    // The tiles that became full since the last call, and those at the edge, by place.
    std::map<std::int64_t, Bytes> take_tiles();

  private:
    log::Frontier frontier_;
    std::vector<Bytes> partial_{2};  // of entries, of level 0, 1, ...
    std::map<std::int64_t, Bytes> full_;
};

}  // namespace comity::federation
