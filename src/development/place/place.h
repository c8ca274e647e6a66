// Which place a source's code or key means. Sources name places in several code spaces; here they become ISO
// 3166-1 alpha-3 codes, and what is no single place (a region, an income group) is told apart from what is
// unknown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "development/place/table.h"

namespace comity::development {

// How a column's values are read.
enum class CodeSpace {
    kIso,   // alpha-3, alpha-2 or M49 numbers, in any case, and the keys of Gapminder and the World Bank
    kGec,   // the World Factbook's two letters, which mean other places in ISO
    kName,  // the English short name
};
std::optional<CodeSpace> parse_code_space(std::string_view text);  // "iso", "gec", "name"

// By its alpha-3 code, in capitals; null where there is none.
const Place* find_place(std::string_view code);

// Null where nothing is known by that text.
const Place* place_of(std::string_view text, CodeSpace space);

// Is this what the World Bank, ITU or the UN call a group of places ("WLD", "SSF", "World")? Figures of such
// are left out of datasets of places, and that is said.
bool is_aggregate(std::string_view text);

}  // namespace comity::development
