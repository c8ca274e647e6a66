// What the community's rules say of witnesses that have lied, as of a vote's close: the close hangs on
// witnesses, and whether those count on rules that were adopted by earlier votes. A rule may say so by
// "misbehaviour" in its policy (policy.h); a later one of its number, or that repeals it, undoes it.
//
// Such a rule is put to everybody: what a body adopts says nothing of witnesses. So votes on bodies, which
// take all witnesses, and votes on these rules do not wait for each other.
#pragma once

#include <functional>
#include <set>

#include "governance/rules/rulebook.h"
#include "governance/voting/record.h"

namespace comity::governance {

struct LiarRules {
    Rulebook book;  // these rules alone, and those that end them
    ledger::Witnessed open =
        ledger::kNever;  // the first close of a vote on one that its witnesses have not settled

    // For a vote that closes then. Only earlier votes decide it.
    ledger::Liars at(ledger::Witnessed close) const {
        return book.drops_liars_at(close) ? ledger::Liars::kDrop : ledger::Liars::kCount;
    }
};

// The texts of rules that say what follows from misbehaviour, and of rules that end such.
std::set<Digest> liar_rule_texts(std::span<const Act> acts);

// `count` tallies a vote by the rules that earlier ones have adopted; the votes are given in the order of
// their closes. Void votes adopt nothing.
using CountByRules = std::function<Result<Tally>(const Digest& opening, const LiarRules& before)>;
Result<LiarRules> count_liar_rules(const Record& record, std::span<const Act> acts,
                                   const CountByRules& count);

}  // namespace comity::governance
