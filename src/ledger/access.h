// Which stored audiences a viewer may read: the bridge from may_read() to queries. A table that shows
// statements or objects carries the audience's number in a column; a query reads the rows in its order and
// keeps those that pass, so that lists, counts and pages are the same as if the others were not there (law
// 4).
#pragma once

#include <vector>

#include "db/database.h"
#include "ledger/audience.h"
#include "ledger/pillar.h"

namespace comity::ledger {

class Readable {
  public:
    bool contains(AudienceId id) const {
        return id > 0 && static_cast<std::size_t>(id) < allowed_.size() &&
               allowed_[static_cast<std::size_t>(id)];
    }

    // What one of several viewers may read.
    void join(const Readable& other) {
        if (allowed_.size() < other.allowed_.size()) allowed_.resize(other.allowed_.size());
        for (std::size_t i = 0; i < other.allowed_.size(); ++i) {
            if (other.allowed_[i]) allowed_[i] = true;
        }
    }

  private:
    friend Result<Readable> readable_by(db::Session&, const Viewer&);
    std::vector<bool> allowed_;
};

// As things stand in the session's state: read it in the same snapshot as the rows it filters.
Result<Readable> readable_by(db::Session& session, const Viewer& viewer);

}  // namespace comity::ledger
