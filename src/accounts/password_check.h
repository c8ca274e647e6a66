// Decides whether a password opens an account: slowly where it must be computed, from memory where it was
// verified a moment ago, not at all where too many attempts failed. Unknown names cost as much as known ones.
// Thread-safe.
#pragma once

#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>

#include "accounts/attempts.h"
#include "accounts/verified.h"
#include "base/error.h"

namespace comity::accounts {

class PasswordCheck {
  public:
    PasswordCheck(unsigned failures_per_minute, Clock& clock);

    // `hash` is the account's stored one; empty where no such account may log in. kUnauthenticated, which
    // does not tell what was wrong; kTooMany by account or by the client's address.
    Result<void> check(std::string_view name, std::string_view hash, std::string_view password,
                       std::string_view client);

    // The same from memory alone: whether it was verified a moment ago, and may log in still.
    bool verified(std::string_view name, std::string_view hash, std::string_view password,
                  std::string_view client);

    // For new passwords: the same few turns as for checks.
    Result<std::string> hash(std::string_view password);

  private:
    class Turn;
    Result<void> check_attempts(std::string_view name, std::string_view address);
    Result<void> make_dummy();

    // Argon2id takes 64 MiB and a core: a few at once, the others wait.
    static constexpr std::ptrdiff_t kAtOnce = 2;

    Clock& clock_;
    Attempts by_account_;
    Attempts by_address_;
    VerifiedPasswords verified_;
    std::counting_semaphore<kAtOnce> turns_{kAtOnce};
    std::mutex dummy_mutex_;  // guards dummy_ while it is made
    std::string
        dummy_;  // the hash of a password that nobody has: made at the first log-in, not at each start
};

Failure wrong_log_in();

}  // namespace comity::accounts
