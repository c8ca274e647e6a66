#include "accounts/verified.h"

#include "crypto/random.h"
#include "crypto/sha256.h"

namespace comity::accounts {

VerifiedPasswords::VerifiedPasswords() : key_(crypto::random_bytes(32)) {}

Digest VerifiedPasswords::mark(std::string_view name, std::string_view hash,
                               std::string_view password) const {
    // Neither a name nor a stored hash holds a NUL, so that the parts cannot be cut differently.
    Bytes message = to_bytes(as_bytes(name));
    message.push_back(0);
    append(message, as_bytes(hash));
    message.push_back(0);
    append(message, as_bytes(password));
    return crypto::hmac_sha256(key_, message);
}

bool VerifiedPasswords::contains(std::string_view name, std::string_view hash, std::string_view password,
                                 Time now) {
    const Digest wanted = mark(name, hash, password);
    const std::lock_guard lock(mutex_);
    const auto found = until_.find(wanted);
    if (found == until_.end()) return false;
    // The second test is against a clock that was set back: nothing is remembered for longer than promised.
    if (found->second > now && found->second.micros - now.micros <= kSeconds * 1'000'000) return true;
    until_.erase(found);
    return false;
}

void VerifiedPasswords::remember(std::string_view name, std::string_view hash, std::string_view password,
                                 Time now) {
    const Digest verified = mark(name, hash, password);
    const std::lock_guard lock(mutex_);
    if (until_.size() >= kMax) {
        std::erase_if(until_, [&](const auto& entry) { return entry.second <= now; });
        if (until_.size() >= kMax) until_.clear();
    }
    until_[verified] = {now.micros + kSeconds * 1'000'000};
}

}  // namespace comity::accounts
