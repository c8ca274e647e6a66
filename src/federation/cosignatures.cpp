#include "federation/cosignatures.h"

#include <algorithm>

#include "base/logging.h"
#include "federation/tables.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

// How far back the newest checkpoint that meets the quorum is looked for. Each of them has a cosignature at
// least, and witnesses are asked for the newest only: a quorum that is older is none to show.
constexpr int kLookBack = 64;

}  // namespace

Result<std::unique_ptr<Cosignatures>> Cosignatures::open(db::Database& database, log::Policy policy) {
    COMITY_CHECK(migrate_witness_tables(database));
    return std::unique_ptr<Cosignatures>(new Cosignatures(database, std::move(policy)));
}

Result<void> Cosignatures::keep(const log::Checkpoint& checkpoint, const crypto::NamedKey& witness,
                                const crypto::NoteSignature& signature, Time time) {
    COMITY_TRY(const auto tx, database_.begin());
    // The first time that a witness states for a checkpoint is the one that counts.
    COMITY_CHECK(tx->run(
        "INSERT INTO witness_cosignatures(size, root, witness, time, line) VALUES($1, $2, $3, $4, $5) "
        "ON CONFLICT(size, root, witness) DO NOTHING",
        checkpoint.size, checkpoint.root, witness.text(), time.seconds(), signature.line()));
    return tx->commit();
}

Result<std::string> Cosignatures::joined(std::string note) {
    if (policy_.witnesses.empty()) return note;
    COMITY_TRY(const auto session, database_.reader());
    return joined(*session, std::move(note));
}

Result<std::string> Cosignatures::joined(db::Session& session, std::string note) {
    COMITY_TRY(const crypto::Note parsed, crypto::parse_note(note));
    COMITY_TRY(const log::Checkpoint checkpoint, log::Checkpoint::parse(parsed.text));
    std::size_t room = crypto::kMaxNoteSignatures - parsed.signatures.size();
    COMITY_CHECK(session.each(
        "SELECT line, witness FROM witness_cosignatures WHERE size = $1 AND root = $2 ORDER BY time, witness",
        {checkpoint.size, checkpoint.root}, [&](const db::Row& row) {
            const std::string_view line = row.text(0);
            const bool known = std::ranges::any_of(
                policy_.witnesses,
                [&](const log::Policy::Witness& witness) { return witness.key.text() == row.text(1); });
            if (known && room > 0 && note.find(line) == std::string::npos) {
                note += line;
                --room;
            }
            return true;
        }));
    return note;
}

Result<std::optional<WitnessedCheckpoint>> Cosignatures::newest_met() {
    if (policy_.quorum == "none") return std::nullopt;
    COMITY_TRY(const auto session, database_.snapshot());
    return newest_met(*session);
}

Result<std::optional<WitnessedCheckpoint>> Cosignatures::newest_met(db::Session& session) {
    if (policy_.quorum == "none") return std::nullopt;
    // The node's own cosigner may be a witness of the policy, but it alone has seen every checkpoint: where
    // it is enough, the newest meets the policy and is among these.
    std::vector<std::string> notes;
    COMITY_CHECK(session.each(
        "SELECT note FROM ledger_checkpoints WHERE size IN (SELECT size FROM witness_cosignatures UNION "
        "SELECT MAX(size) FROM ledger_checkpoints) ORDER BY size DESC LIMIT $1",
        {kLookBack}, [&](const db::Row& row) {
            notes.emplace_back(row.text(0));
            return true;
        }));
    for (std::string& note : notes) {
        COMITY_TRY(std::string whole, joined(session, std::move(note)));
        COMITY_TRY(const crypto::Note parsed, crypto::parse_note(whole));
        const auto verdict = log::judge(policy_, parsed);
        if (!verdict) {
            logging::error("a kept cosignature does not verify", {{"cause", verdict.error().message()}});
            continue;
        }
        if (!verdict->met) continue;
        COMITY_TRY(const log::Checkpoint checkpoint, log::Checkpoint::parse(parsed.text));
        return WitnessedCheckpoint{checkpoint.size, verdict->since, std::move(whole)};
    }
    return std::nullopt;
}

Result<Standing> Cosignatures::standing(const std::string& newest) {
    COMITY_TRY(const auto session, database_.snapshot());
    COMITY_TRY(const std::string whole, joined(*session, newest));
    COMITY_TRY(const crypto::Note note, crypto::parse_note(whole));
    Standing standing;
    COMITY_TRY(standing.newest, log::judge(policy_, note));
    COMITY_TRY(standing.met, newest_met(*session));
    for (const log::Policy::Witness& witness : policy_.witnesses) {
        WitnessStanding at{witness.name, witness.key, witness.url, {}, {}, {}, 0, {}};
        const std::string key = witness.key.text();
        COMITY_CHECK(session->each(
            "SELECT size, time FROM witness_cosignatures WHERE witness = $1 ORDER BY size DESC, time LIMIT 1",
            {key}, [&](const db::Row& row) {
                at.size = static_cast<std::uint64_t>(row.integer(0));
                at.cosigned = Time::from_seconds(row.integer(1));
                return false;
            }));
        COMITY_CHECK(session->each("SELECT contacted, failures, error FROM witness_asked WHERE witness = $1",
                                   {key}, [&](const db::Row& row) {
                                       at.contacted = Time{row.integer(0)};
                                       at.failures = row.integer(1);
                                       at.error = row.text(2);
                                       return false;
                                   }));
        standing.witnesses.push_back(std::move(at));
    }
    // The node's own cosigner asks nobody: its line is in the checkpoint itself.
    COMITY_TRY(const log::Checkpoint checkpoint, log::Checkpoint::parse(note.text));
    for (std::size_t i = 0; i < standing.witnesses.size(); ++i) {
        const auto& cosigned = standing.newest.witnesses[i].cosigned;
        if (!cosigned) continue;
        standing.witnesses[i].size = checkpoint.size;
        standing.witnesses[i].cosigned = cosigned;
    }
    return standing;
}

Result<void> Cosignatures::tell(const crypto::NamedKey& witness, std::uint64_t size, Time contacted,
                                Time answered, std::int64_t failures, const std::string& error) {
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_CHECK(tx->run(
        "INSERT INTO witness_asked(witness, size, contacted, answered, failures, error) "
        "VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT(witness) DO UPDATE SET size = excluded.size, contacted = "
        "excluded.contacted, answered = excluded.answered, failures = excluded.failures, error = "
        "excluded.error",
        witness.text(), size, contacted.micros, answered.micros, failures, error));
    return tx->commit();
}

Result<std::uint64_t> Cosignatures::last_size(const crypto::NamedKey& witness) {
    COMITY_TRY(const auto session, database_.reader());
    COMITY_TRY(const auto size,
               session->integer("SELECT size FROM witness_asked WHERE witness = $1", {witness.text()}));
    return static_cast<std::uint64_t>(size.value_or(0));
}

}  // namespace comity::federation
