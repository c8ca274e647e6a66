// Status resources (TAXII 2.1 section 4.3), kept in a table of this node's database: what became of a
// submission, for its submitter alone. They are no part of the community's record; every process on the same
// database answers for them.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"
#include "db/database.h"

namespace comity::api::taxii {

class StatusStore {
  public:
    explicit StatusStore(db::Database& database) : database_(database) {}

    // Durable when it returns. What is older than two days goes.
    Result<void> keep(std::string_view id, std::string_view root, std::string_view account, Time made,
                      std::string_view json);
    // kNotFound also where it is another account's, or of another root.
    Result<std::string> find(std::string_view id, std::string_view root, std::string_view account, Time now);

  private:
    Result<void> prepare();  // the table, at the first use: who only reads needs none

    db::Database& database_;
    std::mutex mutex_;  // guards prepared_
    bool prepared_ = false;
};

}  // namespace comity::api::taxii
