// A statement as lists and events show it.
#pragma once

#include "json/value.h"
#include "ledger/ledger.h"

namespace comity::api::rest {

json::Object statement_form(const ledger::ListItem& item);
json::Value index_json(const std::optional<std::uint64_t>& index);  // null: in no log of this node's

}  // namespace comity::api::rest
