// Copies the write-ahead log into the database's file while the writer goes on: writing some ten thousand
// pages and flushing them takes longer than all the commits that a node makes meanwhile.
//
// A thread alone would never catch up with a busy writer, and a log that is not wholly copied grows without
// end. So the thread copies nearly all of it, and the writer, after a commit, the few pages that came
// meanwhile: then its next commit begins the log anew. What the thread copies is flushed only with the
// writer's part, and a flush that fails counts against all of it (flush_watch.h).
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "db/sqlite/connection.h"

namespace comity::db::sqlite {

class LogCopier {
  public:
    LogCopier(Location location, std::chrono::seconds patience)
        : location_(std::move(location)), patience_(patience) {}
    // Waits for a copying that is under way.
    ~LogCopier();
    LogCopier(const LogCopier&) = delete;
    LogCopier& operator=(const LogCopier&) = delete;

    // To be called after each commit by the thread that made it, with its connection and how many pages are
    // in the log. A failure is not the commit's: what could not be copied stays in the log, and is copied
    // later.
    void grown(sqlite3* writer, int pages);

  private:
    enum class Step { kIdle, kCopying, kCopied };
    void run();
    void copy();

    const Location location_;
    const std::chrono::seconds patience_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    Step step_ = Step::kIdle;
    bool stopping_ = false;
    std::thread thread_;  // from the first time that there is something to copy
};

}  // namespace comity::db::sqlite
