#include "ledger/log_edge.h"

namespace comity::ledger {
namespace {

constexpr int kEntries = -1;
constexpr std::size_t kFullTile = log::kTileWidth * Digest::kSize;

// How many tiles of this level are full.
std::uint64_t full_tiles(int level, std::uint64_t size) {
    const unsigned steps = static_cast<unsigned>(level < 0 ? 1 : level + 1);
    return steps * log::kTileHeight >= 64 ? 0 : size >> (steps * log::kTileHeight);
}

Result<void> belongs(const db::Row& row, const LogIdentity& identity) {
    if (row.text(0) != identity.origin) {
        return refused("database",
                       "holds the log '" + std::string(row.text(0)) + "', not '" + identity.origin + "'",
                       "give each node a database of its own, or set log.origin to that name");
    }
    if (row.text(1) != identity.key.public_part().text()) {
        return refused("keys/log.key", "is not the key that this log was signed with so far",
                       "restore the log's key");
    }
    return {};
}

}  // namespace

std::int64_t tile_place(int level, std::uint64_t index) {
    return (static_cast<std::int64_t>(level) + 1) << 56 | static_cast<std::int64_t>(index);
}

std::int64_t LogEdge::place(int level) const {
    return tile_place(level, full_tiles(level, state.size));
}

Result<LogState> LogEdge::read_state(db::Session& session) {
    LogState state;
    COMITY_CHECK(session.each("SELECT size, seq, added, time, roll FROM ledger_log WHERE n = 1", {},
                              [&](const db::Row& row) {
                                  state = {static_cast<std::uint64_t>(row.integer(0)), row.integer(1),
                                           row.integer(2), row.integer(3), row.integer(4)};
                                  return true;
                              }));
    return state;
}

Result<LogEdge> LogEdge::load(db::Session& session, const LogIdentity& identity) {
    LogEdge edge;
    Result<void> read;
    COMITY_CHECK(session.each(
        "SELECT origin, log_key, frontier, checkpoint, size, seq, added, time, roll "
        "FROM ledger_log WHERE n = 1",
        {}, [&](const db::Row& row) {
            read = belongs(row, identity);
            if (!read) return false;
            edge.checkpoint_ = row.text(3);
            edge.state = {static_cast<std::uint64_t>(row.integer(4)), row.integer(5), row.integer(6),
                          row.integer(7), row.integer(8)};
            std::vector<Digest> roots;
            for (ByteView rest = row.blob(2); rest.size() >= Digest::kSize;
                 rest = rest.subspan(Digest::kSize)) {
                roots.push_back(*Digest::from_bytes(rest.first(Digest::kSize)));
            }
            if (auto frontier = log::Frontier::from(edge.state.size, std::move(roots))) {
                edge.frontier_ = std::move(*frontier);
            } else {
                read = corrupt("ledger_log", "the frontier does not fit the size", "run comity check");
            }
            return read.has_value();
        }));
    COMITY_CHECK(read);
    COMITY_CHECK(edge.read_entries(session));
    edge.stored_ = edge.state.size;
    for (int level = 1; edge.state.size >> (level * static_cast<int>(log::kTileHeight)) > 0; ++level) {
        edge.tiles_.emplace_back();
        COMITY_TRY(std::optional<Bytes> data,
                   session.blob("SELECT data FROM ledger_tiles WHERE place = $1", {edge.place(level)}));
        if (data) edge.tile(level) = std::move(*data);
    }
    return edge;
}

Result<Bytes> partial_tile(db::Session& session, int level, std::uint64_t index) {
    Bytes tile;
    const std::uint64_t first = index * log::kTileWidth;
    COMITY_CHECK(session.each("SELECT ids FROM ledger_entries WHERE idx >= $1 AND idx < $2 ORDER BY idx",
                              {first, first + log::kTileWidth}, [&](const db::Row& row) {
                                  for (ByteView ids = row.blob(0); ids.size() >= Digest::kSize;
                                       ids = ids.subspan(Digest::kSize)) {
                                      const ByteView id = ids.first(Digest::kSize);
                                      if (level == kEntries) {
                                          append_u16(tile, Digest::kSize);
                                          comity::append(tile, id);
                                      } else {
                                          comity::append(tile, log::leaf_hash(id).view());
                                      }
                                  }
                                  return true;
                              }));
    return tile;
}

Result<void> LogEdge::read_entries(db::Session& session) {
    const std::uint64_t index = state.size / log::kTileWidth;
    COMITY_TRY(tile(kEntries), partial_tile(session, kEntries, index));
    COMITY_TRY(const auto entries, log::bundle_entries(tile(kEntries)));
    for (const ByteView entry : entries) comity::append(tile(0), log::leaf_hash(entry).view());
    if (tile(0).size() != state.size % log::kTileWidth * Digest::kSize)
        return corrupt("ledger_entries", "are not those of the last tile", "run comity check");
    return {};
}

Result<void> LogEdge::write_entries(db::Transaction& tx) const {
    const std::uint64_t first = state.size / log::kTileWidth * log::kTileWidth;
    if (first > stored_ / log::kTileWidth * log::kTileWidth)
        COMITY_CHECK(tx.queue("DELETE FROM ledger_entries WHERE idx < $1", first));
    const std::uint64_t begin = std::max(first, stored_);
    if (begin == state.size) return {};
    Bytes ids;
    for (std::uint64_t index = begin; index < state.size; ++index) {
        COMITY_TRY(const Digest id, log::digest_entry(tiles_.front(), index - first));
        comity::append(ids, id.view());
    }
    return tx.queue("INSERT INTO ledger_entries(idx, ids) VALUES($1, $2)", begin, ids);
}

std::uint64_t LogEdge::append(const Digest& id) {
    const std::uint64_t index = state.size;
    Bytes& entries = tile(kEntries);
    append_u16(entries, Digest::kSize);
    comity::append(entries, id.view());
    const Digest leaf = log::leaf_hash(id.view());
    frontier_.append(leaf);
    grown_ = true;
    if (entries.size() == log::kTileWidth * log::kDigestEntrySize) {
        written_[place(kEntries)] = std::move(entries);
        tile(kEntries).clear();
    }
    add_hash(0, leaf);
    ++state.size;
    return index;
}

// Called with state.size still without the entry that brings this hash, so that place() is the tile it goes
// into.
void LogEdge::add_hash(unsigned level, const Digest& hash) {
    if (tiles_.size() <= level + 1) tiles_.emplace_back();
    Bytes& hashes = tiles_[level + 1];
    comity::append(hashes, hash.view());
    if (level > 0) changed_.insert(static_cast<int>(level));
    if (hashes.size() < kFullTile) return;
    const Digest root = log::tile_root(hashes);
    written_[place(static_cast<int>(level))] = std::move(hashes);
    tiles_[level + 1] = {};
    add_hash(level + 1, root);
}

std::map<std::int64_t, Bytes> LogEdge::partial() {
    std::map<std::int64_t, Bytes> found;
    for (int level = kEntries; level + 1 < static_cast<int>(tiles_.size()); ++level) {
        if (!tile(level).empty()) found.emplace(place(level), tile(level));
    }
    return found;
}

Result<void> LogEdge::note_change(db::Transaction& tx) {
    return tx.queue("UPDATE ledger_log SET changes = changes + 1 WHERE n = 1");
}

Result<void> LogEdge::write(db::Transaction& tx, const LogIdentity& identity) {
    constexpr std::string_view kPut =
        "INSERT INTO ledger_tiles(place, data) VALUES($1, $2) ON CONFLICT(place) DO UPDATE SET data = "
        "excluded.data";
    if (grown_ || fresh()) {
        for (const auto& [where, data] : written_) COMITY_CHECK(tx.queue(kPut, where, data));
        for (const int level : changed_) {
            if (!tile(level).empty()) COMITY_CHECK(tx.queue(kPut, place(level), tile(level)));
        }
        COMITY_CHECK(write_entries(tx));
        const log::Checkpoint checkpoint{identity.origin, state.size, frontier_.root(), {}};
        crypto::Note note{checkpoint.text(), {}};
        note.signatures.push_back(crypto::sign_note(note.text, identity.key));
        note.signatures.push_back(log::cosign(note.text, identity.cosigner, Time::from_seconds(state.time)));
        checkpoint_ = note.write();
        COMITY_CHECK(tx.queue("INSERT INTO ledger_checkpoints(size, time, note) VALUES($1, $2, $3)",
                              state.size, state.time, checkpoint_));
    }
    Bytes frontier;
    for (const Digest& root : frontier_.roots()) comity::append(frontier, root.view());
    return tx.queue(
        "INSERT INTO ledger_log(n, origin, log_key, cosigner_key, size, seq, added, time, roll, frontier, "
        "checkpoint) "
        "VALUES(1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT(n) DO UPDATE SET size = "
        "excluded.size, "
        "seq = excluded.seq, added = excluded.added, time = excluded.time, roll = excluded.roll, "
        "frontier = excluded.frontier, checkpoint = excluded.checkpoint, cosigner_key = "
        "excluded.cosigner_key, changes = ledger_log.changes + 1",
        identity.origin, identity.key.public_part().text(), identity.cosigner.public_part().text(),
        state.size, state.seq, state.added, state.time, state.roll, frontier, checkpoint_);
}

}  // namespace comity::ledger
