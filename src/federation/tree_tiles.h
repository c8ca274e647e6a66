// A log's tiles, each checked before it is used, down from the root of a signed checkpoint: nobody needs to
// trust who serves them. The tiles at the tree's right edge make the root together (every hash of each takes
// part), and a full tile's root is a hash of the tile above it.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "log/tile.h"
#include "log/tree.h"

namespace comity::federation {

class TreeTiles {
  public:
    using Fetch = std::function<Result<Bytes>(const log::TilePath&)>;

    // Fetches the right edge: one tile a level at the most. kRefused where it does not make the root. `fetch`
    // is kept and asked for more tiles later.
    static Result<TreeTiles> open(std::uint64_t size, const Digest& root, Fetch fetch);

    std::uint64_t size() const { return size_; }
    const Digest& root() const { return root_; }

    // The hash number `index` of that tile level: the root of the 256^level entries from there on.
    // Precondition: the tree has it.
    Result<Digest> hash(unsigned level, std::uint64_t index);
    // The root of the tree of the first `size` entries; what the log was at that size. Precondition: at most
    // size().
    Result<Digest> root_at(std::uint64_t size);
    // For proofs over the tree (log/tree.h). This must outlive it.
    log::HashReader reader();

  private:
    using Place = std::pair<unsigned, std::uint64_t>;  // level, index of the tile

    Result<const Bytes*> tile(unsigned level, std::uint64_t index);
    Result<Bytes> fetch_tile(unsigned level, std::uint64_t index, unsigned width) const;

    std::uint64_t size_ = 0;
    Digest root_;
    Fetch fetch_;
    std::map<Place, Bytes> edge_;
    std::map<Place, Bytes> full_;  // verified; emptied when there are many
};

}  // namespace comity::federation
