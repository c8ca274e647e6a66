// Which statements are here without some of their objects (ledger/holes.h), and who gave hashes in the place
// of these: what an operator needs to know to get them, or to know why not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.h"
#include "db/database.h"

namespace comity::federation {

struct HoledStatement {
    struct Giver {
        std::string log;           // the key of the node's own log
        std::string peer;          // what it is called here; empty: it is followed no longer
        bool token = false;        // it is asked with one
        std::uint64_t unduly = 0;  // of what it gave hashes of, how many it owed to all who ask
    };
    Digest id;
    std::string author;
    std::uint64_t withheld = 0;     // objects
    std::vector<std::string> logs;  // keys of the mirrored logs that it stands in
    std::vector<Giver> givers;      // none: it came by file
};
// The oldest first.
Result<std::vector<HoledStatement>> holed_statements(db::Session& session, std::size_t limit);

// Why its objects are not here, as far as this node can know, and what may be done.
std::string why_withheld(const HoledStatement& statement);

}  // namespace comity::federation
