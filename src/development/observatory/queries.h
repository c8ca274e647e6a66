// What is read of the development view, as one reader may see it (law 4: what the reader may not read takes
// part in nothing: not in which edition is the last, nor in a conflict).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "development/index/definition.h"
#include "development/observatory/dataset.h"
#include "development/observatory/membership.h"
#include "development/observatory/stated.h"

namespace comity::development {

struct Dataset : Stated<DatasetBody> {
    std::int64_t places = 0;
    std::int64_t figures = 0;
    int first_year = 0;
    int last_year = 0;
};

// Of each author and source the dataset that counts: the last edition by its bytes, of it the highest
// revision, of these the greatest id. All indicators where none is named. The order is that in which they are
// preferred: by indicator; then the higher confidence (unstated is 50), more figures, the source, the author.
Result<std::vector<Dataset>> find_datasets(db::Session& session, const ledger::Readable& readable,
                                           std::string_view indicator = {});
// The preferred dataset of an indicator, or of one source's; kNotFound.
Result<Dataset> find_dataset(db::Session& session, const ledger::Readable& readable,
                             std::string_view indicator, std::string_view source = {});

// A dataset's series by place, or of one place (none, or one).
Result<std::vector<Series>> load_series(db::Session& session, const Dataset& dataset,
                                        std::string_view place = {});

// Of each author the edition that counts, as above; by scheme, then author. find_scheme: of one scheme the
// last edition of any author; kNotFound.
Result<std::vector<Stated<MembershipBody>>> find_schemes(db::Session& session,
                                                         const ledger::Readable& readable);
Result<Stated<MembershipBody>> find_scheme(db::Session& session, const ledger::Readable& readable,
                                           std::string_view scheme);

// The same of definitions of indices.
Result<std::vector<Stated<IndexDefinition>>> find_indices(db::Session& session,
                                                          const ledger::Readable& readable);

// Cells that two datasets of one indicator state.
struct Cell {
    std::string place;
    int year = 0;
    struct Voice {
        std::size_t dataset = 0;  // place in the list of datasets
        double value = 0;
        Known known = Known::kStated;
    };
    std::vector<Voice> voices;  // in the order of the datasets
    bool conflict = false;      // the furthest apart differ by more than the tolerance
};
// All cells of these datasets' series, by place and year, each with all that is said of it. A conflict: the
// furthest apart differ by more than `tolerance`; where a figure is censored, only as far as that is certain.
std::vector<Cell> side_by_side(const std::vector<std::vector<Series>>& datasets, double tolerance);

}  // namespace comity::development
