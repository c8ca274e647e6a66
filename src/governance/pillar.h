// The pillar governance as the ledger knows it: its types, and the roll that it makes of them.
#pragma once

#include <memory>

#include "ledger/pillar.h"

namespace comity::governance {

std::unique_ptr<ledger::RollMaker> make_pillar();

}  // namespace comity::governance
