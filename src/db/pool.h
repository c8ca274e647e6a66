// A few connections lent to one user at a time each, the writer's single one among them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace comity::db {

// Thread-safe. A slot taken on one thread may be given back on another.
template <typename Connection>
class Pool {
  public:
    explicit Pool(std::size_t limit) : free_(limit == 0 ? 1 : limit) {}

    // A slot, with the connection that used it last, or with none: then the taker opens one. Waits while all
    // are out.
    std::unique_ptr<Connection> take() {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [this] { return free_ > 0; });
        return pop();
    }
    // The same; nothing where none came back in time.
    std::optional<std::unique_ptr<Connection>> take_within(std::chrono::seconds patience) {
        std::unique_lock lock(mutex_);
        if (!returned_.wait_for(lock, patience, [this] { return free_ > 0; })) return std::nullopt;
        return pop();
    }
    // The same; nothing where all are out.
    std::optional<std::unique_ptr<Connection>> take_at_once() {
        const std::lock_guard lock(mutex_);
        if (free_ == 0) return std::nullopt;
        return pop();
    }
    // Gives the slot back; no connection where it is not fit to be used again.
    void give(std::unique_ptr<Connection> connection) {
        {
            const std::scoped_lock lock(mutex_);
            ++free_;
            if (connection) idle_.push_back(std::move(connection));
        }
        returned_.notify_one();
    }

  private:
    std::unique_ptr<Connection> pop() {
        --free_;
        if (idle_.empty()) return nullptr;
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
    }

    std::mutex mutex_;  // guards what follows
    std::condition_variable returned_;
    std::size_t free_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace comity::db
