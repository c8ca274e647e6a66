// One statement for each audience. What binds a statement's objects is a tree of unsalted hashes: who may
// read the statement could guess an object in it that is kept from him, if it is a short one (an address has
// 32 bits). So objects that are stricter than the statement go in one of their own.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/audience.h"

namespace comity::intelligence {

struct Portion {
    ledger::Audience audience;
    std::vector<std::string> objects;
};

// The objects by who may read them, in their order: first those for `audience` itself (left out where there
// is none), then the stricter ones by their label. kInvalid where one is no object.
Result<std::vector<Portion>> split_by_audience(std::vector<std::string> objects,
                                               const ledger::Audience& audience);

}  // namespace comity::intelligence
