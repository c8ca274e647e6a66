#include "api/taxii/memory.h"

namespace comity::api::taxii {
namespace {

constexpr std::size_t kMostGrounds = 4096;  // readers times collections

}  // namespace

Result<Bytes> reach_of(db::Session& session, const ledger::Readable& readable) {
    COMITY_TRY(const auto last, session.integer("SELECT MAX(n) FROM audiences"));
    Bytes bits(static_cast<std::size_t>(last.value_or(0)) / 8 + 1);
    for (ledger::AudienceId id = 1; id <= last.value_or(0); ++id) {
        auto& byte = bits[static_cast<std::size_t>(id) / 8];
        if (readable.contains(id)) byte = static_cast<std::uint8_t>(byte | 1u << id % 8);
    }
    return bits;
}

std::optional<Memory::Epoch> Memory::epoch_of(const ledger::ShownState& state,
                                              const std::shared_ptr<const ledger::Roll>& roll) {
    const std::lock_guard lock(mutex_);
    if (epoch_ > 0 && state == state_ && roll == roll_) return epoch_;
    // A reader that took its state before another did: what it finds is of the past.
    if (epoch_ > 0 && state.changes < state_.changes) return std::nullopt;
    state_ = state;
    roll_ = roll;
    grounds_.clear();
    pages_.begin(++epoch_);
    return epoch_;
}

std::shared_ptr<const Ground> Memory::ground(Epoch epoch, const std::string& key) const {
    const std::lock_guard lock(mutex_);
    if (epoch != epoch_) return nullptr;
    const auto found = grounds_.find(key);
    return found == grounds_.end() ? nullptr : found->second;
}

std::optional<Memory::Known> Memory::known(const ledger::ShownState& state,
                                           const std::shared_ptr<const ledger::Roll>& roll,
                                           const std::string& key) const {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock || epoch_ == 0 || state != state_ || roll != roll_) return std::nullopt;
    const auto found = grounds_.find(key);
    if (found == grounds_.end()) return std::nullopt;
    return Known{epoch_, found->second};
}

void Memory::keep_ground(Epoch epoch, const std::string& key, std::shared_ptr<const Ground> ground) {
    const std::lock_guard lock(mutex_);
    if (epoch != epoch_) return;
    if (grounds_.size() >= kMostGrounds) grounds_.clear();
    grounds_.insert_or_assign(key, std::move(ground));
}

}  // namespace comity::api::taxii
