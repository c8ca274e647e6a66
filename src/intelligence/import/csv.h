// Tables: CSV as RFC 4180 has it, and as the world writes it (semicolons, tabs or bars between the fields, a
// comment at the top that names them, a byte order mark).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "intelligence/import/understanding.h"

namespace comity::intelligence {

struct TableRow {
    std::size_t line = 0;  // where it begins
    std::vector<std::string> fields;
};
struct Table {
    char separator = ',';
    std::vector<std::string> header;  // empty where it has none
    std::vector<TableRow> rows;
};

// The separator is the one that parts most lines into equally many fields (at least two). Lines that begin
// with
// "#" are comments; one that has as many fields as the rows, right before them, is the header. kInvalid: a
// quote that never closes, no separator found; kTooLarge over a million rows.
Result<Table> read_table(std::string_view text);
// Is it one, as far as its first lines tell?
bool looks_like_table(std::string_view text);
// Is it a list whose first line says what its looks do not ("filename", "ja3")? read_table() takes it for a
// table of one column.
bool is_one_column(std::string_view text);

// Does a field hold an indicator, or one that is worthless, perhaps with a port behind it?
bool is_indicator_cell(std::string_view cell);

// Does a column's name say of what kind its values are, where their looks do not: "filename", "ja3_md5"?
bool states_kind(std::string_view header);

// Which column says what, by meaning: "value" -> "ioc", or "#2" for the second. Meanings: value, type,
// description, labels, confidence, valid_from, valid_until, tlp.
using ColumnMapping = std::map<std::string, std::string, std::less<>>;
// "value=ioc,type=kind". kInvalid says which part is wrong and what meanings there are.
Result<ColumnMapping> parse_mapping(std::string_view text, const std::string& where);

// What the rows say. Where the mapping does not name the value's column, headers are guessed by their names
// and, failing that, by what stands in them: the column with the most indicators. All that was guessed stands
// in `columns`. kInvalid where no column holds indicators, or the mapping names one that is not there.
Result<Understanding> read_csv(std::string_view text, const ColumnMapping& mapping);

}  // namespace comity::intelligence
