// The right to be forgotten: an author takes back what its statement carried. The statement's digest stays in
// the logs, with its place and its proof; envelope, objects and attachments go, and what views made of them.
//
// Whether an erasure is its author's to ask for shows when the statement is here: so one that comes first is
// kept as a claim, and the statement, coming later, is not kept. Either way round the same is left (law 1).
// What makes the roll, votes and whatever else a pillar does not call erasable stays.
//
// The table that others may read (only):
//     ledger_erased(id, author, eraser, done, idx, first_added, last_added)
//         id: the statement's; author, eraser: who erases it, in which statement; done: 1 once it was that
//         author's and is gone; idx: its place in this node's log, where it has one; first_added, last_added:
//         of the objects it had, but for those in ledger_erased_apart (holes.h)
#pragma once

#include "ledger/door.h"

namespace comity::ledger {

struct Erasure {
    Digest target;
    std::string author;
    Digest by;  // the statement that says so
};

// Is any known at all? Asked once a batch, so that what nobody erases pays nothing for it.
Result<bool> any_erasure(db::Session& session);
// Has its author erased it? Then it is not to be kept.
Result<bool> has_erased(db::Session& session, const Statement& statement, const Pillars& pillars);
// As has_erased; and where it has, that the statement has been here and is gone.
Result<bool> turn_away(db::Transaction& tx, const Statement& statement, const Pillars& pillars);
// Notes the claim, and takes away what is here. True where that has counted: views are to be made again.
Result<bool> erase(db::Transaction& tx, const Erasure& erasure, const Pillars& pillars);

// Of a statement that was here: nothing where it was not erased.
struct Erased {
    Digest by;
    std::optional<std::uint64_t> index;
};
Result<std::optional<Erased>> find_erased(db::Session& session, const Digest& id);

// Of which somebody has said that they are erased, and which have not been here: it is not known whether it
// was their author who said so.
Result<std::vector<Digest>> claimed_erased(db::Session& session);

}  // namespace comity::ledger
