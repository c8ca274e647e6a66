// Reads this node's log out of the store: tiles, and proofs over them. Tiles only ever grow until they are
// full, so that a bounded cache can keep each as wide as it was seen. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "db/database.h"
#include "log/proof.h"
#include "log/tile.h"

namespace comity::ledger {

class TileCache {
  public:
    explicit TileCache(std::size_t tiles) : limit_(tiles) {}
    // Null where it has not so many bytes of the tile.
    std::shared_ptr<const Bytes> find(std::int64_t place, std::size_t bytes) const;
    void keep(std::int64_t place, std::shared_ptr<const Bytes> tile);

  private:
    const std::size_t limit_;
    mutable std::mutex mutex_;  // guards what follows
    std::unordered_map<std::int64_t, std::shared_ptr<const Bytes>> tiles_;
    std::deque<std::int64_t> order_;  // the oldest goes first
};

// One session's view of the log; one thread at a time.
class LogReader {
  public:
    LogReader(db::Session& session, TileCache& cache) : session_(session), cache_(cache) {}

    // The first path.width hashes or entries of the tile. kNotFound where the store has fewer.
    Result<Bytes> tile(const log::TilePath& path);
    // Reads hashes of a tree of that size.
    log::HashReader hashes(std::uint64_t size);
    // The ids of the entries [first, first + count), at the most as many as there are.
    Result<std::vector<Digest>> entries(std::uint64_t first, std::uint64_t count, std::uint64_t size);

  private:
    // level -1: entries. At least `width` hashes or entries of it.
    Result<std::shared_ptr<const Bytes>> load(int level, std::uint64_t index, unsigned width);

    db::Session& session_;
    TileCache& cache_;
};

}  // namespace comity::ledger
