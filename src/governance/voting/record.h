// The statements by what they belong to, and the roll that says whose count.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "governance/voting/tally.h"

namespace comity::governance {

// One statement, in all envelopes that it came in, from the earliest.
struct Copies {
    boost::container::small_vector<Act, 1> all;
    const Act& first() const { return all.front(); }
    const ledger::Statement& statement() const { return *first().statement; }
};

// Reads all acts once, on all cores; answers about them as often as asked. They and `check` must outlive it.
// Thread-safe once it is made, if `check` is.
class Record {
  public:
    Record(std::span<const Act> acts, const SignatureCheck& check);
    ~Record();
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;

    const ledger::Roll& roll() const { return roll_; }
    // As of that second.
    const ledger::Roll& roll_at(ledger::Witnessed at) const;

    // The statement if it counts, with the earliest second in which it was witnessed.
    std::optional<Act> counting(const Digest& id) const;
    std::optional<Act> counting(const Copies& copies) const;
    // Those of the type that belong to a vote, whether they count or not, by their ids.
    std::span<const Copies* const> of(const Digest& owner, std::string_view type) const;
    // All of the type, by their ids. Reads through all statements.
    std::vector<const Copies*> all(std::string_view type) const;
    // Why none of the envelopes counts, the mildest reason that one of them gives.
    Disregarded::Why why_not(const Copies& copies) const;

  private:
    // The statements are shared out by their ids, so that each core fills tables of its own.
    static constexpr std::size_t kShards = 64;
    static std::size_t shard_of(const Digest& id) { return id.bytes.back() % kShards; }
    using ByType = std::map<std::string_view, std::vector<const Copies*>>;
    struct Shard {
        std::unordered_map<Digest, Copies, DigestHash> by_id;
        std::unordered_map<Digest, ByType, DigestHash> of;  // by what they belong to, each by their ids
    };

    void take(std::span<const Act> acts);
    // Why its signature does not count; nothing: it does.
    std::optional<Disregarded::Why> objection(const Act& act) const;

    const SignatureCheck& check_;
    std::vector<Act> roll_acts_;  // by the second in which they were witnessed
    std::array<Shard, kShards> shards_;
    ledger::Roll roll_;
    mutable std::mutex mutex_;                             // guards earlier_
    mutable std::map<std::size_t, ledger::Roll> earlier_;  // by how many of roll_acts_ make it
};

}  // namespace comity::governance
