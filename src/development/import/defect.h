// What is wrong with a source's file: each defect with its place and what to do. A file with defects is not
// imported, unless its user says that what is defective may be left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace comity::development {

enum class DefectKind {
    kNotUtf8,         // bytes that are no UTF-8 (Latin-1, UTF-16)
    kBrokenTable,     // a quote that never closes, a row with another number of fields than the header
    kBrokenJson,      // no JSON, or not of the form that this API answers in
    kMissingColumn,   // no column tells the place, the year or the value
    kUnknownPlace,    // nothing is known by that code
    kImpossibleYear,  // no year, or none between 1500 and 2200
    kBadValue,        // no number
    kOutOfBounds,     // a number that the figure can't be: a negative share, 120%
    kDuplicate,       // the same place and year of one indicator twice
    kBadName,         // no name can be made for the indicator or group
};
std::string_view to_string(DefectKind kind);  // "not-utf8", "impossible-year", ...

struct Defect {
    DefectKind kind = DefectKind::kBadValue;
    std::string file;
    std::size_t line = 0;  // from 1; 0: the file as a whole
    std::string what;
    std::string mend;

    std::string message() const;  // "figures.csv line 7: impossible-year: ...: ..."
};
json::Object defect_json(const Defect& defect);

}  // namespace comity::development
