// The one path: submit --> check --> append --> apply. And what is read of the log: checkpoint, tiles,
// proofs, statements.
//
// Submitting is concurrent: signatures are checked on worker threads, then one sequencer thread takes all
// that wait as a batch: one transaction, one flush, one checkpoint, then every submitter is answered. Several
// processes may share one database; their batches take turns.
//
// The ledger's tables that pillars and doors may join (read only):
//     statements(seq, id, idx, type, author, issued, added, witnessed, audience, effective, envelope)
//         seq: this node's order of acceptance; idx: place in this node's log, NULL for what came from
//         another node's; issued, added: microseconds; witnessed: seconds; audience: its number; effective: 1
//         when it counts (see roll.h)
//     objects(added, seq, position, data)   the objects a statement carries, their bytes as submitted.
//     PRIMARY KEY added: the
//         statement's added + position, or a later one where the object came later (holes.h); unique on the
//         node and rising with every acceptance. Look them up and page by it only: seq and position are not
//         indexed.
//     attachments(sha256, size, data)
//     audiences(n, author, audience)         n: the number that other tables have; audience: JSON
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "ledger/access.h"
#include "ledger/holes.h"
#include "ledger/pillar.h"
#include "ledger/roll.h"
#include "ledger/statement.h"
#include "log/checkpoint.h"
#include "log/proof.h"
#include "log/tile.h"

namespace comity::ledger {

inline constexpr std::size_t kMaxObjects = 1'000'000;         // in one statement
inline constexpr std::size_t kMaxSubmissionSize = 64u << 20;  // objects and attachments together, in bytes

// What comes in at the door.
struct Submission {
    std::string envelope;                  // DSSE JSON
    std::vector<std::string> objects;      // their bytes, in the order that the statement's root binds
    std::vector<std::string> attachments;  // in the statement's order
    // Of objects that are not here; they are empty above. Only what comes from another node, or what this one
    // has already, may have any.
    std::vector<Hole> holes{};
};

// A statement that stands in another node's log, and when that log witnessed it.
struct Foreign {
    Digest id;  // of the log's entry: another statement than that is refused
    Submission submission;
    Witnessed witnessed = 0;
};

struct Receipt {
    Digest id;
    std::uint64_t index = 0;  // in this node's log
    Witnessed witnessed = 0;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

// This node's own keys and name, for its log.
struct LogIdentity {
    std::string origin;            // "cert-ke.example/log": a schema-less URL; the log key's name
    crypto::NamedSecret key;       // kEd25519, named origin: signs checkpoints
    crypto::NamedSecret cosigner;  // kEd25519Cosignature: states the time of each checkpoint
};

struct LedgerOptions {
    LogIdentity identity;
    Clock* clock = &system_clock();
    unsigned verifiers = 2;           // threads that check signatures
    std::size_t max_waiting = 65536;  // submissions under way; more are refused with kUnavailable
    std::size_t max_batch = 4096;     // statements in one transaction
};

// A statement as it is kept.
struct Kept {
    Statement statement;
    std::string envelope;
    std::int64_t seq = 0;
    std::optional<std::uint64_t> index;
    Time added;
    Witnessed witnessed = 0;
    bool effective = true;
};

struct ListQuery {
    std::string type;    // empty: any
    std::string author;  // empty: any
    bool newest_first = true;
    std::int64_t after = 0;  // the seq where the last page ended; 0: from the start
    std::size_t limit = 100;
};
struct ListItem {
    Digest id;
    std::int64_t seq = 0;
    std::optional<std::uint64_t> index;
    std::string type;
    std::string author;
    Time issued;
    Witnessed witnessed = 0;
    Audience audience;
};
struct ListPage {
    std::vector<ListItem> items;
    bool more = false;
};

struct LedgerCounts {  // since this process opened the ledger, submissions and what came from other nodes
    std::uint64_t accepted = 0;  // those known already included
    std::uint64_t refused = 0;   // for what they are: the same would be refused again
    std::uint64_t failed = 0;    // for what stood against them here: the store, the clock, too many at once
    std::uint64_t waiting = 0;   // under way now
};

// Told how far a long job is: done and total in items.
using Progress = std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)>;

struct CheckReport {
    std::uint64_t statements = 0;
    std::uint64_t signatures = 0;
    std::uint64_t tiles = 0;
    std::uint64_t objects = 0;
    std::uint64_t holes = 0;          // objects that are not here, as is known
    std::vector<std::string> faults;  // what is wrong and where, a line each; empty: the store is sound
};

class Ledger {
  public:
    // Migrates the tables, reads the log's edge and the roll; a fresh database gets an empty log. The
    // database must outlive it. kRefused where the database belongs to another log (origin or key differ).
    static Result<std::unique_ptr<Ledger>> open(db::Database& database, LedgerOptions options,
                                                std::vector<std::unique_ptr<Pillar>> pillars);
    virtual ~Ledger() = default;  // waits for what was submitted

    // Answered exactly once, from a thread of the ledger's. Success: the statement is durable and in a signed
    // checkpoint. A statement submitted again is answered as the first time.
    using Done = std::move_only_function<void(Result<Receipt>)>;
    virtual void submit(Submission submission, Done done) = 0;
    Result<Receipt> submit(Submission submission);  // waits

    // From another node's log: what federation brings, with the time that log's checkpoint states. A
    // statement whose author is not known yet waits; one known already keeps the earlier time. Returns when
    // it is durable.
    virtual Result<void> ingest(Submission submission, Witnessed witnessed) = 0;
    // The same of many, an answer each, in their order: they share transactions. As many as max_waiting at
    // the most may be under way.
    virtual std::vector<Result<void>> ingest(std::vector<Foreign> statements) = 0;

    // Calls the listener after each batch that this process has made durable, until what is returned goes: on
    // the thread that orders statements, so it is to wake another and return. What other processes on the
    // same database take is told some hundredths of a second later (lookout.h).
    virtual std::shared_ptr<void> on_growth(std::function<void()> listener) = 0;

    virtual std::shared_ptr<const Roll> roll() = 0;  // at most a second old
    // The roll of that version (ShownState::roll) without asking the database; null where it is not the one
    // that this process knows.
    virtual std::shared_ptr<const Roll> known_roll(std::int64_t version) const = 0;
    // What all pillars have to tell (Pillar::closes).
    virtual Result<std::vector<Close>> closes(Witnessed now) = 0;
    virtual const LogIdentity& identity() const = 0;
    // Can it write? An error says what is wrong (disk full, database gone, clock behind the log).
    virtual Result<void> ready() = 0;
    // From now on this log takes nothing, here and in other processes: it was set back, and whatever it
    // signed would contradict what it has signed already. What other logs have goes on coming in. Kept in the
    // store.
    virtual Result<void> close_log(const std::string& why) = 0;
    virtual LedgerCounts counts() const = 0;

    // The log. The newest checkpoint, signed and cosigned by this node; tiles as published.
    virtual Result<std::string> checkpoint() = 0;
    virtual Result<Bytes> tile(const log::TilePath& path) = 0;  // kNotFound where it is not published yet
    virtual Result<log::Proof> prove(const Digest& id) = 0;     // against the newest checkpoint; kNotFound
    // Against the checkpoint that the log had at that size; kNotFound too where it had none, or the statement
    // came later.
    virtual Result<log::Proof> prove_at(const Digest& id, std::uint64_t size) = 0;
    virtual Result<std::vector<Digest>> consistency(std::uint64_t old_size, std::uint64_t size) = 0;
    virtual Result<std::vector<Digest>> subtree(std::uint64_t begin, std::uint64_t end,
                                                std::uint64_t size) = 0;

    // Statements, as a viewer may see them; what it may not read is kNotFound.
    virtual Result<Digest> resolve(const Viewer& viewer,
                                   std::string_view id_or_prefix) = 0;  // kConflict: ambiguous
    virtual Result<Kept> find(const Viewer& viewer, const Digest& id) = 0;
    virtual Result<ListPage> list(const Viewer& viewer, const ListQuery& query) = 0;
    // Envelopes [first, first + 256) of this node's log that the viewer may read, with their places.
    virtual Result<std::vector<std::pair<std::uint64_t, std::string>>> envelopes(const Viewer& viewer,
                                                                                 std::uint64_t first) = 0;
    virtual Result<ObjectList> objects(const Digest& id) = 0;  // all: for proofs, not for showing
    virtual Result<std::string> attachment(const Viewer& viewer, const Digest& id, const Digest& sha256) = 0;

    // Throws the views away and makes them again, in one transaction.
    virtual Result<void> rebuild(const Progress& progress) = 0;
    // A digest over all views' canonical rows: equal on nodes that hold the same statements.
    virtual Result<Digest> view_digest() = 0;
    // Verifies everything kept: envelopes against ids, signatures, objects, attachments, tiles, checkpoint,
    // views.
    virtual Result<CheckReport> check(const Progress& progress) = 0;

    virtual db::Database& database() = 0;
};

}  // namespace comity::ledger
