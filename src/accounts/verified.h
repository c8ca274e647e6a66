// Remembers for a few minutes which passwords were verified, so that a client that sends its password with
// each request pays Argon2id once. Kept is only an HMAC under a key that this process made up and never
// stores, over name, stored hash and password: a changed password has another hash and so is not remembered.
// Thread-safe; bounded.
#pragma once

#include <mutex>
#include <string_view>
#include <unordered_map>

#include "base/digest.h"
#include "base/time.h"

namespace comity::accounts {

class VerifiedPasswords {
  public:
    static constexpr std::int64_t kSeconds = 5 * 60;
    static constexpr std::size_t kMax = 10'000;

    VerifiedPasswords();

    bool contains(std::string_view name, std::string_view hash, std::string_view password, Time now);
    void remember(std::string_view name, std::string_view hash, std::string_view password, Time now);

  private:
    Digest mark(std::string_view name, std::string_view hash, std::string_view password) const;

    const Bytes key_;
    std::mutex mutex_;  // guards until_
    std::unordered_map<Digest, Time, DigestHash> until_;
};

}  // namespace comity::accounts
