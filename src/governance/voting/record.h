// The statements by what they belong to, and the roll that says whose count.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "governance/voting/tally.h"

namespace comity::governance {

// Reads all acts once; answers about them as often as asked. They and `check` must outlive it. One thread.
class Record {
  public:
    Record(std::span<const Act> acts, const SignatureCheck& check);

    const ledger::Roll& roll() const { return roll_; }
    // As of that second.
    const ledger::Roll& roll_at(ledger::Witnessed at) const;

    // The statement if it counts, with the earliest second in which it was witnessed.
    std::optional<Act> counting(const Digest& id) const;
    // Whether it counts or not. Null: there is none.
    const Act* any(const Digest& id) const;
    // Those of the type that belong to a vote.
    std::vector<Digest> of(const Digest& owner, std::string_view type) const;
    // Why none of the statement's envelopes counts, the mildest reason that one of them gives.
    Disregarded::Why why_not(const Digest& id) const;

  private:
    // Why its signature does not count; nothing: it does.
    std::optional<Disregarded::Why> objection(const Act& act) const;

    const SignatureCheck& check_;
    std::vector<Act> roll_acts_;  // by the second in which they were witnessed
    std::map<Digest, std::vector<Act>> by_id_;
    std::map<Digest, std::vector<Digest>> of_;
    ledger::Roll roll_;
    mutable std::map<std::size_t, ledger::Roll> earlier_;  // by how many of roll_acts_ make it
};

}  // namespace comity::governance
