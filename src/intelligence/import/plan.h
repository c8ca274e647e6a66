// What becomes of an understanding: the statements to sign, one for each audience.
#pragma once

#include <string>
#include <vector>

#include "intelligence/import/earlier.h"
#include "intelligence/import/split.h"
#include "intelligence/import/understanding.h"

namespace comity::intelligence {

struct SharePlan {
    std::vector<Portion> portions;     // a statement each; empty: nothing new to say
    std::size_t unchanged = 0;         // objects that stand there already, just so, for that audience
    std::size_t renewed = 0;           // new versions of objects that are there
    std::vector<std::string> revoked;  // ids of what was revoked, and stays so: left out
};

// Are objects of that kind made here, so that what is shared again is a new version of what was? A STIX
// bundle's are shared as they stand, those that stand there already left out.
bool is_made_here(InputKind kind);

Result<SharePlan> plan_share(std::vector<std::string> objects, InputKind kind,
                             const ledger::Audience& audience, const EarlierVersions& earlier);

}  // namespace comity::intelligence
