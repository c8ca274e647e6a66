#include "ledger/lookout.h"

#include <pthread.h>

#include <chrono>
#include <optional>

namespace comity::ledger {
namespace {

// In SQLite a look is some microseconds in this process; to a server it is a message there and back.
constexpr auto kBetweenLooksHere = std::chrono::milliseconds(20);
constexpr auto kBetweenLooksThere = std::chrono::milliseconds(100);

}  // namespace

Lookout::Lookout(db::Database& database, std::function<void()> grown)
    : database_(database), grown_(std::move(grown)) {
    thread_ = std::thread([this] { run(); });
}

Lookout::~Lookout() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Lookout::run() {
    pthread_setname_np(pthread_self(), "lookout");
    const auto between =
        database_.engine() == db::Database::Engine::kSqlite ? kBetweenLooksHere : kBetweenLooksThere;
    std::optional<std::int64_t> last;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        // Where the database cannot be asked those who use it say so.
        if (const auto session = database_.reader()) {
            const auto newest = (*session)->integer("SELECT MAX(seq) FROM statements");
            if (newest && last != newest->value_or(0)) {
                last = newest->value_or(0);
                grown_();
            }
        }
        lock.lock();
        changed_.wait_for(lock, between, [this] { return stopping_; });
    }
}

}  // namespace comity::ledger
