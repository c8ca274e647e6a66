// The bodies of the community as of any second: what adopted proposals have founded, amended, filled and
// dissolved. A function of tallies, as these are of the set of statements (law 1): nobody keeps the list.
//
// An act works from the second after the close of the vote that adopted it. It is the community's where
// everybody could vote, or a body's where the vote was put to that body; a body acts on those under it, and
// founds new ones where its mandate has the power "bodies", with no power that it has not itself. A body ends
// by an act, with its mandate's time, or with a body above it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "governance/organs/organ_part.h"
#include "governance/voting/bodies.h"

namespace comity::governance {

// A vote's decision on a text with an organ part.
struct OrganDecision {
    Digest opening;  // the vote
    Digest version;  // its text
    std::string author;
    ledger::Witnessed closes = 0;
    std::string by;     // the body that it was put to; empty: none
    ProposalBody text;  // with an organ part
    // Why the vote decides nothing for the community (charter/procedures.h), of an act on a body that can
    // adopt rules, or is to, and on any other; empty: it does.
    std::string unbinding_rules;
    std::string unbinding_bodies;
};

struct Organ {
    std::string id;
    OrganPart part;        // as founded or amended last, with the seats as they are
    ProposalBody mandate;  // its texts
    ledger::Witnessed founded = 0;
    ledger::Witnessed since = 0;               // as it is here
    ledger::Witnessed ended = ledger::kNever;  // no more, from that second on
    std::string why_ended;
    bool has_power(std::string_view power) const;
};

class OrganBook {
  public:
    // The next decision: by the close of the vote, then by its id.
    void take(const OrganDecision& decision);
    // A vote has closed on a body whose witnesses have still to speak: nobody knows what stands after it.
    void wait_for(ledger::Witnessed closes);
    bool waits_at(ledger::Witnessed at) const { return waits_from_ <= at; }

    // As it stands at that second; null where there is none.
    const Organ* find(std::string_view id, ledger::Witnessed at) const;
    // As it was last, whether it stands then or has ended; null where it had not been founded.
    const Organ* last(std::string_view id, ledger::Witnessed at) const;
    // When it ended and why, at that second; nothing: it stands. Precondition: last() gives it.
    std::optional<std::pair<ledger::Witnessed, std::string>> end_of(const Organ& organ,
                                                                    ledger::Witnessed at) const;
    std::vector<const Organ*> all(ledger::Witnessed at) const;  // by id; those too that have ended

    // Why the act would have no effect at that second; empty: it would have. `by`: the body that decides;
    // empty: the community.
    std::string objection(const OrganPart& part, const std::string& by, ledger::Witnessed at) const;

    struct Taken {
        Digest opening, version;
        std::string author;
        std::string organ;
        OrganPart::Act act = OrganPart::Act::kFound;
        std::string by;
        ledger::Witnessed at = 0;
        std::string objection;  // why it had no effect; empty: it had
    };
    const std::vector<Taken>& acts() const { return acts_; }

    // Has it the power, and all above it too? What a body has lost, those under it can't keep.
    bool may(const Organ& organ, std::string_view power, ledger::Witnessed at) const;

  private:
    void put(Organ next);
    void bury(ledger::Witnessed at);
    const std::string& unbinding_of(const OrganDecision& decision, ledger::Witnessed at) const;
    bool is_above(std::string_view above, std::string_view id, ledger::Witnessed at) const;

    std::map<std::string, std::vector<Organ>, std::less<>> history_;  // by id; by `since`
    std::vector<Taken> acts_;
    std::map<Digest, bool> texts_;  // that were adopted before
    ledger::Witnessed waits_from_ = ledger::kNever;
};

// What a tally knows of the body that its vote was put to.
struct PutTo {
    std::string id;
    std::string name;
    std::vector<std::string> powers;
    std::vector<OrganSeat> seats;  // that are held
    bool has_power(std::string_view power) const;
};
// Does the opening hold the body's procedure, with the holders of its seats as they are in that second?
// kRefused says what stands against it.
Result<PutTo> check_put_to(const OpeningBody& opening, const OrganBook& book, ledger::Witnessed at);

}  // namespace comity::governance
