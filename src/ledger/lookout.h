// Sees what other processes on the same database have taken: a command beside a running server, another
// server. A look is one question to the database that an index answers.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "db/database.h"

namespace comity::ledger {

class Lookout {
  public:
    // Calls `grown` on a thread of its own after the first look, and after each at which there were other
    // statements than at the last; what this process took itself is among them. The database must outlive it.
    Lookout(db::Database& database, std::function<void()> grown);
    ~Lookout();
    Lookout(const Lookout&) = delete;
    Lookout& operator=(const Lookout&) = delete;

  private:
    void run();

    db::Database& database_;
    const std::function<void()> grown_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace comity::ledger
