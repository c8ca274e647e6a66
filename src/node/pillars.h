// The pillars of this program: to add one is to add a folder under src/ and a line in pillars.cpp.
#pragma once

#include <memory>
#include <vector>

#include "ledger/pillar.h"

namespace comity::node {

std::vector<std::unique_ptr<ledger::Pillar>> make_pillars();

}  // namespace comity::node
