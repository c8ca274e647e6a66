#include "http/workers.h"

#include <algorithm>

namespace comity::http {

namespace {
constexpr int kTurns = 16;
}

Workers::Workers(unsigned threads, unsigned queue) : queue_(std::max(queue, 1u)) {
    for (unsigned i = 0; i < std::max(threads, 1u); ++i) threads_.emplace_back([this] { run(); });
}

bool Workers::reserve() {
    const std::lock_guard lock(mutex_);
    if (stopping_ || places_ >= queue_) return false;
    ++places_;
    return true;
}

void Workers::submit(Job job) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
        queued_ = jobs_.size();
        wake = jobs_.size() > lingering_;
    }
    if (wake) filled_.notify_one();
}

void Workers::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    filled_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Workers::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (jobs_.empty() && !stopping_) linger(lock);
        filled_.wait(lock, [this] { return !jobs_.empty() || (stopping_ && places_ == 0); });
        if (jobs_.empty()) return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        queued_ = jobs_.size();
        --places_;
        const bool last = stopping_ && places_ == 0;
        lock.unlock();
        if (last) filled_.notify_all();
        job();
        job = nullptr;  // its owner's memory goes before the next wait
        lock.lock();
    }
}

// Under load the next job is a moment away: a few turns of other threads cost less than sleeping and being
// woken.
void Workers::linger(std::unique_lock<std::mutex>& lock) {
    ++lingering_;
    lock.unlock();
    for (int turn = 0; turn < kTurns && queued_ == 0; ++turn) std::this_thread::yield();
    lock.lock();
    --lingering_;
}

}  // namespace comity::http
