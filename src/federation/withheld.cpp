// What the store keeps of objects that are not here: of which statements, and who gave hashes for them.
#include <fmt/format.h>

#include "federation/erasing.h"
#include "federation/mirror_store.h"
#include "governance/bodies.h"
#include "intelligence/marking_change.h"
#include "intelligence/withdrawal.h"
#include "ledger/access.h"
#include "ledger/id_index.h"

namespace comity::federation {

Result<std::map<Digest, std::int64_t>> MirrorStore::with_holes(std::span<const Digest> ids) {
    std::map<Digest, std::int64_t> found;
    COMITY_TRY(const auto session, database_->snapshot());
    COMITY_TRY(const bool any, ledger::any_hole(*session));
    if (!any) return found;
    static const std::string look_up = ledger::of_prefixes(
        "SELECT id, seq, (SELECT MIN(position) FROM ledger_holes h WHERE h.seq = statements.seq)",
        ledger::kLookUp);
    COMITY_CHECK(ledger::look_up_each(*session, look_up, ids, [&](std::size_t i, const db::Row& row) {
        if (!row.null(2)) found.emplace(ids[i], row.integer(1));
    }));
    return found;
}

Result<std::vector<ledger::Hole>> MirrorStore::holes(std::int64_t seq) {
    COMITY_TRY(const auto session, database_->reader());
    return ledger::holes_of(*session, seq);
}

Result<void> MirrorStore::note_whole() {
    constexpr std::string_view kWhole =
        "seq > 0 AND NOT EXISTS(SELECT 1 FROM ledger_holes h WHERE h.seq = federation_missing.seq)";
    static const std::string any = fmt::format("SELECT 1 FROM federation_missing WHERE {} LIMIT 1", kWhole);
    static const std::string gone = fmt::format("DELETE FROM federation_missing WHERE {}", kWhole);
    {
        COMITY_TRY(const auto session, database_->reader());
        COMITY_TRY(const auto one, session->integer(any));
        if (!one) return {};
    }
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_CHECK(tx->run(gone));
    return tx->commit();
}

Result<void> MirrorStore::note_withheld(std::span<const std::int64_t> statements, const std::string& node,
                                        bool withheld) {
    std::vector<std::int64_t> changed;
    {
        COMITY_TRY(const auto session, database_->reader());
        for (const std::int64_t seq : statements) {
            COMITY_TRY(const auto known,
                       session->integer("SELECT unduly FROM federation_withheld WHERE seq = $1 AND node = $2",
                                        {seq, node}));
            if (known.has_value() != withheld) changed.push_back(seq);
        }
    }
    if (changed.empty()) return {};
    COMITY_TRY(const auto tx, database_->begin());
    for (const std::int64_t seq : changed) {
        COMITY_CHECK(tx->queue(withheld
                                   ? "INSERT INTO federation_withheld(seq, node, unduly) VALUES($1, $2, 0) "
                                     "ON CONFLICT(seq, node) DO NOTHING"
                                   : "DELETE FROM federation_withheld WHERE seq = $1 AND node = $2",
                               seq, node));
    }
    return tx->commit();
}

Result<void> MirrorStore::note_unduly(std::int64_t seq, const std::string& node, std::size_t count) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_CHECK(
        tx->run("UPDATE federation_withheld SET unduly = $1 WHERE seq = $2 AND node = $3", count, seq, node));
    return tx->commit();
}

Result<std::vector<MirrorStore::Withheld>> MirrorStore::came_otherwise(std::int64_t log,
                                                                       const std::string& node,
                                                                       const ledger::Viewer& reader,
                                                                       std::size_t limit) {
    static const std::string came_later =
        "SELECT f.position, i.audience, s.audience FROM ledger_fills f JOIN intelligence_objects i ON "
        "i.added = "
        "f.added JOIN statements s ON s.seq = f.seq WHERE f.seq = $1 AND " +
        std::string(intelligence::kNotWithdrawn) + " ORDER BY f.position";
    std::vector<Withheld> all;
    COMITY_TRY(const auto session, database_->snapshot());
    COMITY_CHECK(
        session->each("SELECT w.seq, s.id FROM federation_withheld w JOIN statements s ON s.seq = w.seq "
                      "WHERE w.node = $1 AND "
                      "EXISTS(SELECT 1 FROM ledger_fills f WHERE f.seq = w.seq) ORDER BY w.seq LIMIT $2",
                      {node, limit}, [&](const db::Row& row) {
                          all.push_back({row.integer(0), row.digest(1), 0, {}});
                          return true;
                      }));
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, reader));
    for (Withheld& one : all) {
        COMITY_TRY(const auto place,
                   session->integer("SELECT idx FROM federation_places WHERE prefix = $1 AND log = $2",
                                    {ledger::id_prefix(one.statement), log}));
        if (!place) continue;
        one.index = static_cast<std::uint64_t>(*place);
        COMITY_CHECK(session->each(came_later, {one.seq}, [&](const db::Row& row) {
            if (readable.contains(row.integer(1)) && readable.contains(row.integer(2)))
                one.objects.push_back({static_cast<std::uint64_t>(row.integer(0)), {}});
            return true;
        }));
    }
    std::erase_if(all, [](const Withheld& one) { return one.objects.empty(); });
    return all;
}

Result<std::map<std::string, std::uint64_t>> MirrorStore::withheld_unduly() {
    std::map<std::string, std::uint64_t> found;
    COMITY_TRY(const auto session, database_->reader());
    COMITY_CHECK(
        session->each("SELECT node, SUM(unduly) FROM federation_withheld WHERE unduly > 0 GROUP BY node", {},
                      [&](const db::Row& row) {
                          found.emplace(row.text(0), static_cast<std::uint64_t>(row.integer(1)));
                          return true;
                      }));
    return found;
}

Result<std::int64_t> MirrorStore::last_opening() {
    COMITY_TRY(const auto session, database_->reader());
    COMITY_TRY(const bool any, ledger::any_hole(*session));
    if (!any) return 0;
    COMITY_TRY(const auto seq,
               session->integer("SELECT MAX(seq) FROM statements WHERE type IN ($1, $2, $3)",
                                {intelligence::kMarkingChange, kErasure, governance::kGroup}));
    return seq.value_or(0);
}

}  // namespace comity::federation
