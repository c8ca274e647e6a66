// Threads that run requests' handlers, fed by a queue of bounded length.
//
//     if (!workers.reserve()) return busy();
//     workers.submit([=] { ... });
//
// Thread-safe. The place is reserved first, so that the caller knows it will be taken before it gives its
// connection away.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace comity::http {

class Workers {
  public:
    using Job = std::move_only_function<void()>;

    Workers(unsigned threads, unsigned queue);
    ~Workers() { stop(); }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // False where `queue` jobs wait already, or after stop().
    bool reserve();
    void submit(Job job);  // after one reserve() that was true
    // Lets what waits and runs come to its end, then joins. Idempotent; not from a worker.
    void stop();

  private:
    void run();
    void linger(std::unique_lock<std::mutex>& lock);

    const unsigned queue_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable filled_;
    std::deque<Job> jobs_;
    std::size_t lingering_ = 0;  // workers that will look at jobs_ once more before they sleep
    unsigned places_ = 0;        // reserved or queued, not yet running
    bool stopping_ = false;
    std::atomic<std::size_t> queued_{0};  // jobs_.size(), to be looked at without the mutex
    std::vector<std::thread> threads_;
};

}  // namespace comity::http
