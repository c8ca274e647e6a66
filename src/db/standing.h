// How a transaction stands: open, failed, dead or ended, and how deep in savepoints. Both engines keep the
// books alike, so that what fails on one fails on the other (PostgreSQL refuses everything after an error,
// SQLite would go on).
#pragma once

#include <optional>
#include <utility>

#include "base/error.h"

namespace comity::db {

class Standing {
  public:
    // Whether the next call may be made; the first error where it may not.
    Result<void> usable() const {
        if (ended_) return internal("transaction", "used after it ended");
        if (failure_) return std::unexpected(*failure_);
        return {};
    }
    // Passes a call's result on and remembers its failure.
    template <typename T>
    Result<T> note(Result<T> result) {
        if (!result && !failure_) failure_ = result.error();
        return result;
    }
    // Whether the connection must not be used any more.
    bool dead() const {
        return failure_ &&
               (failure_->kind == ErrorKind::kUnavailable || failure_->kind == ErrorKind::kCorrupt);
    }
    bool failed() const { return failure_.has_value(); }
    bool ended() const { return ended_; }
    void end() { ended_ = true; }

    int depth() const { return depth_; }
    void enter() { ++depth_; }
    void leave() { --depth_; }
    // What rollback_to_savepoint() may do: go back unless there is nothing to go back to, or nothing to go on
    // with.
    Result<void> may_go_back() const {
        if (ended_) return internal("transaction", "used after it ended");
        if (dead()) return std::unexpected(*failure_);
        if (depth_ == 0) return internal("transaction", "no savepoint to go back to");
        return {};
    }
    void went_back() {
        failure_.reset();
        --depth_;
    }

  private:
    std::optional<Error> failure_;
    bool ended_ = false;
    int depth_ = 0;
};

}  // namespace comity::db
