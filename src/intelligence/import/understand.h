// From a document of any kind to what would be shared of it.
//
//     COMITY_TRY(Understanding understood, understand(text, {.sharer = sharer, .label = Tlp::kGreen, .at =
//     now}));
#pragma once

#include <optional>
#include <string_view>

#include "intelligence/import/csv.h"
#include "intelligence/import/understanding.h"

namespace comity::intelligence {

// The kind, told by content: JSON is STIX or MISP by its keys; a text whose lines are mostly one word is a
// list, one whose lines have equally many fields a table, anything else running text.
InputKind kind_of(std::string_view text);

struct UnderstandOptions {
    Sharer sharer;
    ledger::Tlp label = ledger::Tlp::kGreen;  // of what is shared; an indicator's own may be stricter
    Time at{};
    std::optional<InputKind> kind;  // nothing: told by content
    ColumnMapping columns;          // of a table
    bool plain = false;             // of a text: see TextOptions
};

// kInvalid where it is not of that kind, kTooLarge over the kinds' limits. Thread-safe.
Result<Understanding> understand(std::string_view text, const UnderstandOptions& options);

}  // namespace comity::intelligence
