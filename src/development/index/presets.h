// Definitions of published indices that come with the program, as their sources give them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "development/index/definition.h"

namespace comity::development {

// "idi-2010": ITU's ICT Development Index of Measuring the Information Society 2011, in full.
// "idi-2023": ITU's index of 2023 and later, its tree; the report's goalposts of traffic and affordability
// are to be
//             loaded with their source, for they are not free to ship.
// "hdi-2010": UNDP's Human Development Index, to show the geometric mean.
std::vector<std::string_view> preset_indices();
// As JSON; nothing where there is none by that id.
std::optional<std::string_view> preset_index_text(std::string_view id);
Result<IndexDefinition> preset_index(std::string_view id);  // kNotFound, with what there is

}  // namespace comity::development
