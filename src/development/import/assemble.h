// Datasets and memberships out of what was read: places, years and values held to what they can be, with a
// defect for each that is not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "development/import/reading.h"
#include "development/observatory/dataset.h"
#include "development/observatory/membership.h"

namespace comity::development {

struct Assembled {
    struct One {
        DatasetBody body;
        std::vector<Series> series;  // by place
    };
    std::vector<One> datasets;  // by indicator
    std::vector<Defect> defects;
    std::size_t aggregates = 0;              // figures of regions and the like, left out
    std::size_t missing = 0;                 // cells without a figure ("..", "NA", empty)
    std::vector<std::string> of_aggregates;  // which, each once
};

// `about` says what the file does not: its indicator stands for that of a file with one alone; a title and
// unit that the file gives are taken where `about` has none. Reading's defects are taken over.
Assembled assemble(const Reading& reading, const std::string& file, const DatasetBody& about,
                   CodeSpace codes);

// A value as sources write it: nothing where there is none ("", "..", "NA", "n/a", "null", "-"); "<1" and
// "less than 1" are known to be below. kInvalid where it is no number.
struct ReadValue {
    std::optional<double> value;
    bool below = false;
};
Result<ReadValue> read_value(std::string_view text);
// kInvalid where it is no year that figures are of.
Result<int> read_year(std::string_view text);

// Memberships out of a table: with columns group, place, from and to, an interval a row; else `column` says
// the group of each place: with a year column year by year, which become intervals (what holds in the last
// year that the table knows holds on), without one for all time.
struct AssembledGroups {
    std::vector<MemberGroup> groups;
    std::vector<Defect> defects;
};
AssembledGroups assemble_groups(std::string_view text, const std::string& file, const std::string& column,
                                const ReadOptions& options);

}  // namespace comity::development
