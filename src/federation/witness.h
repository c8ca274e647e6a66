// A witness (C2SP tlog-witness v1.0.0): cosigns the checkpoints of the logs that its policy names, each only
// where it continues the last one that it cosigned of that log. What a log has signed and the witness refuses
// is kept as a sighting, and as evidence where it contradicts another.
//
// Compare and persist is one conditional update, committed before the answer: whatever requests run at a
// time, in however many processes on one database, and wherever they are killed, of two checkpoints that do
// not continue each other only one is cosigned. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "crypto/key_text.h"
#include "federation/seal.h"
#include "federation/sightings.h"
#include "log/policy.h"

namespace comity::federation {

inline constexpr std::size_t kMaxProofLines = 63;           // tlog-witness
inline constexpr std::size_t kMaxWitnessBody = 256 * 1024;  // proof lines, and a note of 16 large signatures

// The body of add-checkpoint.
struct AddCheckpoint {
    std::uint64_t old_size = 0;
    std::vector<Digest> proof;
    std::string checkpoint;  // the signed note
    std::string write() const;
    static Result<AddCheckpoint> parse(std::string_view body);  // kInvalid, with the line
};

class Witness {
  public:
    // What the answer is over HTTP: 200 with signature lines; else why not.
    struct Answer {
        int status = 200;
        std::string body;  // 200: signature lines; 409: "<size>\n"; else: one line of words for people
        std::string_view content_type() const {
            return status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8";
        }
    };

    // Migrates the tables. The key must be one for cosignatures; what is referred to must outlive it.
    static Result<std::unique_ptr<Witness>> open(db::Database& database, crypto::NamedSecret key,
                                                 log::Policy policy, Sightings& sightings,
                                                 Clock& clock = system_clock());

    // Errors are the store's alone (503, 500): everything else has its status.
    Result<Answer> add_checkpoint(std::string_view body);
    // The newest checkpoint that it cosigned of the log whose origin has this SHA-256, with the log's
    // signatures that it verified and its own; kNotFound where it never has.
    Result<std::string> checkpoint(const Digest& origin_hash);

    // Its word on that second (seal.h): always the same once it is given. kConflict where the second has not
    // passed yet; kNotFound where it is too long ago to know (a month).
    Result<Seal> seal(const Digest& community, std::int64_t close);

    // That it is the witness of that member's node, which keeps that log (announcement.h).
    crypto::Signature possession(const Digest& community, std::string_view member,
                                 const crypto::NamedKey& log) const;

    crypto::NamedKey key() const { return key_.public_part(); }
    const log::Policy& policy() const { return policy_; }

  private:
    struct Held;     // what it has cosigned last
    struct Request;  // opened and verified
    Witness(db::Database& database, crypto::NamedSecret key, log::Policy policy, Sightings& sightings,
            Clock& clock);
    Result<Held> held(db::Session& session, const Digest& origin);
    Result<Answer> answer(const Request& request);
    Result<Answer> cosign(const Request& request, const Held& last);
    bool may_grow(const Digest& origin);
    Result<std::vector<SealedLog>> seen_by(db::Session& session, std::int64_t close) const;

    db::Database& database_;
    const crypto::NamedSecret key_;
    const log::Policy policy_;
    const std::vector<crypto::NamedKey> cosigners_;
    Sightings& sightings_;
    Clock& clock_;

    struct Allowance {
        Time at;
        double left = 0;
    };
    std::mutex mutex_;  // guards allowances_
    std::map<Digest, Allowance> allowances_;
};

}  // namespace comity::federation
