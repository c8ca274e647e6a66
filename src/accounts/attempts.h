// Counts failed log-ins by key (an account, an address) over the last minute, so that guessing is slow. In
// memory: forgotten at a restart. Thread-safe. Bounded: an attacker who makes up names or addresses cannot
// make it grow past kMaxKeys.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace comity::accounts {

class Attempts {
  public:
    static constexpr std::size_t kMaxKeys = 100'000;
    static constexpr std::int64_t kWindowSeconds = 60;

    explicit Attempts(unsigned limit) : limit_(limit) {}

    // Has this key failed `limit` times in the minute before `now`?
    bool exhausted(std::string_view key, Time now);
    void failed(std::string_view key, Time now);

    std::size_t size() const;  // keys remembered

  private:
    using Failures = std::deque<Time>;  // the latest at the end, `limit_` at the most
    static void forget_old(Failures& failures, Time now);
    void make_room(Time now);

    const unsigned limit_;
    mutable std::mutex mutex_;                            // guards failures_
    std::unordered_map<std::string, Failures> failures_;  // none of them empty
};

// What an address counts as: an IPv4 address itself (also where it is mapped into IPv6), an IPv6 address its
// /64, for a household or an attacker has all of that; anything else itself.
std::string address_key(std::string_view client);

}  // namespace comity::accounts
