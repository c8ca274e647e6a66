// The logs that this node can hand out: its own, and those that it mirrors. What the doors serve and what
// goes into carry files, each reader getting what it may read (law 4). Thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "federation/mirror_store.h"
#include "federation/peer_source.h"

namespace comity::federation {

struct HeldLog {
    std::optional<std::int64_t> mirror;  // its number in the store; nothing: this node's own
    OfferedLog offer;                    // its checkpoint is of what is here, no more
    std::uint64_t size = 0;              // of that checkpoint
};

class Shelf {
  public:
    Shelf(ledger::Ledger& ledger, MirrorStore& store) : ledger_(ledger), store_(store) {}

    Result<std::vector<HeldLog>> logs();       // the own one first; those with nothing in them left out
    Result<HeldLog> find(const Digest& name);  // by log_name(); kNotFound
    Result<Bytes> tile(const HeldLog& log, const log::TilePath& path);
    // Beyond that size, smallest first, of those of one second the last.
    Result<std::vector<TimedCheckpoint>> checkpoints(const HeldLog& log, std::uint64_t after,
                                                     std::size_t limit);
    // What the viewer may read of the package; objects come with it as far as they are small together. Of
    // those that it may not read, the hashes do: who may read a statement may make its root.
    Result<std::vector<OfferedStatement>> package(const HeldLog& log, std::uint64_t package,
                                                  const ledger::Viewer& viewer);

    // All of a statement's, as far as the viewer may read them. kNotFound where it may not read that.
    Result<ledger::ObjectList> objects(const Digest& statement, const ledger::Viewer& viewer);

  private:
    Result<HeldLog> own();
    Result<std::optional<HeldLog>> mirrored(const MirroredLog& log);
    Result<std::vector<Digest>> entries(const HeldLog& log, std::uint64_t package);

    ledger::Ledger& ledger_;
    MirrorStore& store_;
};

// A statement's objects from `first` on, `limit` at the most; those that the reader may not read, or that are
// not here, are holes. The statement is one that it may read.
Result<ledger::ObjectList> objects_for(db::Session& session, const ledger::Readable& readable,
                                       const ledger::Kept& kept, std::uint64_t first, std::uint64_t limit);

// {"index","envelope","objects"?,"apart"?}: the form that parse_package (http_source.h) reads.
std::string package_item_json(const OfferedStatement& statement);

}  // namespace comity::federation
