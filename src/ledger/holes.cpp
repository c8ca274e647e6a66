#include "ledger/holes.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/tree.h"

namespace comity::ledger {

Result<std::vector<Digest>> leaf_hashes(std::span<const std::string_view> objects,
                                        std::span<const Hole> holes) {
    std::vector<Digest> leaves;
    leaves.reserve(objects.size());
    auto hole = holes.begin();
    for (std::size_t i = 0; i < objects.size(); ++i) {
        if (!objects[i].empty()) {
            leaves.push_back(log::leaf_hash(as_bytes(objects[i])));
            continue;
        }
        if (hole == holes.end() || hole->position != i) {
            return invalid("objects", fmt::format("lack number {}, and no hash stands for it", i));
        }
        leaves.push_back(hole++->hash);
    }
    if (hole != holes.end()) return invalid("objects", "are there where a hash stands for one too");
    return leaves;
}

Result<KeptObjects> load_objects(db::Session& session, std::int64_t seq, std::int64_t added,
                                 std::uint64_t count, std::uint64_t first, std::uint64_t limit) {
    KeptObjects kept;
    first = std::min(first, count);
    const std::uint64_t size = std::min(limit, count - first);
    if (size == 0) return kept;
    kept.list.data.resize(size);
    const std::int64_t begin = added + static_cast<std::int64_t>(first);
    const std::int64_t end = begin + static_cast<std::int64_t>(size);
    std::uint64_t found = 0;
    COMITY_CHECK(session.each(
        "SELECT added, data FROM objects WHERE added >= $1 AND added < $2 ORDER BY added", {begin, end},
        [&](const db::Row& row) {
            kept.list.data[static_cast<std::size_t>(row.integer(0) - begin)] = as_text(row.blob(1));
            ++found;
            return true;
        }));
    if (found == size) return kept;
    COMITY_CHECK(session.each(
        "SELECT f.position, f.added, o.data FROM ledger_fills f JOIN objects o ON o.added = f.added "
        "WHERE f.seq = $1 AND f.position >= $2 AND f.position < $3 ORDER BY f.position",
        {seq, first, first + size}, [&](const db::Row& row) {
            const auto position = static_cast<std::uint64_t>(row.integer(0));
            kept.list.data[position - first] = as_text(row.blob(2));
            kept.later.emplace(position, Time{row.integer(1)});
            return true;
        }));
    COMITY_TRY(kept.list.holes, holes_of(session, seq));
    std::erase_if(kept.list.holes,
                  [&](const Hole& hole) { return hole.position < first || hole.position >= first + size; });
    return kept;
}

Result<bool> any_hole(db::Session& session) {
    COMITY_TRY(const auto one, session.integer("SELECT seq FROM ledger_holes LIMIT 1"));
    return one.has_value();
}

Result<std::vector<Hole>> holes_of(db::Session& session, std::int64_t seq) {
    std::vector<Hole> holes;
    COMITY_CHECK(session.each("SELECT position, hash FROM ledger_holes WHERE seq = $1 ORDER BY position",
                              {seq}, [&](const db::Row& row) {
                                  holes.push_back(
                                      {static_cast<std::uint64_t>(row.integer(0)), row.digest(1)});
                                  return true;
                              }));
    return holes;
}

Result<void> add_holes(db::Transaction& tx, std::int64_t seq, std::span<const Hole> holes) {
    for (const Hole& hole : holes) {
        COMITY_CHECK(tx.queue("INSERT INTO ledger_holes(seq, position, hash) VALUES($1, $2, $3)", seq,
                              hole.position, hole.hash));
    }
    return {};
}

Result<void> fill_hole(db::Transaction& tx, std::int64_t seq, std::uint64_t position, std::int64_t added) {
    COMITY_CHECK(tx.queue("DELETE FROM ledger_holes WHERE seq = $1 AND position = $2", seq, position));
    return tx.queue("INSERT INTO ledger_fills(seq, position, added) VALUES($1, $2, $3)", seq, position,
                    added);
}

Result<void> join_fills(db::Transaction& tx, std::int64_t seq, std::int64_t added) {
    Later later;
    COMITY_CHECK(
        tx.each("SELECT position, added FROM ledger_fills WHERE seq = $1", {seq}, [&](const db::Row& row) {
            later.emplace(static_cast<std::size_t>(row.integer(0)), Time{row.integer(1)});
            return true;
        }));
    for (const auto& [position, time] : later) {
        COMITY_CHECK(tx.queue("UPDATE objects SET added = $1 WHERE added = $2",
                              added + static_cast<std::int64_t>(position), time.micros));
    }
    if (later.empty()) return {};
    return tx.queue("DELETE FROM ledger_fills WHERE seq = $1", seq);
}

Result<void> erase_holes(db::Transaction& tx, std::int64_t seq) {
    COMITY_CHECK(
        tx.run("INSERT INTO ledger_erased_apart(added) SELECT added FROM ledger_fills WHERE seq = $1", seq));
    COMITY_CHECK(
        tx.run("DELETE FROM objects WHERE added IN (SELECT added FROM ledger_fills WHERE seq = $1)", seq));
    COMITY_CHECK(tx.run("DELETE FROM ledger_fills WHERE seq = $1", seq));
    return tx.queue("DELETE FROM ledger_holes WHERE seq = $1", seq);
}

}  // namespace comity::ledger
