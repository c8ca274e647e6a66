// Which ballots were in by a close, from what witnesses said (ledger/quorum_time.h), wherever logs and their
// words come from: a node's store (quorum.h), or the logs alone (recount.h).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/quorum_time.h"

namespace comity::federation {

class QuorumFacts {
  public:
    // A log that counts.
    struct Log {
        std::string key;         // its vkey
        bool known = false;      // whether it is here at all
        std::uint64_t held = 0;  // entries
    };
    // What a witness said of a log: it had seen so much of it by then.
    struct Word {
        std::uint64_t size = 0;
        Digest root;
        ledger::Witnessed time = 0;
    };
    // Where a statement stands.
    struct Place {
        std::size_t log = 0;  // among the logs that count
        std::uint64_t index = 0;
    };
    using SealedSizes = std::map<std::string, std::pair<std::uint64_t, Digest>>;  // by vkey

    virtual ~QuorumFacts() = default;
    virtual std::vector<Log> logs() const = 0;
    // What the policy's witness (its number there) said of a log by the close, from the smallest size up.
    virtual std::vector<Word> words(std::size_t witness, std::size_t log) const = 0;
    // Logs that the witness told of and that may turn out to count: nobody has announced them here so far. By
    // vkey, how far it had seen them.
    virtual std::map<std::string, std::uint64_t> strange(std::size_t witness) const = 0;
    // Its seals of that second, one of each statement that carries one.
    virtual Result<std::vector<SealedSizes>> seals(std::size_t witness, ledger::Witnessed close) = 0;
    // Does the log that is here have that root at that size? Precondition: it is held so far.
    virtual Result<bool> holds(std::size_t log, std::uint64_t size, const Digest& root) = 0;
    // Of each of the policy's witnesses, the evidence (federation.evidence) that it or the log of its node
    // has lied: the statements, by their ids (evidence_against.h).
    virtual Result<std::vector<std::vector<Digest>>> evidence() = 0;
    // Where each of the statements stands in the logs that count, as far as they are held.
    virtual Result<std::vector<std::vector<Place>>> places(std::span<const Digest> statements) = 0;
};

// As QuorumTime::closed_at. Precondition: the policy's quorum is not `none`.
Result<ledger::ClosedAt> close_over(QuorumFacts& facts, const log::Policy& policy, ledger::Witnessed close,
                                    std::span<const Digest> statements, ledger::Liars liars);

}  // namespace comity::federation
