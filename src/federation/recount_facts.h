// What a recount has of witnesses' words: logs read from end to end, and the statements that carry the words,
// for closing.h. Nothing of a node's store is needed.
#pragma once

#include <string>
#include <vector>

#include "federation/closing.h"
#include "governance/voting/store.h"

namespace comity::federation {

// A log whose entries have been read and hashed into the root that it has signed.
struct ReadLog {
    std::string key;              // its vkey
    std::vector<Digest> entries;  // statements' ids, in their order
};

// `said`: the statements federation.node, .cosigned, .seal and .evidence, of which those count that a key of
// their author makes count by the roll. What is referred to must outlive the answer.
governance::CloseWord word_out_of(const std::vector<ReadLog>& logs, const governance::Acts& said,
                                  const ledger::Roll& roll);

}  // namespace comity::federation
