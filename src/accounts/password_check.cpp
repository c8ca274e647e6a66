#include "accounts/password_check.h"

#include "accounts/name.h"
#include "crypto/password.h"
#include "crypto/random.h"

namespace comity::accounts {

namespace {
constexpr std::size_t kMaxName = 256;  // no account's is longer
}

class PasswordCheck::Turn {
  public:
    explicit Turn(std::counting_semaphore<kAtOnce>& turns) : turns_(turns) { turns_.acquire(); }
    ~Turn() { turns_.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    std::counting_semaphore<kAtOnce>& turns_;
};

PasswordCheck::PasswordCheck(unsigned failures_per_minute, Clock& clock)
    : clock_(clock), by_account_(failures_per_minute), by_address_(failures_per_minute) {}

Result<void> PasswordCheck::check_attempts(std::string_view name, std::string_view address) {
    const Time now = clock_.now();
    if (!by_account_.exhausted(name, now) && !by_address_.exhausted(address, now)) return {};
    return too_many("too many failed log-ins", "wait a minute");
}

Result<void> PasswordCheck::make_dummy() {
    const std::lock_guard lock(dummy_mutex_);
    if (!dummy_.empty()) return {};
    COMITY_TRY(dummy_, crypto::hash_password(crypto::random_text(32)));
    return {};
}

bool PasswordCheck::verified(std::string_view name, std::string_view hash, std::string_view password,
                             std::string_view client) {
    if (name.size() > kMaxName || password.size() > kMaxPasswordBytes || hash.empty()) return false;
    return check_attempts(name, address_key(client)) &&
           verified_.contains(name, hash, password, clock_.now());
}

Result<void> PasswordCheck::check(std::string_view name, std::string_view hash, std::string_view password,
                                  std::string_view client) {
    if (name.size() > kMaxName || password.size() > kMaxPasswordBytes) return wrong_log_in();
    const std::string address = address_key(client);
    COMITY_CHECK(check_attempts(name, address));
    const auto known = [&] {
        return !hash.empty() && verified_.contains(name, hash, password, clock_.now());
    };
    if (known()) return {};

    const Turn turn(turns_);
    // Others may have failed, or verified the same password, while this one waited for its turn.
    COMITY_CHECK(check_attempts(name, address));
    if (known()) return {};
    COMITY_CHECK(make_dummy());  // whatever the name, so that the first unknown one is no slower
    const bool right = crypto::verify_password(hash.empty() ? std::string_view(dummy_) : hash, password);
    if (!right || hash.empty()) {
        by_account_.failed(name, clock_.now());
        by_address_.failed(address, clock_.now());
        return wrong_log_in();
    }
    verified_.remember(name, hash, password, clock_.now());
    return {};
}

Result<std::string> PasswordCheck::hash(std::string_view password) {
    const Turn turn(turns_);
    return crypto::hash_password(password);
}

Failure wrong_log_in() {
    return unauthenticated("name or password is wrong", "check both; an operator can set a new password");
}

}  // namespace comity::accounts
