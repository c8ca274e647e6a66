#include "federation/mirror_store.h"

#include <fmt/format.h>

#include "federation/mirror_tables.h"
#include "ledger/erasure.h"
#include "ledger/id_index.h"
#include "ledger/log_edge.h"
#include "ledger/views.h"

namespace comity::federation {
namespace {

constexpr std::uint64_t kPlacedAtOnce = 16384;  // entries in one transaction

Bytes roots_bytes(const log::Frontier& frontier) {
    Bytes bytes;
    for (const Digest& root : frontier.roots()) append(bytes, root.view());
    return bytes;
}

Result<log::Frontier> frontier_of(std::int64_t size, ByteView bytes) {
    std::vector<Digest> roots;
    for (; bytes.size() >= Digest::kSize; bytes = bytes.subspan(Digest::kSize)) {
        COMITY_TRY(const Digest root, Digest::from_bytes(bytes.first(Digest::kSize)));
        roots.push_back(root);
    }
    return log::Frontier::from(static_cast<std::uint64_t>(size), std::move(roots));
}

std::optional<std::int64_t> maybe(const db::Row& row, int column) {
    return row.null(column) ? std::nullopt : std::optional(row.integer(column));
}

Result<void> place(db::Transaction& tx, std::int64_t log, std::uint64_t first, std::span<const Digest> ids) {
    for (const Digest& id : ids) {
        COMITY_CHECK(tx.queue(
            "INSERT INTO federation_places(prefix, log, idx) VALUES($1, $2, $3) ON CONFLICT DO NOTHING",
            ledger::id_prefix(id), log, first++));
    }
    return {};
}

Result<void> queue_lacking(db::Transaction& tx, std::int64_t log, const Lacking& lacking) {
    return tx.queue(
        "INSERT INTO federation_missing(log, idx, seq) VALUES($1, $2, $3) ON CONFLICT(log, idx) DO UPDATE "
        "SET "
        "seq = excluded.seq",
        log, lacking.index, lacking.seq);
}

Failure damaged(const char* table) {
    return corrupt(table, "holds a row that cannot be read", "restore a backup");
}

constexpr std::string_view kSelectLogs =
    "SELECT l.n, l.log_key, l.cosigner_key, l.size, l.root, l.checkpoint, l.applied, l.frontier, l.time, "
    "(SELECT COUNT(*) FROM federation_missing m WHERE m.log = l.n AND m.seq = 0 AND m.erased = 0), "
    "(SELECT COUNT(*) FROM federation_missing m WHERE m.log = l.n AND m.seq = 0 AND m.erased = 1), "
    "(SELECT COUNT(*) FROM federation_missing m JOIN ledger_holes h ON h.seq = m.seq WHERE m.log = l.n), "
    "l.adopted "
    "FROM federation_logs l ";

Result<std::vector<MirroredLog>> read_logs(db::Session& session, const std::string& condition,
                                           std::span<const db::Param> params) {
    std::vector<MirroredLog> logs;
    Result<void> read;
    COMITY_CHECK(session.each(std::string(kSelectLogs) + condition, params, [&](const db::Row& row) {
        auto key = crypto::parse_public_key(row.text(1));
        auto cosigner = crypto::parse_public_key(row.text(2));
        auto frontier = frontier_of(row.integer(6), row.blob(7));
        if (!key || !cosigner || !frontier) {
            read = damaged("federation_logs");
            return false;
        }
        logs.push_back({row.integer(0), *std::move(key), *std::move(cosigner),
                        static_cast<std::uint64_t>(row.integer(3)), row.digest(4), std::string(row.text(5)),
                        *std::move(frontier), row.integer(8), static_cast<std::uint64_t>(row.integer(9)),
                        static_cast<std::uint64_t>(row.integer(10)),
                        static_cast<std::uint64_t>(row.integer(11)),
                        static_cast<std::uint64_t>(row.integer(12))});
        return true;
    }));
    COMITY_CHECK(read);
    return logs;
}

}  // namespace

Result<MirrorStore> MirrorStore::open(db::Database& database) {
    COMITY_CHECK(db::migrate(database, "federation_mirror", mirror_migrations()));
    MirrorStore store(database);
    COMITY_CHECK(store.place_entries());
    return store;
}

Result<void> MirrorStore::place_entries() {
    struct Unplaced {
        std::int64_t log = 0;
        std::uint64_t from = 0;
        std::uint64_t end = 0;
    };
    std::vector<Unplaced> logs;
    {
        COMITY_TRY(const auto session, database_->reader());
        COMITY_CHECK(session->each("SELECT n, placed, applied FROM federation_logs WHERE placed < applied",
                                   {}, [&](const db::Row& row) {
                                       logs.push_back({row.integer(0),
                                                       static_cast<std::uint64_t>(row.integer(1)),
                                                       static_cast<std::uint64_t>(row.integer(2))});
                                       return true;
                                   }));
    }
    for (Unplaced& log : logs) {
        while (log.from < log.end) {
            COMITY_TRY(const auto ids,
                       entries(log.log, log.from, std::min(kPlacedAtOnce, log.end - log.from)));
            if (ids.empty()) return damaged("federation_tiles");
            COMITY_TRY(const auto tx, database_->begin());
            COMITY_CHECK(place(*tx, log.log, log.from, ids));
            log.from += ids.size();
            COMITY_CHECK(tx->run("UPDATE federation_logs SET placed = $1 WHERE n = $2", log.from, log.log));
            COMITY_CHECK(tx->commit());
        }
    }
    return {};
}

Result<void> MirrorStore::add_peer(const Peer& peer) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const auto same, tx->text("SELECT name FROM federation_peers WHERE name = $1 OR log_key = $2",
                                         {peer.name, peer.log.text()}));
    if (same) {
        return conflict("node", "'" + *same + "' is followed already",
                        "remove it first: comity node remove " + *same);
    }
    COMITY_TRY(const auto last, tx->integer("SELECT MAX(n) FROM federation_peers"));
    COMITY_CHECK(
        tx->run("INSERT INTO federation_peers(n, name, url, token, log_key, added, contact, tried, error, "
                "failures) VALUES($1, $2, $3, $4, $5, $6, NULL, NULL, '', 0)",
                last.value_or(0) + 1, peer.name, peer.url, peer.token, peer.log.text(), peer.added));
    return tx->commit();
}

Result<std::vector<Peer>> MirrorStore::peers() {
    COMITY_TRY(const auto session, database_->reader());
    std::vector<Peer> peers;
    Result<void> read;
    COMITY_CHECK(session->each(
        "SELECT n, name, url, token, log_key, added, contact, tried, error, failures FROM federation_peers "
        "ORDER BY n",
        {}, [&](const db::Row& row) {
            auto key = crypto::parse_public_key(row.text(4));
            if (!key) {
                read = damaged("federation_peers");
                return false;
            }
            peers.push_back({row.integer(0), std::string(row.text(1)), std::string(row.text(2)),
                             std::string(row.text(3)), *std::move(key), row.integer(5), maybe(row, 6),
                             maybe(row, 7), std::string(row.text(8)), row.integer(9)});
            return true;
        }));
    COMITY_CHECK(read);
    return peers;
}

Result<void> MirrorStore::remove_peer(std::string_view name) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const std::int64_t gone, tx->run("DELETE FROM federation_peers WHERE name = $1", name));
    if (gone == 0)
        return not_found("no node '" + std::string(name) + "' is followed", "see comity node list");
    return tx->commit();
}

Result<void> MirrorStore::note_contact(std::int64_t peer, std::int64_t now, const Result<void>& outcome) {
    COMITY_TRY(const auto tx, database_->begin());
    if (outcome) {
        COMITY_CHECK(
            tx->run("UPDATE federation_peers SET contact = $1, tried = $1, error = '', failures = 0 "
                    "WHERE n = $2",
                    now, peer));
    } else {
        COMITY_CHECK(tx->run(
            "UPDATE federation_peers SET tried = $1, error = $2, failures = failures + 1 WHERE n = $3", now,
            outcome.error().message(), peer));
    }
    return tx->commit();
}

Result<std::vector<MirroredLog>> MirrorStore::logs() {
    COMITY_TRY(const auto session, database_->reader());
    return read_logs(*session, "ORDER BY l.n", {});
}

Result<MirroredLog> MirrorStore::log(const crypto::NamedKey& key, const crypto::NamedKey& cosigner) {
    const std::string text = key.text();
    const std::string cosigner_text = cosigner.text();
    const db::Param params[] = {text};
    {
        COMITY_TRY(const auto session, database_->reader());
        COMITY_TRY(auto found, read_logs(*session, "WHERE l.log_key = $1", params));
        if (!found.empty() && found.front().cosigner == cosigner) return std::move(found.front());
    }
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const auto last, tx->integer("SELECT MAX(n) FROM federation_logs"));
    COMITY_CHECK(tx->run(
        "INSERT INTO federation_logs(n, log_key, cosigner_key, size, root, checkpoint, applied, frontier, "
        "time) VALUES($1, $2, $3, 0, $4, '', 0, $5, 0) ON CONFLICT(log_key) DO UPDATE SET cosigner_key = "
        "excluded.cosigner_key",
        last.value_or(0) + 1, text, cosigner_text, log::empty_root(), Bytes()));
    COMITY_TRY(auto made, read_logs(*tx, "WHERE l.log_key = $1", params));
    COMITY_CHECK(tx->commit());
    if (made.empty()) return internal("federation_logs", "a row that was written is not there");
    return std::move(made.front());
}

Result<bool> MirrorStore::verified(const MirroredLog& log, std::uint64_t size, const Digest& root,
                                   const std::string& checkpoint) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const std::int64_t rows,
               tx->run("UPDATE federation_logs SET size = $1, root = $2, checkpoint = $3 WHERE n = $4 AND "
                       "size = $5",
                       size, root, checkpoint, log.n, log.size));
    if (rows == 0) return false;
    COMITY_CHECK(tx->commit());
    return true;
}

Result<bool> MirrorStore::advance(const MirroredLog& log, const Progress& progress) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(
        const std::int64_t rows,
        tx->run("UPDATE federation_logs SET applied = $1, placed = $1, frontier = $2, time = $3 WHERE n = $4 "
                "AND applied = $5",
                progress.applied.size(), roots_bytes(progress.applied), progress.time, log.n,
                log.applied.size()));
    if (rows == 0) return false;
    for (const auto& [place, data] : progress.tiles) {
        COMITY_CHECK(
            tx->queue("INSERT INTO federation_tiles(log, place, data) VALUES($1, $2, $3) ON "
                      "CONFLICT(log, place) DO UPDATE SET data = excluded.data",
                      log.n, place, data));
    }
    for (const TimedCheckpoint& checkpoint : progress.checkpoints) {
        COMITY_CHECK(
            tx->queue("INSERT INTO federation_checkpoints(log, size, time, note) VALUES($1, $2, $3, $4) ON "
                      "CONFLICT(log, size) DO NOTHING",
                      log.n, checkpoint.size, checkpoint.time, checkpoint.note));
    }
    COMITY_CHECK(place(*tx, log.n, log.applied.size(), progress.entries));
    for (const Lacking& lacking : progress.lacking) COMITY_CHECK(queue_lacking(*tx, log.n, lacking));
    COMITY_CHECK(tx->commit());
    return true;
}

Result<std::vector<Lacking>> MirrorStore::lacking(std::int64_t log, std::uint64_t from, std::size_t limit) {
    COMITY_TRY(const auto session, database_->reader());
    std::vector<Lacking> found;
    COMITY_CHECK(session->each(
        "SELECT idx, seq FROM federation_missing WHERE log = $1 AND idx >= $2 ORDER BY idx LIMIT $3",
        {log, from, limit}, [&](const db::Row& row) {
            found.push_back({static_cast<std::uint64_t>(row.integer(0)), row.integer(1)});
            return true;
        }));
    return found;
}

Result<void> MirrorStore::note_lacking(std::int64_t log, std::span<const std::uint64_t> asked,
                                       std::span<const Lacking> still) {
    if (asked.empty()) return {};
    COMITY_TRY(const auto tx, database_->begin());
    for (const std::uint64_t index : asked) {
        const auto lacks = std::ranges::find(still, index, &Lacking::index);
        if (lacks != still.end()) {
            COMITY_CHECK(queue_lacking(*tx, log, *lacks));
        } else {
            COMITY_CHECK(tx->queue("DELETE FROM federation_missing WHERE log = $1 AND idx = $2", log, index));
        }
    }
    return tx->commit();
}

Result<void> MirrorStore::note_erased() {
    std::vector<std::pair<std::int64_t, std::int64_t>> erased;  // log, idx
    {
        COMITY_TRY(const auto session, database_->reader());
        COMITY_TRY(const auto any,
                   session->integer("SELECT 1 FROM federation_missing WHERE erased = 0 LIMIT 1"));
        if (!any) return {};
        COMITY_TRY(const auto claimed, ledger::claimed_erased(*session));
        for (const Digest& id : claimed) {
            COMITY_CHECK(session->each(
                "SELECT m.log, m.idx FROM federation_places p JOIN federation_missing m "
                "ON m.log = p.log AND m.idx = p.idx AND m.erased = 0 AND m.seq = 0 WHERE p.prefix = $1",
                {ledger::id_prefix(id)}, [&](const db::Row& row) {
                    erased.emplace_back(row.integer(0), row.integer(1));
                    return true;
                }));
        }
    }
    if (erased.empty()) return {};
    COMITY_TRY(const auto tx, database_->begin());
    for (const auto& [log, index] : erased) {
        COMITY_CHECK(
            tx->queue("UPDATE federation_missing SET erased = 1 WHERE log = $1 AND idx = $2", log, index));
    }
    return tx->commit();
}

Result<Bytes> MirrorStore::tile(std::int64_t log, const log::TilePath& path) {
    if (path.index >> 48 != 0) return not_found("the log has no such tile yet");
    COMITY_TRY(const auto session, database_->reader());
    const int level = path.entries ? -1 : static_cast<int>(path.level);
    COMITY_TRY(auto data, session->blob("SELECT data FROM federation_tiles WHERE log = $1 AND place = $2",
                                        {log, ledger::tile_place(level, path.index)}));
    const std::size_t wanted = path.width * (path.entries ? log::kDigestEntrySize : Digest::kSize);
    if (!data || data->size() < wanted) return not_found("the log has no such tile yet");
    data->resize(wanted);
    return std::move(*data);
}

Result<std::vector<Digest>> MirrorStore::entries(std::int64_t log, std::uint64_t first, std::uint64_t count) {
    std::vector<Digest> ids;
    COMITY_TRY(const auto session, database_->reader());
    for (std::uint64_t index = first; index < first + count;) {
        const std::uint64_t bundle = index / log::kTileWidth;
        COMITY_TRY(const auto data,
                   session->blob("SELECT data FROM federation_tiles WHERE log = $1 AND place = $2",
                                 {log, ledger::tile_place(-1, bundle)}));
        if (!data) break;
        const std::uint64_t held = bundle * log::kTileWidth + data->size() / log::kDigestEntrySize;
        if (index >= held) break;
        for (; index < std::min(held, first + count); ++index) {
            COMITY_TRY(ids.emplace_back(), log::digest_entry(*data, index % log::kTileWidth));
        }
        if (held % log::kTileWidth != 0) break;
    }
    return ids;
}

Result<std::vector<TimedCheckpoint>> MirrorStore::checkpoints(std::int64_t log, std::uint64_t after,
                                                              std::size_t limit) {
    COMITY_TRY(const auto session, database_->reader());
    std::vector<TimedCheckpoint> found;
    COMITY_CHECK(session->each(
        "SELECT size, time, note FROM federation_checkpoints WHERE log = $1 AND size > $2 ORDER BY size "
        "LIMIT $3",
        {log, after, limit}, [&](const db::Row& row) {
            found.push_back(
                {static_cast<std::uint64_t>(row.integer(0)), row.integer(1), std::string(row.text(2))});
            return true;
        }));
    return found;
}

Result<std::optional<TimedCheckpoint>> MirrorStore::last_checkpoint(std::int64_t log) {
    COMITY_TRY(const auto session, database_->reader());
    std::optional<TimedCheckpoint> last;
    COMITY_CHECK(session->each(
        "SELECT size, time, note FROM federation_checkpoints WHERE log = $1 ORDER BY size DESC LIMIT 1",
        {log}, [&](const db::Row& row) {
            last = {static_cast<std::uint64_t>(row.integer(0)), row.integer(1), std::string(row.text(2))};
            return true;
        }));
    return last;
}

Result<std::vector<bool>> MirrorStore::kept(std::span<const Digest> ids) {
    static const std::string look_up = ledger::of_prefixes("SELECT id", ledger::kLookUp);
    std::vector<bool> kept(ids.size());
    COMITY_TRY(const auto session, database_->reader());
    COMITY_CHECK(
        ledger::look_up_each(*session, look_up, ids, [&](std::size_t i, const db::Row&) { kept[i] = true; }));
    COMITY_TRY(const bool some, ledger::any_erasure(*session));
    for (std::size_t i = 0; some && i < ids.size(); ++i) {
        if (kept[i]) continue;
        COMITY_TRY(const auto erased, ledger::find_erased(*session, ids[i]));
        kept[i] = erased.has_value();
    }
    return kept;
}

Result<std::vector<Digest>> MirrorStore::unlogged(std::int64_t log, std::uint64_t first,
                                                  std::uint64_t count) {
    static const std::string look_up = ledger::of_prefixes("SELECT id, idx", ledger::kLookUp);
    COMITY_TRY(const std::vector<Digest> ids, entries(log, first, count));
    std::vector<Digest> unlogged;
    COMITY_TRY(const auto session, database_->reader());
    COMITY_CHECK(ledger::look_up_each(*session, look_up, ids, [&](std::size_t i, const db::Row& row) {
        if (row.null(1)) unlogged.push_back(ids[i]);
    }));
    return unlogged;
}

Result<void> MirrorStore::note_adopted(std::int64_t log, std::uint64_t entries) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_CHECK(
        tx->run("UPDATE federation_logs SET adopted = $1 WHERE n = $2 AND adopted < $1", entries, log));
    return tx->commit();
}

Result<ledger::Submission> MirrorStore::submission(const Digest& id) {
    COMITY_TRY(const auto session, database_->snapshot());
    ledger::Submission submission;
    std::int64_t added = 0;
    std::int64_t seq = 0;
    static const std::string by_prefix = ledger::of_prefix("SELECT id, added, envelope, seq");
    COMITY_CHECK(session->each(by_prefix, {ledger::id_prefix(id)}, [&](const db::Row& row) {
        if (row.digest(0) != id) return true;
        added = row.integer(1);
        submission.envelope = row.text(2);
        seq = row.integer(3);
        return false;
    }));
    if (submission.envelope.empty()) return not_found("there is no statement " + id.hex());
    COMITY_TRY(const ledger::Act act, ledger::parse_kept(submission.envelope));
    const std::uint64_t count = act.statement.objects ? act.statement.objects->count : 0;
    COMITY_TRY(ledger::KeptObjects objects, ledger::load_objects(*session, seq, added, count));
    submission.objects = std::move(objects.list.data);
    submission.holes = std::move(objects.list.holes);
    for (const ledger::AttachmentRef& ref : act.statement.attachments) {
        COMITY_TRY(const auto data,
                   session->blob("SELECT data FROM attachments WHERE sha256 = $1", {ref.sha256}));
        if (!data) return not_found("the attachment " + ref.sha256.hex() + " is no longer kept here");
        submission.attachments.emplace_back(as_text(*data));
    }
    return submission;
}

Result<void> MirrorStore::keep_contradiction(const crypto::NamedKey& log, const std::string& earlier,
                                             const std::string& later, std::string_view what,
                                             std::int64_t now) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const auto same, tx->integer("SELECT n FROM federation_contradictions WHERE log_key = $1 AND "
                                            "earlier = $2 AND later = $3",
                                            {log.text(), earlier, later}));
    if (same) return {};
    COMITY_TRY(const auto last, tx->integer("SELECT MAX(n) FROM federation_contradictions"));
    COMITY_CHECK(tx->run(
        "INSERT INTO federation_contradictions(n, log_key, earlier, later, what, at) VALUES($1, $2, $3, "
        "$4, $5, $6)",
        last.value_or(0) + 1, log.text(), earlier, later, what, now));
    return tx->commit();
}

Result<std::vector<MirrorStore::Contradiction>> MirrorStore::contradictions() {
    COMITY_TRY(const auto session, database_->reader());
    std::vector<Contradiction> found;
    COMITY_CHECK(session->each(
        "SELECT log_key, earlier, later, what, at FROM federation_contradictions ORDER BY n", {},
        [&](const db::Row& row) {
            found.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                             std::string(row.text(3)), row.integer(4)});
            return true;
        }));
    return found;
}

}  // namespace comity::federation
