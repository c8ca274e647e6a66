#include "accounts/attempts.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "base/encoding.h"

namespace comity::accounts {

namespace {
// A clock set back must not lock anybody out for longer: failures "in the future" are old too.
bool old(Time failure, Time now) {
    return failure > now || now.micros - failure.micros >= Attempts::kWindowSeconds * 1'000'000;
}
}  // namespace

void Attempts::forget_old(Failures& failures, Time now) {
    std::erase_if(failures, [&](Time t) { return old(t, now); });
}

bool Attempts::exhausted(std::string_view key, Time now) {
    const std::lock_guard lock(mutex_);
    const auto found = failures_.find(std::string(key));
    if (found == failures_.end()) return false;
    forget_old(found->second, now);
    if (found->second.empty()) {
        failures_.erase(found);
        return false;
    }
    return found->second.size() >= limit_;
}

void Attempts::failed(std::string_view key, Time now) {
    const std::lock_guard lock(mutex_);
    if (failures_.size() >= kMaxKeys) make_room(now);
    Failures& failures = failures_[std::string(key)];
    forget_old(failures, now);
    failures.push_back(now);
    if (failures.size() > limit_) failures.pop_front();
}

void Attempts::make_room(Time now) {
    std::erase_if(failures_, [&](const auto& entry) { return old(entry.second.back(), now); });
    if (failures_.size() < kMaxKeys) return;
    // A flood of made-up keys: those with a single failure go first, what is being guessed at stays counted.
    std::erase_if(failures_, [](const auto& entry) { return entry.second.size() == 1; });
    if (failures_.size() >= kMaxKeys) failures_.clear();
}

std::size_t Attempts::size() const {
    const std::lock_guard lock(mutex_);
    return failures_.size();
}

std::string address_key(std::string_view client) {
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET6, std::string(client).c_str(), bytes.data()) != 1) return std::string(client);
    static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::memcmp(bytes.data(), kMapped.data(), kMapped.size()) == 0) {
        std::array<char, INET_ADDRSTRLEN> text{};
        inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
        return text.data();
    }
    return hex_encode(ByteView(bytes).first(8)) + "/64";
}

}  // namespace comity::accounts
