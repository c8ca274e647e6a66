// The cosignatures that witnesses have given to this node's own checkpoints, and what the node's policy says
// of them: which witness has seen how much of the log, which groups have, and the newest checkpoint that
// meets the quorum. Kept beside the checkpoints, joined to them when they are served. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "db/database.h"
#include "log/policy.h"

namespace comity::federation {

// A checkpoint that meets the policy.
struct WitnessedCheckpoint {
    std::uint64_t size = 0;
    std::optional<Time> since;  // the quorum's time (PolicyVerdict::since)
    std::string note;           // with all cosignatures known
};

// How it goes with one witness of the policy.
struct WitnessStanding {
    std::string name;
    crypto::NamedKey key;
    std::string url;                    // empty: it is not asked
    std::optional<std::uint64_t> size;  // the largest checkpoint it has cosigned
    std::optional<Time> cosigned;       // when, as it states
    std::optional<Time> contacted;      // when it was asked last
    std::int64_t failures = 0;          // since it answered last
    std::string error;                  // what was wrong the last time; empty: nothing
};

struct Standing {
    std::vector<WitnessStanding> witnesses;  // in the policy's order
    log::PolicyVerdict newest;               // of the newest checkpoint
    std::optional<WitnessedCheckpoint> met;  // the newest that meets the quorum; nothing where none does
};

class Cosignatures {
  public:
    // Migrates the tables; the database must outlive it.
    static Result<std::unique_ptr<Cosignatures>> open(db::Database& database, log::Policy policy);

    const log::Policy& policy() const { return policy_; }

    // A cosignature by one of the policy's witnesses, to be verified already, of a checkpoint of this log.
    Result<void> keep(const log::Checkpoint& checkpoint, const crypto::NamedKey& witness,
                      const crypto::NoteSignature& signature, Time time);
    // The note with every cosignature known of its checkpoint.
    Result<std::string> joined(std::string note);
    // Nothing where no kept checkpoint meets the quorum, and where the policy asks for nobody.
    Result<std::optional<WitnessedCheckpoint>> newest_met();
    // `newest`: the note of the log's newest checkpoint.
    Result<Standing> standing(const std::string& newest);

    // What a witness was asked and how it went: for those that look on (another process, the command line).
    Result<void> tell(const crypto::NamedKey& witness, std::uint64_t size, Time contacted, Time answered,
                      std::int64_t failures, const std::string& error);
    // The largest size that the witness is known to have cosigned; 0 where none is known.
    Result<std::uint64_t> last_size(const crypto::NamedKey& witness);

  private:
    Cosignatures(db::Database& database, log::Policy policy)
        : database_(database), policy_(std::move(policy)) {}
    Result<std::string> joined(db::Session& session, std::string note);
    Result<std::optional<WitnessedCheckpoint>> newest_met(db::Session& session);

    db::Database& database_;
    const log::Policy policy_;
};

}  // namespace comity::federation
