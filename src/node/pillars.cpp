#include "node/pillars.h"

#include "development/pillar.h"
#include "federation/pillar.h"
#include "intelligence/pillar.h"

namespace comity::node {

std::vector<std::unique_ptr<ledger::Pillar>> make_pillars(std::optional<governance::Keeping> keeping) {
    std::vector<std::unique_ptr<ledger::Pillar>> pillars;
    pillars.push_back(governance::make_pillar(keeping));
    pillars.push_back(intelligence::make_pillar());
    pillars.push_back(development::make_pillar());
    pillars.push_back(federation::make_pillar());
    return pillars;
}

}  // namespace comity::node
