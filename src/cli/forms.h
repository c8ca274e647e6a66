// The JSON of what commands answer: the same forms as REST's (docs: /api/v1/openapi.json), whether it comes
// from a data folder or over the network.
#pragma once

#include "json/value.h"
#include "ledger/ledger.h"

namespace comity::cli {

std::string second_text(ledger::Witnessed seconds);  // "2026-11-24T10:00:00Z"
json::Object item_form(const ledger::ListItem& item);
// A statement as it is kept. kCorrupt where its envelope is none.
Result<json::Object> statement_form(const ledger::Kept& kept);

// A text out of such a form; empty where it is absent or null. Numbers and truth values as text.
std::string field(const json::Object& object, std::string_view name);
// What a list holds, with commas between: its texts, or that field of its objects.
std::string listed(const json::Value& list, std::string_view name = {});

// "clear", "amber: cert-ke, cert-ke/responders"
std::string audience_text(const json::Object& item);

}  // namespace comity::cli
