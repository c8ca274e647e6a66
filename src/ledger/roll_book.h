// The roll as this process knows it, with its version: read by everybody, replaced by the sequencer, and
// brought up to date when another process on the same database has changed it. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "db/database.h"
#include "ledger/pillar.h"

namespace comity::ledger {

struct RollState {
    std::int64_t version = -1;
    std::shared_ptr<const Roll> roll = std::make_shared<const Roll>();
};

class RollBook {
  public:
    RollBook(db::Database& database, RollMaker& maker) : database_(database), maker_(maker) {}

    RollState current() const;
    void publish(RollState state);
    // The newest that the database has.
    Result<RollState> refresh();
    // As current(), after a refresh where the last is more than a second ago; an unreachable database leaves
    // the known one.
    RollState recent();

  private:
    db::Database& database_;
    RollMaker& maker_;
    mutable std::mutex mutex_;  // guards what follows
    RollState state_;
    std::chrono::steady_clock::time_point asked_{};
};

}  // namespace comity::ledger
