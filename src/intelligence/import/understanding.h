// What was understood of something that a member wants to share, before anything is signed: the STIX objects
// it became, and of every line or part that became none, why.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intelligence/indicator/bundle.h"

namespace comity::intelligence {

enum class InputKind {
    kStix,  // a STIX 2.0 or 2.1 bundle, or one object
    kMisp,  // MISP core format: an event, a list of them
    kCsv,   // a table, RFC 4180 and its dialects
    kList,  // one indicator a line
    kText,  // an e-mail, a report: indicators among words
};
std::string_view to_string(InputKind kind);  // "stix", "misp", "csv", "list", "text"
Result<InputKind> parse_input_kind(std::string_view text, std::string where);

struct Understanding {
    using Left = IndicatorList::Left;

    struct Entry {
        std::size_t line = 0;
        Described described;
    };
    // What a column of a table was taken for; empty: nothing is read of it.
    struct Column {
        std::string header;
        std::string meaning;
    };
    // A part of a document that has no place in what is shared.
    struct Loss {
        std::string path;  // "Event.Attribute[3].data"
        std::string why;
    };

    InputKind kind = InputKind::kList;
    std::vector<std::string> objects;  // STIX, to be shared as they stand
    std::vector<Entry> entries;        // of lists, tables and texts: what was taken, and from which line
    std::vector<Left> errors;          // not understood
    std::vector<Left> not_taken;       // understood and left out
    std::vector<Column> columns;       // of a table
    std::vector<Loss> losses;          // of a MISP event
    std::size_t repeated = 0;          // stood there before
    std::string title;                 // what the document itself is called; may be empty
};

}  // namespace comity::intelligence
