// The roll in JSON, as REST and the command line show it (api/rest/openapi.json, "Community" and "Member").
#pragma once

#include "json/value.h"
#include "ledger/roll.h"

namespace comity::node {

std::string whole_second(ledger::Witnessed seconds);  // "2026-11-24T10:00:00Z"
json::Value maybe_second(ledger::Witnessed seconds);  // the same, null for kNever
// As it was founded (governance/charter/charter_store.h has what was amended). Precondition: it is.
json::Object community_json(const ledger::Roll& roll);
json::Object member_json(const ledger::Member& member);

}  // namespace comity::node
