// By which procedures the community adopts what binds everybody: those that the charter names, whole, and
// where it names none what is safe whatever the procedure. docs/formats.md, "What binds everybody".
//
// A charter holds procedures and no presets' names: what a name stands for is the program's, and what binds a
// community must be the same on every node and for ever. Equal to the letter is the whole test, so that
// nobody has to judge which of two procedures is the stricter.
#pragma once

#include <optional>
#include <vector>

#include "base/error.h"
#include "governance/charter/charter_part.h"
#include "governance/voting/bodies.h"

namespace comity::governance {

struct Tally;

// Out of the roll (Roll::procedures).
CharterProcedures charter_procedures(const ledger::Roll& roll);

// What a text is, for the question by which procedures it must be adopted.
enum class Binding { kNothing, kRule, kBody, kTheCharter };
// Of an act on a body: kRule where it gives the power to adopt rules, so that this is no way round.
Binding binding_of(const ProposalBody& text);

// Those that the charter names for it; empty: none. Bodies are by those for rules where it names none for
// them; the charter itself is not.
const std::vector<json::Value>& named_for(const CharterProcedures& procedures, Binding binding);

// Why a vote on such a text would bind nobody, as far as its opening tells.
std::optional<Error> unbinding_opening(const CharterProcedures& procedures, Binding binding,
                                       const OpeningBody& opening);
// The same once it is counted. Where the charter names none: everybody could vote, the opener has named no
// witnesses, who could keep a vote open that others wait for, more have voted yes than no, one each, and
// either votes were open for kSafeDays, or more than half of all have voted yes; of the charter itself: two
// thirds of all.
inline constexpr std::int64_t kSafeDays = 3;
std::optional<Error> unbinding_vote(const CharterProcedures& procedures, Binding binding, const Tally& tally);

}  // namespace comity::governance
