#include "db/sqlite/log_copier.h"

#include <pthread.h>

namespace comity::db::sqlite {
namespace {

constexpr int kTooLong = 4;  // times as long as is copied: the writer waits for the copier

}  // namespace

LogCopier::~LogCopier() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void LogCopier::grown(sqlite3* writer, int pages) {
    if (pages < location_.log_pages) return;
    {
        std::unique_lock lock(mutex_);
        if (step_ == Step::kIdle) {
            step_ = Step::kCopying;
            if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
            changed_.notify_all();
            return;
        }
        if (step_ == Step::kCopying && pages / kTooLong < location_.log_pages) return;
        changed_.wait(lock, [this] { return step_ == Step::kCopied; });
        step_ = Step::kIdle;
    }
    sqlite3_wal_checkpoint_v2(writer, "main", SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

void LogCopier::run() {
    pthread_setname_np(pthread_self(), "log copier");
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopping_ || step_ == Step::kCopying; });
        if (stopping_) return;
        lock.unlock();
        copy();
        lock.lock();
        step_ = Step::kCopied;
        changed_.notify_all();
    }
}

// On a connection of its own, opened each time: after an I/O error none can be believed (open.cpp). In one
// go: a second would begin when the writer may begin the log anew, and SQLite before 3.51.3 then takes pages
// of the new log for copied that are not (the "WAL-reset bug"). During the first it cannot, not all being
// copied yet.
void LogCopier::copy() {
    const auto connection = Connection::open(location_, Connection::Role::kReader, patience_);
    if (!connection) return;
    static_cast<void>(
        (*connection)->each("PRAGMA wal_checkpoint(PASSIVE)", {}, [](const Row&) { return true; }));
}

}  // namespace comity::db::sqlite
