// The pillar governance as the ledger knows it: its types, and the roll that it makes of them.
#pragma once

#include <memory>
#include <optional>

#include "governance/rules/guard.h"
#include "ledger/pillar.h"

namespace comity::governance {

// With `keeping`, adopted rules that act are kept at this node's door (rules/guard.h); without, they are only
// counted and shown.
std::unique_ptr<ledger::RollMaker> make_pillar(std::optional<Keeping> keeping = {});

}  // namespace comity::governance
