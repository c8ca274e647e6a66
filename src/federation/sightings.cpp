#include "federation/sightings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/logging.h"
#include "crypto/sha256.h"
#include "federation/tables.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

// Times only rise with a log's size, so that one which contradicts the kept ones contradicts a neighbour; but
// a neighbour may lack the cosigner's line, so a few on each side are asked.
constexpr int kNeighbours = 8;

Digest id_of(const crypto::NamedKey& log) {
    return crypto::sha256(as_bytes(log.text()));
}

bool known_signer(const crypto::NoteSignature& signature, const crypto::NamedKey& key) {
    return signature.name == key.name && signature.id == key.id();
}

// The log's first signature and the cosigners' that verify, with those that `kept` has besides.
crypto::Note reduced(const log::OpenCheckpoint& open, const crypto::NamedKey& log,
                     std::span<const crypto::NamedKey> cosigners, const std::string& kept) {
    crypto::Note note{open.note.text, {}};
    if (const auto before = crypto::parse_note(kept)) note.signatures = before->signatures;
    const auto add = [&](const crypto::NoteSignature& signature) {
        if (note.signatures.size() < crypto::kMaxNoteSignatures &&
            std::ranges::find(note.signatures, signature) == note.signatures.end()) {
            note.signatures.push_back(signature);
        }
    };
    for (const crypto::NoteSignature& signature : open.note.signatures) {
        if (known_signer(signature, log)) add(signature);
        for (const crypto::NamedKey& cosigner : cosigners) {
            if (known_signer(signature, cosigner) &&
                log::verify_cosignature(open.note.text, signature, cosigner)) {
                add(signature);
            }
        }
    }
    return note;
}

Result<FoundEvidence> found_in(const db::Row& row) {
    COMITY_TRY(Evidence evidence, parse_evidence(row.text(2)));
    return FoundEvidence{row.digest(0), Time{row.integer(1)}, std::move(evidence)};
}

}  // namespace

Result<std::unique_ptr<Sightings>> Sightings::open(db::Database& database, Clock& clock, KnownKeys known) {
    COMITY_CHECK(migrate_witness_tables(database));
    return std::unique_ptr<Sightings>(new Sightings(database, clock, std::move(known)));
}

Result<Seen> Sightings::saw(std::string_view text) {
    COMITY_TRY(const crypto::Note note, crypto::parse_note(text));
    COMITY_TRY(const log::Checkpoint checkpoint, log::Checkpoint::parse(note.text));
    std::vector<crypto::NamedKey> keys;
    for (const crypto::NamedKey& key : known_.logs) {
        if (key.name == checkpoint.origin) keys.push_back(key);
    }
    if (keys.empty()) {
        return not_found("the log " + checkpoint.origin + " is not known to this node",
                         "its operator can name it in the policy file");
    }
    COMITY_TRY(const std::vector<crypto::NamedKey> signers, crypto::verify_note(note, keys));
    return saw(signers.front(), text, known_.cosigners);
}

Result<Seen> Sightings::saw(const crypto::NamedKey& log, std::string_view note,
                            std::span<const crypto::NamedKey> cosigners) {
    COMITY_TRY(const log::OpenCheckpoint open, log::open_checkpoint(note, log));
    const log::Checkpoint& checkpoint = open.checkpoint;
    if (checkpoint.size > INT64_MAX) return invalid("checkpoint", "states more entries than a log can have");
    const Digest log_id = id_of(log);
    const auto kept_note = [&](db::Session& session) {
        return session.text("SELECT note FROM witness_seen WHERE log = $1 AND size = $2 AND root = $3",
                            {log_id, checkpoint.size, checkpoint.root});
    };
    Seen seen;
    {
        COMITY_TRY(const auto reader, database_.reader());
        COMITY_TRY(const auto kept, kept_note(*reader));
        if (kept && reduced(open, log, cosigners, *kept).write() == *kept) return seen;
    }
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_TRY(const auto kept, kept_note(*tx));
    seen.fresh = !kept;
    const std::string now_kept = reduced(open, log, cosigners, kept.value_or("")).write();
    std::vector<std::string> others;
    const auto read = [&](std::string_view where, std::initializer_list<db::Param> params) {
        const std::string sql =
            fmt::format("SELECT note FROM witness_seen WHERE log = $1 AND {} LIMIT {}", where, kNeighbours);
        return tx->each(sql, params, [&](const db::Row& row) {
            others.emplace_back(row.text(0));
            return true;
        });
    };
    COMITY_CHECK(read("size = $2 AND root <> $3 ORDER BY seen", {log_id, checkpoint.size, checkpoint.root}));
    COMITY_CHECK(read("size < $2 ORDER BY size DESC", {log_id, checkpoint.size}));
    COMITY_CHECK(read("size > $2 ORDER BY size", {log_id, checkpoint.size}));
    for (const std::string& other : others) {
        COMITY_TRY(const auto evidence, compare_notes(other, now_kept, log, cosigners));
        if (!evidence) continue;
        COMITY_CHECK(keep(*tx, *evidence));
        seen.evidence.push_back(*evidence);
    }
    COMITY_CHECK(
        tx->run("INSERT INTO witness_seen(log, size, root, vkey, seen, note) VALUES($1, $2, $3, $4, $5, $6) "
                "ON CONFLICT(log, size, root) DO UPDATE SET note = excluded.note",
                log_id, checkpoint.size, checkpoint.root, log.text(), clock_.now().micros, now_kept));
    if (seen.fresh) {
        COMITY_CHECK(tx->run(
            "DELETE FROM witness_seen WHERE log = $1 AND size < (SELECT MIN(size) FROM (SELECT size FROM "
            "witness_seen WHERE log = $1 ORDER BY size DESC LIMIT $2) AS newest)",
            log_id, kMaxSeenOfALog));
    }
    COMITY_CHECK(tx->commit());
    return seen;
}

Result<bool> Sightings::keep(const Evidence& evidence) {
    COMITY_CHECK(check_evidence(evidence));
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_TRY(const bool fresh, keep(*tx, evidence));
    COMITY_CHECK(tx->commit());
    return fresh;
}

Result<bool> Sightings::keep(db::Transaction& tx, const Evidence& evidence) {
    COMITY_TRY(const std::string words, check_evidence(evidence));
    const Digest id = evidence.id();
    COMITY_TRY(
        const std::int64_t rows,
        tx.run("INSERT INTO witness_evidence(id, kind, origin, found, data) VALUES($1, $2, $3, $4, $5) "
               "ON CONFLICT DO NOTHING",
               id, to_string(evidence.lie), evidence.log.name, clock_.now().micros, evidence.write()));
    if (rows > 0) {
        logging::error("evidence of misbehaviour",
                       {{"id", id.hex()}, {"log", evidence.log.name}, {"proves", words}});
    }
    return rows > 0;
}

Result<std::vector<SeenCheckpoint>> Sightings::newest(std::string_view origin, std::size_t limit) {
    COMITY_TRY(const auto session, database_.snapshot());
    std::vector<SeenCheckpoint> list;
    Result<void> read;
    COMITY_CHECK(
        session->each("SELECT vkey, size, root, seen, note FROM witness_seen ORDER BY size DESC, log, root",
                      {}, [&](const db::Row& row) {
                          auto log = crypto::parse_public_key(row.text(0));
                          if (!log) {
                              read = within("witness_seen", std::move(log).error());
                              return false;
                          }
                          if (!origin.empty() && log->name != origin) return true;
                          list.push_back({std::move(*log), static_cast<std::uint64_t>(row.integer(1)),
                                          row.digest(2), Time{row.integer(3)}, std::string(row.text(4))});
                          return list.size() < limit;
                      }));
    COMITY_CHECK(read);
    return list;
}

Result<std::vector<FoundEvidence>> Sightings::evidence(std::size_t limit) {
    COMITY_TRY(const auto session, database_.reader());
    std::vector<FoundEvidence> list;
    Result<void> read;
    COMITY_CHECK(
        session->each("SELECT id, found, data FROM witness_evidence ORDER BY found DESC, id LIMIT $1",
                      {limit}, [&](const db::Row& row) {
                          auto found = found_in(row);
                          if (!found) {
                              read = within("witness_evidence", std::move(found).error());
                              return false;
                          }
                          list.push_back(std::move(*found));
                          return true;
                      }));
    COMITY_CHECK(read);
    return list;
}

Result<FoundEvidence> Sightings::find_evidence(const Digest& id) {
    COMITY_TRY(const auto session, database_.reader());
    Result<FoundEvidence> found =
        not_found("there is no evidence " + id.hex(), "comity evidence list shows it");
    COMITY_CHECK(session->each("SELECT id, found, data FROM witness_evidence WHERE id = $1", {id},
                               [&](const db::Row& row) {
                                   found = found_in(row);
                                   return false;
                               }));
    return found;
}

}  // namespace comity::federation
