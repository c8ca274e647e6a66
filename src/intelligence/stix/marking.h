// TLP marking definitions, and what they do to who may read an object (law 4: an object can be stricter than
// its statement, never laxer). TLP 2.0 is the OASIS extension
// extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d; TLP 1 is STIX 2.1 section 7.2.1.4. Its white
// counts as clear, its amber as amber.
#pragma once

#include <optional>
#include <string_view>

#include "intelligence/stix/identifier.h"
#include "ledger/audience.h"

namespace comity::intelligence {

// Nothing where the marking definition is no TLP label (a statement, somebody's own): such markings change no
// audience.
std::optional<ledger::Tlp> tlp_of(const Uuid& marking_definition);

// The TLP 2.0 marking definition: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", ...
std::string_view marking_id(ledger::Tlp label);

// The narrower of two labels, where there are any.
std::optional<ledger::Tlp> strictest(std::optional<ledger::Tlp> a, std::optional<ledger::Tlp> b);

// Who may read an object with that marking inside a statement with that audience.
ledger::Audience effective_audience(const ledger::Audience& statement, std::optional<ledger::Tlp> marking);

}  // namespace comity::intelligence
