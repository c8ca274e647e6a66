#include "ledger/roll_book.h"

#include "ledger/log_edge.h"

namespace comity::ledger {

RollState RollBook::current() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void RollBook::publish(RollState state) {
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
    asked_ = std::chrono::steady_clock::now();
}

Result<RollState> RollBook::refresh() {
    COMITY_TRY(const auto session, database_.snapshot());
    COMITY_TRY(const LogState log, LogEdge::read_state(*session));
    if (log.roll == current().version) {
        const std::lock_guard lock(mutex_);
        asked_ = std::chrono::steady_clock::now();
        return state_;
    }
    COMITY_TRY(Roll roll, maker_.load(*session));
    publish({log.roll, std::make_shared<const Roll>(std::move(roll))});
    return current();
}

RollState RollBook::recent() {
    {
        const std::lock_guard lock(mutex_);
        if (std::chrono::steady_clock::now() - asked_ < std::chrono::seconds(1)) return state_;
    }
    (void)refresh();  // without the database the roll known so far is the best there is
    return current();
}

}  // namespace comity::ledger
