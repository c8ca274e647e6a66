// The right edge of this node's log, as the store holds it: it grows in memory during a transaction, is
// written into the transaction, and replaces the old edge once that has committed. Values; one thread at a
// time.
//
// Full tiles are kept as they are served, and so are those of level 1 and above, which change with every
// 256th entry. What changes with each commit are the entries of the last tile: until it is full, what a
// commit brings is a row of ledger_entries, and the partial tiles of entries and of level 0 are made of
// these.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "ledger/ledger.h"
#include "log/tree.h"

namespace comity::ledger {

// What the row of ledger_log says.
struct LogState {
    std::uint64_t size = 0;  // entries
    std::int64_t seq = 0;    // the last statement's
    std::int64_t added = 0;  // the last microsecond given away
    std::int64_t time = 0;   // of the newest checkpoint, seconds
    std::int64_t roll = 0;   // the roll's version: rises with each change
    friend bool operator==(const LogState&, const LogState&) = default;
};

class LogEdge {
  public:
    // Reads the edge; a store without a log gets an empty one by write().
    static Result<LogEdge> load(db::Session& session, const LogIdentity& identity);
    // Just the row, to see whether another process has written since.
    static Result<LogState> read_state(db::Session& session);

    LogState state;

    std::uint64_t append(const Digest& id);  // gives the entry's index
    bool grown() const { return grown_; }
    // What readers are shown has changed without write() (shown_state.h).
    static Result<void> note_change(db::Transaction& tx);
    // Writes new tiles and, where it has grown or there was no log, a checkpoint signed at state.time; and
    // the state, which is another one of what readers are shown.
    Result<void> write(db::Transaction& tx, const LogIdentity& identity);
    bool fresh() const { return checkpoint_.empty(); }
    void settle() {
        grown_ = false;
        written_.clear();
        changed_.clear();
        stored_ = state.size;
    }
    // For whoever makes a log again to compare: the tiles that have become full since the last call, and
    // those that are not, by place.
    std::map<std::int64_t, Bytes> take_full() { return std::exchange(written_, {}); }
    std::map<std::int64_t, Bytes> partial();

  private:
    Result<void> read_entries(db::Session& session);
    Result<void> write_entries(db::Transaction& tx) const;
    void add_hash(unsigned level, const Digest& hash);
    Bytes& tile(int level) { return tiles_[static_cast<std::size_t>(level) + 1]; }
    std::int64_t place(int level) const;

    log::Frontier frontier_;
    std::vector<Bytes> tiles_ = std::vector<Bytes>(2);  // the partial tiles: of entries, of level 0, 1, ...
    std::map<std::int64_t, Bytes> written_;             // tiles that became full, by place
    std::set<int> changed_;                             // levels from 1 up whose partial tile did
    std::uint64_t stored_ = 0;                          // entries that the store has
    std::string checkpoint_;
    bool grown_ = false;
};

// Where a tile stands in ledger_tiles; level -1: entries.
std::int64_t tile_place(int level, std::uint64_t index);

// The partial tile of entries (level -1) or of level 0 with this index, of the rows of ledger_entries; empty
// where there are none.
Result<Bytes> partial_tile(db::Session& session, int level, std::uint64_t index);

}  // namespace comity::ledger
