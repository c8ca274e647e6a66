// Objects of a statement that are not here. Who gives a statement to another node gives of its objects those
// that the reader may read, and the leaf hash (RFC 6962) of each other one: it is narrower marked, withdrawn,
// or not there either. So the reader makes the root that the author signed, keeps what it got, and a hole for
// the rest, until somebody gives it the object. A hole is no object: no view has it, and nothing counts it.
//
// The tables that others may read (only), each row of an object of a statement that is kept:
//     ledger_holes(seq, position, hash)    is not here
//     ledger_fills(seq, position, added)   came later than the statement, and has an `added` of its own;
//         those of all other objects are the statement's added + position
//     ledger_erased_apart(added)           was erased with its statement (erasure.h), and had that `added`
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "db/database.h"
#include "ledger/pillar.h"

namespace comity::ledger {

struct Hole {
    std::uint64_t position = 0;
    Digest hash;  // the object's leaf hash
    friend bool operator==(const Hole&, const Hole&) = default;
};

// Of a statement's objects some that follow each other, or all.
struct ObjectList {
    std::vector<std::string> data;  // their bytes; an empty one is a hole
    std::vector<Hole> holes;        // by position
};

// The leaf hashes of all of a statement's objects. kInvalid unless the holes are of those that are empty.
Result<std::vector<Digest>> leaf_hashes(std::span<const std::string_view> objects,
                                        std::span<const Hole> holes);

// A statement's objects from `first` on, `limit` at the most, and when those were added that came later.
struct KeptObjects {
    ObjectList list;
    Later later;
};
Result<KeptObjects> load_objects(db::Session& session, std::int64_t seq, std::int64_t added,
                                 std::uint64_t count, std::uint64_t first = 0,
                                 std::uint64_t limit = UINT64_MAX);

// Is there any at all?
Result<bool> any_hole(db::Session& session);
Result<std::vector<Hole>> holes_of(db::Session& session, std::int64_t seq);
Result<void> add_holes(db::Transaction& tx, std::int64_t seq, std::span<const Hole> holes);
// The object is in the table `objects` with that `added`.
Result<void> fill_hole(db::Transaction& tx, std::int64_t seq, std::uint64_t position, std::int64_t added);
// The statement's objects have moved so that `added` is the first of them again: those that came later join
// the others.
Result<void> join_fills(db::Transaction& tx, std::int64_t seq, std::int64_t added);
// The statement goes: its holes, and the objects that came later.
Result<void> erase_holes(db::Transaction& tx, std::int64_t seq);

}  // namespace comity::ledger
