// Tells those who wait as soon as this node's log has grown: so that mirrors need not ask again and again.
// The log is looked at when the ledger has taken something, and once a second, for what another process on
// the same database appends; while nobody waits, never. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ledger/ledger.h"

namespace comity::federation {

class GrowthWatch {
  public:
    explicit GrowthWatch(ledger::Ledger& ledger);  // which must outlive it
    ~GrowthWatch();
    GrowthWatch(const GrowthWatch&) = delete;
    GrowthWatch& operator=(const GrowthWatch&) = delete;

    // Calls `done` once, from a thread of its own, with the number of entries: when there are more than
    // `size`, after that time, or when the watch stops. kTooMany, and `done` is not called, where too many
    // wait.
    using Done = std::move_only_function<void(std::uint64_t)>;
    Result<void> wait(std::uint64_t size, std::chrono::milliseconds at_most, Done& done);
    // Answers all who wait; later waits are answered at once.
    void stop();

  private:
    struct Waiting {
        std::uint64_t size = 0;
        std::chrono::steady_clock::time_point until;
        Done done;
    };
    void watch();
    std::uint64_t size_now();

    ledger::Ledger& ledger_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::vector<Waiting> waiting_;
    bool grown_ = false;
    bool stopping_ = false;
    std::uint64_t last_ = 0;
    std::shared_ptr<void> subscription_;
    std::thread thread_;
};

}  // namespace comity::federation
