#include "ledger/growth.h"

namespace comity::ledger {

std::shared_ptr<void> Growth::subscribe(Listener listener) {
    const std::lock_guard lock(state_->mutex);
    const auto place = state_->listeners.insert(state_->listeners.end(), std::move(listener));
    return {nullptr, [state = state_, place](std::nullptr_t) {
                const std::lock_guard guard(state->mutex);
                state->listeners.erase(place);
            }};
}

void Growth::tell() const {
    const std::lock_guard lock(state_->mutex);
    for (const Listener& listener : state_->listeners) listener();
}

}  // namespace comity::ledger
