// Which state of all that readers are shown a session sees. Two sessions whose states are equal show every
// reader the same rows, on whichever node of the database and at whatever time they were opened: what was
// made of the one may be given again while the other stands.
//
// Every batch that the ledger commits is another state, and so is a rebuild; accounts, search indexes and
// what a node knows of others are no part of it.
#pragma once

#include <compare>
#include <cstdint>

#include "db/database.h"

namespace comity::ledger {

struct ShownState {
    std::int64_t changes = -1;  // rises with every commit; -1: none was read
    // The log's own numbers too: they tell states apart that a program without `changes` made.
    std::int64_t size = 0;
    std::int64_t seq = 0;
    std::int64_t added = 0;
    std::int64_t roll = 0;

    friend auto operator<=>(const ShownState&, const ShownState&) = default;
};

// One row by its key. In a snapshot it is the state of all that the snapshot reads.
Result<ShownState> shown_state(db::Session& session);

}  // namespace comity::ledger
