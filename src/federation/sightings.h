// The checkpoints that this node has seen of logs, its own and others': what their nodes served, what they
// asked this witness to cosign, what other nodes and clients were shown. Each new one is held against those
// kept; where a log contradicts itself the two notes are kept as evidence.
//
//     COMITY_TRY(const Seen seen, sightings.saw(log_key, note, cosigners));
//     if (!seen.evidence.empty()) ...           // told in the program's log already
//
// Only what the log's key has signed is kept, so that nobody but the log can fill the table; of each log the
// newest kMaxSeenOfALog. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "federation/evidence.h"

namespace comity::federation {

inline constexpr std::int64_t kMaxSeenOfALog = 2000;

struct Seen {
    bool fresh = false;              // nobody had told this node of it
    std::vector<Evidence> evidence;  // what it proves together with those kept; known before or not
};

struct SeenCheckpoint {
    crypto::NamedKey log;
    std::uint64_t size = 0;
    Digest root;
    Time seen;  // by this node's clock, first
    std::string note;
};

struct FoundEvidence {
    Digest id;
    Time found;
    Evidence evidence;
};

// Whose checkpoints are looked at, whoever shows them.
struct KnownKeys {
    std::vector<crypto::NamedKey> logs;
    std::vector<crypto::NamedKey> cosigners;  // whose times are held to each other
};

class Sightings {
  public:
    // Migrates the tables. The database and the clock must outlive it.
    static Result<std::unique_ptr<Sightings>> open(db::Database& database, Clock& clock = system_clock(),
                                                   KnownKeys known = {});

    // A checkpoint that somebody was shown. kInvalid or kRefused where `log` has not signed it; errors as the
    // database's. Of its signatures those of the log and of the cosigners are kept, the others are dropped.
    Result<Seen> saw(const crypto::NamedKey& log, std::string_view note,
                     std::span<const crypto::NamedKey> cosigners);
    // Of one of the known logs: kNotFound where it is of another.
    Result<Seen> saw(std::string_view note);
    // Evidence found otherwise (compare_with_tree); checked before it is kept: kRefused. True: it is new.
    Result<bool> keep(const Evidence& evidence);

    // The largest first; of one log, or of all where `origin` is empty.
    Result<std::vector<SeenCheckpoint>> newest(std::string_view origin, std::size_t limit);
    // The newest first.
    Result<std::vector<FoundEvidence>> evidence(std::size_t limit);
    Result<FoundEvidence> find_evidence(const Digest& id);  // kNotFound

  private:
    Sightings(db::Database& database, Clock& clock, KnownKeys known)
        : database_(database), clock_(clock), known_(std::move(known)) {}
    Result<bool> keep(db::Transaction& tx, const Evidence& evidence);

    db::Database& database_;
    Clock& clock_;
    const KnownKeys known_;
};

}  // namespace comity::federation
