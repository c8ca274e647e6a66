// The charter as of any second: as it was founded, with what adopted proposals have amended. A function of
// tallies, as these are of the set of statements (law 1): nobody keeps it, and nobody has to enact it.
//
// An amendment takes force in the second after the close of the vote that adopted it, or so many days later
// as it says. A vote goes by the charter as it stood when it was opened.
#pragma once

#include <string>
#include <vector>

#include "governance/charter/procedures.h"

namespace comity::governance {

// As it stands from a second on.
struct CharterState {
    std::string name;
    std::string purpose;
    CharterProcedures procedures;
    ledger::Witnessed since = 0;
    int version = 1;  // as founded; each second in which something takes force makes another
};

// A vote's decision on a text that amends the charter.
struct CharterDecision {
    Digest opening;  // the vote
    Digest version;  // its text
    std::string author;
    ledger::Witnessed closes = 0;
    ProposalBody text;      // with a charter part
    std::string objection;  // why it amends nothing (charter/procedures.h, lock_out()); empty: it does
};

class CharterBook {
  public:
    CharterBook() = default;
    explicit CharterBook(const ledger::Roll& roll);  // as it was founded

    // The next decision: by the close of the vote, then by its id.
    void take(CharterDecision decision);
    // A vote by a procedure of the charter has closed whose witnesses have still to speak: nobody knows what
    // the charter is after it.
    void wait_for(ledger::Witnessed closes);
    bool waits_at(ledger::Witnessed at) const { return waits_from_ <= at; }

    CharterState at(ledger::Witnessed at) const;

    struct Amended {
        CharterDecision decision;
        ledger::Witnessed from = 0;  // takes force
        bool has_effect() const { return decision.objection.empty(); }
    };
    // By the second in which they take force, then by the close, then by the vote's id.
    const std::vector<Amended>& amendments() const { return amendments_; }
    const CharterState& founded() const { return founded_; }

  private:
    CharterState founded_;
    std::vector<Amended> amendments_;
    ledger::Witnessed waits_from_ = ledger::kNever;
};

}  // namespace comity::governance
