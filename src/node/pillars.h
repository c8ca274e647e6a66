// The pillars of this program: to add one is to add a folder under src/ and a line in pillars.cpp.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "governance/pillar.h"

namespace comity::node {

// With `keeping`, adopted rules are kept at the door.
std::vector<std::unique_ptr<ledger::Pillar>> make_pillars(std::optional<governance::Keeping> keeping = {});

}  // namespace comity::node
