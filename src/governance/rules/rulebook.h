// The rulebook: what was adopted, when it took force, what ended it. A function of tallies and statements, as
// these are of the set (law 1): nobody keeps the book.
//
// A rule takes force at the close of the vote that adopted it, later by the days that its text says; not
// before the vote's witnesses have spoken, if its procedure names any. What a body adopts is a rule where its
// mandate has the power "rules"; what else does not bind (Tally::unbinding) is barred, and ends nothing.
// Rules of one number are versions of one rule: the next one in force ends the one before it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "governance/rules/bodies.h"
#include "governance/voting/tally.h"

namespace comity::governance {

// What a vote has adopted.
struct Adopted {
    Tally tally;
    ProposalBody text;  // with a rule part
};

struct RuleVersion {
    std::string number;
    int version = 0;  // of that number: 1 took force first
    Digest opening;   // the vote that adopted it: its id
    Digest text_id;   // the version of the proposal
    std::string author;
    std::string procedure;
    ProposalBody text;
    ledger::Witnessed adopted = 0;             // the close
    ledger::Witnessed from = 0;                // in force
    ledger::Witnessed until = ledger::kNever;  // no more, from that second on
    std::string ended;      // why: "superseded by version 2", "repealed by DS-4", "expired"
    bool binds_all = true;  // else those that have acceded
    std::vector<std::pair<std::string, ledger::Witnessed>> acceded;

    struct Suspension {
        ledger::Witnessed from = 0, until = 0;
        std::vector<ledger::StakeholderClass> classes;  // that have asked for it
        std::vector<std::string> members;
    };
    std::optional<Suspension> suspension;  // a version can be suspended once

    struct Review {
        std::string by;
        Digest id;
        ReviewBody body;
    };
    struct Conformity {  // the last that the member has said
        std::string member;
        Digest id;
        ledger::Witnessed at = 0;
        ConformityBody body;
        std::vector<Review> reviews;
    };
    std::vector<Conformity> conformity;

    enum class State { kToCome, kInForce, kSuspended, kEnded };
    State state_at(ledger::Witnessed at) const;
    bool binds(std::string_view member, ledger::Witnessed at) const;
    const RulePart& rule() const { return *text.rule; }
};
std::string_view to_string(RuleVersion::State state);  // "to-come", "in-force", "suspended", "ended"

// A text that a vote has adopted and that is no rule all the same: the vote could not bind everybody
// (charter/procedures.h).
struct BarredText {
    std::string number;
    Digest opening;
    Digest text_id;
    ledger::Witnessed adopted = 0;
    Error why;
};

struct Rulebook {
    std::vector<RuleVersion> versions;  // by the time they take force, then by the vote's id
    std::vector<BarredText> barred;     // by the close of the vote, then by its id

    // The rules that can refuse something to the member at that second.
    std::vector<const RuleVersion*> acting_on(std::string_view member, ledger::Witnessed at) const;
    // The strictest of what the rules then in force that bind everybody say of counts.
    CountTerms counts_at(ledger::Witnessed at) const;
    // Does a rule then in force that binds everybody say that a witness that has lied does not count?
    bool drops_liars_at(ledger::Witnessed at) const;
    // The version of that number in force (or suspended) then; null where none was.
    const RuleVersion* find(std::string_view number, ledger::Witnessed at) const;
};

// `acts`: what was said of the rules, kRuleTypes; what no key of its author makes count is passed over. Of
// the same text adopted twice the first vote counts.
Rulebook make_rulebook(std::vector<Adopted> adopted, std::span<const Act> acts, const ledger::Roll& roll);

// The book as it would be if a vote adopted this text at that second, for who wants to know before.
Rulebook with_rule(Rulebook book, const ProposalBody& text, const Digest& opening, ledger::Witnessed adopted);

}  // namespace comity::governance
