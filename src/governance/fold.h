// The roll as a function of the set of governance's statements (law 1): whatever their order of arrival, the
// same roll.
//
// The acts are taken in the order of their witnessed seconds. An act counts if one of its author's keys has
// signed it that counts then (and, where a node holds that key, if the act says so). Acts of the same second
// are taken together until none more comes to count, in the order in which they were issued, then of their
// ids (of two that set one group, the later by its author's own time counts), and what ends something (a
// revocation, a departure, a veto) after the others: it works from the next second on, so it cannot undo an
// act of its own second, and finds what came in it.
#pragma once

#include <functional>
#include <span>

#include "ledger/pillar.h"

namespace comity::governance {

// Has the key signed the envelope? A caller may remember answers.
using SignatureCheck = std::function<bool(const ledger::RollMaker::Source&, const crypto::NamedKey&)>;

// Empty (not founded) where the sources hold no charter that all its founders have signed.
ledger::Roll fold(std::span<const ledger::RollMaker::Source> sources, const SignatureCheck& check);

}  // namespace comity::governance
