#include "http/workers.h"

#include <algorithm>

namespace comity::http {

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
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    filled_.notify_one();
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
        filled_.wait(lock, [this] { return !jobs_.empty() || (stopping_ && places_ == 0); });
        if (jobs_.empty()) return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        --places_;
        const bool last = stopping_ && places_ == 0;
        lock.unlock();
        if (last) filled_.notify_all();
        job();
        job = nullptr;  // its owner's memory goes before the next wait
        lock.lock();
    }
}

}  // namespace comity::http
