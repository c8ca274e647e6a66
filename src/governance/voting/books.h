// What votes have made of the charter and of the community's bodies: the two books that a tally asks, out of
// the record. One fold makes both, since a vote on either can be put to a body and goes by the charter.
#pragma once

#include <functional>

#include "governance/charter/charter.h"
#include "governance/organs/organs.h"
#include "governance/voting/record.h"
#include "governance/voting/tally.h"

namespace comity::governance {

struct Books {
    CharterBook charter;
    OrganBook organs;
};

// All decisions on the charter and on bodies, by the close of the vote, then by its id. `count` tallies a
// vote, given the books of those that closed before it.
Result<Books> make_books(const Record& record,
                         const std::function<Result<Tally>(const Digest&, const Books&)>& count);

// By what the acts come to; `acts` and `word` as for tally().
Result<Books> books_of(std::span<const Act> acts, const SignatureCheck& check, const CloseWord& word = {});

}  // namespace comity::governance
