// Keeps this node up with those that it follows, a thread each, as long as it lives: a round with each
// (sync.h), then it waits to be told that the node's log has grown. What fails is tried again after a while
// that doubles up to five minutes, never exactly, so that nodes do not ask in step. Which nodes are followed
// is read from the store once a second: `comity node add` needs no restart.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "federation/http_source.h"
#include "federation/sync.h"

namespace comity::federation {

struct FollowerOptions {
    Clock* clock = &system_clock();
    std::size_t bytes_per_second = 0;  // from each node; 0: no limit
    std::chrono::milliseconds timeout{60000};
    unsigned wait_seconds = 20;                   // for a log to grow, a call
    std::chrono::seconds full_round{30};          // at least so often all that a node offers is looked at
    std::chrono::seconds fill_every{60};          // until what is missing is asked for again
    std::size_t fill_packages = 64;               // of it, a log
    std::chrono::milliseconds first_pause{1000};  // after a failure; doubles
    std::chrono::milliseconds longest_pause{300'000};
    std::string ca_file{};
    Sightings* sightings = nullptr;  // as FollowOptions has it
};

class Follower {
  public:
    Follower(ledger::Ledger& ledger, MirrorStore& store, FollowerOptions options);
    ~Follower();  // stops
    void stop();  // ends calls under way; returns when all threads have ended

  private:
    struct Worker;
    void supervise();
    void work(Worker& worker);
    Result<void> round(Worker& worker, HttpSource& source);
    bool pause(std::chrono::milliseconds time, const Worker& worker);  // false: it is to end
    void contact(Worker& worker, const Result<void>& outcome);

    ledger::Ledger& ledger_;
    MirrorStore store_;
    const FollowerOptions options_;

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    bool stopping_ = false;
    std::map<std::int64_t, std::unique_ptr<Worker>> workers_;
    std::thread supervisor_;
};

}  // namespace comity::federation
