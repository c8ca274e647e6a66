#include "federation/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/logging.h"
#include "crypto/sha256.h"
#include "federation/announcement.h"
#include "federation/tables.h"
#include "log/checkpoint.h"
#include "log/tree.h"

namespace comity::federation {
namespace {

constexpr double kGrowthsASecond = 20;  // of one log; a log asks again with its newest checkpoint
constexpr double kGrowthsAtOnce = 100;
constexpr int kAttempts = 3;                       // against other requests for the same log
constexpr std::int64_t kRemembered = 31 * 86'400;  // seconds that it knows what it had cosigned by when

// The last second that it has sealed: it states later ones only.
Result<std::int64_t> sealed_until(db::Session& session) {
    COMITY_TRY(const auto last, session.integer("SELECT close FROM witness_sealed WHERE n = 1"));
    return last.value_or(-1);
}

std::optional<std::uint64_t> decimal(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || std::to_string(number) != text) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::string AddCheckpoint::write() const {
    std::string out = fmt::format("old {}\n", old_size);
    for (const Digest& hash : proof) out += base64_encode(hash.view()) + "\n";
    return out + "\n" + checkpoint;
}

Result<AddCheckpoint> AddCheckpoint::parse(std::string_view body) {
    AddCheckpoint request;
    std::size_t line = 0;
    const auto place = [&] { return fmt::format("body line {}", line); };
    for (;;) {
        ++line;
        const std::size_t end = body.find('\n');
        if (end == std::string_view::npos) {
            return invalid(place(), "the body ends before the empty line that precedes the checkpoint");
        }
        const std::string_view text = body.substr(0, end);
        body.remove_prefix(end + 1);
        if (line == 1) {
            constexpr std::string_view kOld = "old ";
            const auto size = text.starts_with(kOld) ? decimal(text.substr(kOld.size())) : std::nullopt;
            if (!size) return invalid(place(), "is not 'old' and a decimal size");
            request.old_size = *size;
            continue;
        }
        if (text.empty()) break;
        if (request.proof.size() == kMaxProofLines) return invalid(place(), "more than 63 hashes");
        const auto bytes = base64_decode(text);
        if (!bytes || bytes->size() != Digest::kSize) {
            return invalid(place(), "is not the base64 of a hash of 32 bytes");
        }
        COMITY_TRY(const Digest hash, Digest::from_bytes(*bytes));
        request.proof.push_back(hash);
    }
    request.checkpoint = body;
    return request;
}

struct Witness::Held {
    bool any = false;
    std::uint64_t size = 0;
    Digest root = log::empty_root();
    std::int64_t time = 0;
    std::string note;
    std::int64_t sealed = -1;  // no second up to this one may be stated any more
};

struct Witness::Request {
    AddCheckpoint asked;
    log::Checkpoint checkpoint;
    crypto::Note signed_by_log;             // with the log's verified signatures alone
    std::vector<crypto::NamedKey> signers;  // the log's keys that have signed it
    Digest origin;
};

Witness::Witness(db::Database& database, crypto::NamedSecret key, log::Policy policy, Sightings& sightings,
                 Clock& clock)
    : database_(database),
      key_(std::move(key)),
      policy_(std::move(policy)),
      cosigners_(policy_.witness_keys()),
      sightings_(sightings),
      clock_(clock) {}

Result<std::unique_ptr<Witness>> Witness::open(db::Database& database, crypto::NamedSecret key,
                                               log::Policy policy, Sightings& sightings, Clock& clock) {
    if (key.type != crypto::KeyType::kEd25519Cosignature) {
        return invalid("keys/witness.key", "is not a key for cosignatures");
    }
    COMITY_CHECK(migrate_witness_tables(database));
    return std::unique_ptr<Witness>(
        new Witness(database, std::move(key), std::move(policy), sightings, clock));
}

Result<Witness::Held> Witness::held(db::Session& session, const Digest& origin) {
    Held last;
    COMITY_CHECK(session.each("SELECT size, root, time, note FROM witness_logs WHERE origin = $1", {origin},
                              [&](const db::Row& row) {
                                  last = {true, static_cast<std::uint64_t>(row.integer(0)), row.digest(1),
                                          row.integer(2), std::string(row.text(3))};
                                  return false;
                              }));
    COMITY_TRY(last.sealed, sealed_until(session));
    return last;
}

// Growth costs a write and a flush, and only the log itself can ask for it: it is held to a rate of its own.
bool Witness::may_grow(const Digest& origin) {
    const Time now = clock_.now();
    const std::lock_guard lock(mutex_);
    Allowance& allowance = allowances_.try_emplace(origin, Allowance{now, kGrowthsAtOnce}).first->second;
    const double gone =
        static_cast<double>(std::max<std::int64_t>(0, now.micros - allowance.at.micros)) / 1e6;
    allowance.left = std::min(kGrowthsAtOnce, allowance.left + gone * kGrowthsASecond);
    allowance.at = now;
    if (allowance.left < 1) return false;
    allowance.left -= 1;
    return true;
}

Result<Witness::Answer> Witness::add_checkpoint(std::string_view body) {
    const auto because = [](int status, const Error& error) {
        return Answer{status, error.message() + "\n"};
    };
    auto asked = AddCheckpoint::parse(body);
    if (!asked) return because(400, asked.error());
    const auto note = crypto::parse_note(asked->checkpoint);
    if (!note) return because(400, note.error());
    auto checkpoint = log::Checkpoint::parse(note->text);
    if (!checkpoint) return because(400, checkpoint.error());

    const std::vector<crypto::NamedKey> keys = policy_.log_keys(checkpoint->origin);
    if (keys.empty()) {
        return Answer{404, fmt::format("the log {} is not among those that this witness cosigns\n",
                                       checkpoint->origin)};
    }
    auto signers = crypto::verify_note(*note, keys);
    if (!signers) return because(403, signers.error());
    crypto::Note signed_by_log{note->text, {}};
    for (const crypto::NoteSignature& signature : note->signatures) {
        const bool by_log = std::ranges::any_of(*signers, [&](const crypto::NamedKey& key) {
            return signature.name == key.name && signature.id == key.id();
        });
        if (by_log) signed_by_log.signatures.push_back(signature);
    }
    if (checkpoint->size > INT64_MAX)
        return Answer{400, "the checkpoint states more entries than a log can have\n"};
    const Digest origin = crypto::sha256(as_bytes(checkpoint->origin));
    const Request request{std::move(*asked), std::move(*checkpoint), std::move(signed_by_log),
                          std::move(*signers), origin};
    auto answer = this->answer(request);
    // Whatever comes of it, the log has signed it: that is worth remembering.
    for (const crypto::NamedKey& signer : request.signers) {
        const auto seen = sightings_.saw(signer, request.asked.checkpoint, cosigners_);
        if (!seen) {
            logging::warning("a checkpoint could not be kept",
                             {{"log", request.checkpoint.origin}, {"cause", seen.error().message()}});
        }
    }
    if (answer && (answer->status == 400 || answer->status == 422)) {
        logging::warning("checkpoint not cosigned",
                         {{"log", request.checkpoint.origin},
                          {"size", std::to_string(request.checkpoint.size)},
                          {"status", std::to_string(answer->status)},
                          {"cause", answer->body.substr(0, answer->body.find('\n'))}});
    }
    return answer;
}

Result<Witness::Answer> Witness::answer(const Request& request) {
    const std::uint64_t size = request.checkpoint.size;
    const std::uint64_t old_size = request.asked.old_size;
    if (old_size > size) return Answer{400, "the old size is over the checkpoint's\n"};
    for (int attempt = 0;; ++attempt) {
        COMITY_TRY(const auto reader, database_.reader());
        COMITY_TRY(const Held last, held(*reader, request.origin));
        if (old_size != last.size) return Answer{409, fmt::format("{}\n", last.size)};
        if (size == 0 && request.checkpoint.root != log::empty_root()) {
            return Answer{422, "an empty log has another root: the hash of nothing\n"};
        }
        if (old_size == size && last.any && request.checkpoint.root != last.root) {
            return Answer{422,
                          "this witness has cosigned another root for that size: the log shows two "
                          "histories\n"};
        }
        if (auto continues = log::verify_consistency(old_size, last.root, size, request.checkpoint.root,
                                                     request.asked.proof);
            !continues) {
            return Answer{422, continues.error().message() + "\n"};
        }
        COMITY_TRY(Answer answer, cosign(request, last));
        // Another request came between: look again.
        if (answer.status != 409 || attempt + 1 == kAttempts) return answer;
    }
}

Result<Witness::Answer> Witness::cosign(const Request& request, const Held& last) {
    const log::Checkpoint& checkpoint = request.checkpoint;
    // Never an earlier time for a larger log, whatever the clock does.
    const std::int64_t time = std::max({clock_.now().seconds(), last.time, last.sealed + 1});
    crypto::Note note = request.signed_by_log;
    const crypto::NoteSignature cosignature = log::cosign(note.text, key_, Time::from_seconds(time));
    note.signatures.push_back(cosignature);
    const std::string text = note.write();
    if (text == last.note) return Answer{200, cosignature.line()};  // asked again within the second
    if (checkpoint.size > last.size && !may_grow(request.origin)) {
        return Answer{429, "this log asks too often\n"};
    }
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_TRY(const std::int64_t sealed, sealed_until(*tx));
    std::int64_t changed = 0;
    if (time <= sealed) {
        // Sealed meanwhile: look again.
    } else if (last.any) {
        COMITY_TRY(changed, tx->run("UPDATE witness_logs SET size = $2, root = $3, time = $4, note = $5 "
                                    "WHERE origin = $1 AND size = $6 AND root = $7 AND time <= $4",
                                    request.origin, checkpoint.size, checkpoint.root, time, text, last.size,
                                    last.root));
    } else {
        COMITY_TRY(changed, tx->run("INSERT INTO witness_logs(origin, size, root, time, note) "
                                    "VALUES($1, $2, $3, $4, $5) ON CONFLICT(origin) DO NOTHING",
                                    request.origin, checkpoint.size, checkpoint.root, time, text));
    }
    if (changed == 0) {
        COMITY_TRY(const Held now, held(*tx, request.origin));
        return Answer{409, fmt::format("{}\n", now.size)};
    }
    if (last.any) {  // cosigned before the history was kept
        COMITY_CHECK(
            tx->run("INSERT INTO witness_history(origin, time, log, size, root) VALUES($1, $2, $3, $4, $5) "
                    "ON CONFLICT DO NOTHING",
                    request.origin, last.time, request.signers.front().text(), last.size, last.root));
    }
    COMITY_CHECK(
        tx->run("INSERT INTO witness_history(origin, time, log, size, root) VALUES($1, $2, $3, $4, $5) "
                "ON CONFLICT(origin, time) DO UPDATE SET log = excluded.log, size = excluded.size, root = "
                "excluded.root",
                request.origin, time, request.signers.front().text(), checkpoint.size, checkpoint.root));
    COMITY_CHECK(tx->run(
        "DELETE FROM witness_history WHERE origin = $1 AND time < (SELECT MAX(time) FROM witness_history "
        "WHERE origin = $1 AND time < $2)",
        request.origin, time - kRemembered));
    COMITY_CHECK(tx->commit());
    return Answer{200, cosignature.line()};
}

Result<std::string> Witness::checkpoint(const Digest& origin_hash) {
    COMITY_TRY(const auto reader, database_.reader());
    COMITY_TRY(Held last, held(*reader, origin_hash));
    if (!last.any) return not_found("this witness has cosigned no checkpoint of such a log");
    return std::move(last.note);
}

Result<std::vector<SealedLog>> Witness::seen_by(db::Session& session, std::int64_t close) const {
    struct Row {
        Digest origin, root;
        std::int64_t size, time;
        std::string note;
    };
    std::vector<Row> rows;
    COMITY_CHECK(
        session.each("SELECT origin, root, size, time, note FROM witness_logs", {}, [&](const db::Row& row) {
            rows.push_back(
                {row.digest(0), row.digest(1), row.integer(2), row.integer(3), std::string(row.text(4))});
            return true;
        }));
    std::map<std::string, SealedLog> logs;
    for (const Row& row : rows) {
        std::optional<SealedLog> seen;
        Result<void> parsed;
        COMITY_CHECK(session.each(
            "SELECT log, size, root FROM witness_history WHERE origin = $1 AND time <= $2 ORDER BY time DESC "
            "LIMIT 1",
            {row.origin, close}, [&](const db::Row& known) {
                auto key = crypto::parse_public_key(known.text(0));
                if (!key) {
                    parsed = corrupt("witness_history", "holds a key that is none", "restore a backup");
                    return false;
                }
                seen = {*std::move(key), static_cast<std::uint64_t>(known.integer(1)), known.digest(2)};
                return false;
            }));
        COMITY_CHECK(parsed);
        if (!seen && row.time <= close) {  // cosigned before the history was kept
            COMITY_TRY(const crypto::Note note, crypto::parse_note(row.note));
            COMITY_TRY(const log::Checkpoint checkpoint, log::Checkpoint::parse(note.text));
            const auto signers = crypto::verify_note(note, policy_.log_keys(checkpoint.origin));
            if (signers) seen = {signers->front(), checkpoint.size, checkpoint.root};
        }
        if (seen && seen->size > 0) logs.emplace(seen->log.text(), *seen);
    }
    std::vector<SealedLog> sealed;
    for (auto& [key, log] : logs) sealed.push_back(std::move(log));
    return sealed;
}

// What it had cosigned by a second that is sealed never changes, so a seal need not be kept: only that
// nothing is stated any more of that second or one before it.
Result<Seal> Witness::seal(const Digest& community, std::int64_t close) {
    const std::int64_t now = clock_.now().seconds();
    std::int64_t sealed = -1;
    {
        COMITY_TRY(const auto reader, database_.reader());
        COMITY_TRY(sealed, sealed_until(*reader));
    }
    if (close > sealed) {
        if (close >= now) return conflict("close", "has not passed yet by this witness' clock", "ask later");
        COMITY_TRY(const auto tx, database_.begin());
        COMITY_TRY(sealed, sealed_until(*tx));
        COMITY_CHECK(
            tx->run("INSERT INTO witness_sealed(n, close) VALUES(1, $1) ON CONFLICT(n) DO UPDATE SET close = "
                    "excluded.close",
                    std::max(sealed, close)));
        COMITY_CHECK(tx->commit());
    }
    if (close < now - kRemembered) return not_found("that second is too long ago for this witness to know");
    COMITY_TRY(const auto snapshot, database_.snapshot());
    Seal seal{community, key_.public_part(), close, {}, {}};
    COMITY_TRY(seal.logs, seen_by(*snapshot, close));
    if (seal.logs.size() > kMaxSealedLogs) return too_large("logs", "are more than a seal may name");
    seal.signature = key_.key.sign(as_bytes(seal.text()));
    return seal;
}

crypto::Signature Witness::possession(const Digest& community, std::string_view member,
                                      const crypto::NamedKey& log) const {
    return key_.key.sign(as_bytes(witness_text(community, member, log)));
}

}  // namespace comity::federation
