// Tables as statistics offices publish them: CSV (RFC 4180) with commas, semicolons or tabs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "development/import/defect.h"

namespace comity::development {

struct Row {
    std::size_t line = 0;  // where it begins, from 1
    std::vector<std::string> fields;
};

struct Table {
    std::vector<std::string> header;  // empty where there is none: no line at all, or not UTF-8
    std::vector<Row> rows;            // as many fields as the header, each
    std::vector<Defect> defects;      // bytes that are no UTF-8, broken rows: these are in `rows` no more
};

// The separator is the one of the three that stands most often in the header. A byte order mark, empty lines
// and lines before a header that have fewer fields than half of it (the World Bank's "Data Source") are
// passed over.
Table read_table(std::string_view text, const std::string& file);

// The place of the first byte that is no UTF-8: a line from 1; 0 where all is.
std::size_t not_utf8_at(std::string_view text);

// The column with this name, in any case; npos where there is none. `from`: of several names the first that
// is there.
inline constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);
std::size_t column_of(const Table& table, std::string_view name);
std::size_t column_of(const Table& table, std::initializer_list<std::string_view> names);

}  // namespace comity::development
