// A disk that fails when it is told to, under SQLite:
//
//     testing::FaultPlan disk;
//     auto db = db::Database::open({.url = disk.url(folder / "x.db")});
//     disk.fail(17, FaultPlan::Kind::kFull, FaultPlan::Until::kLifted);     // the 17th operation from now,
//     and all after it
//     ... what was acknowledged must be there, nothing half ...
//     disk.lift();
//     ... and it works again ...
//
// To be systematic, do the same work for n = 1, 2, 3, ... until it ends and struck() says that the plan was
// never reached.
//
// Operations are what changes a file: write, sync, truncate, making a file, growing the shared index of the
// write-ahead log. Each plan is a file system of SQLite's own under name(). Syncs that succeed are counted
// but not made: the tests are quick then, and a process that is killed loses nothing by it. Databases must be
// closed before their plan goes. Thread-safe.
#pragma once

#include <sqlite3.h>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace comity::testing {

class FaultPlan {
  public:
    enum class Kind {
        kFull,        // no space: nothing is written
        kIoError,     // the device fails: nothing is written
        kShortWrite,  // no space after half of it is written
        kSyncLoses,   // a sync fails and what was written to that file since the last one is gone; all else
                      // succeeds, but whoever has the file open hears of it by his own next sync, as on Linux
    };
    enum class Until { kOnce, kLifted };

    FaultPlan();
    ~FaultPlan();
    FaultPlan(const FaultPlan&) = delete;
    FaultPlan& operator=(const FaultPlan&) = delete;

    const std::string& name() const { return name_; }
    std::string url(const std::string& path) const { return "sqlite:" + path + "?vfs=" + name_; }

    // The n-th operation from now (1: the next) fails. With kSyncLoses only syncs count.
    void fail(std::uint64_t n, Kind kind, Until until);
    // Nothing fails any more, and nobody hears any more of what did.
    void lift();
    bool struck() const;               // has anything failed since fail()?
    std::uint64_t operations() const;  // since fail(), or since the start

  private:
    friend struct FaultFile;
    enum class Operation { kWrite, kSync, kTruncate, kCreate, kGrowIndex };
    // Part of a file as it was before it was written over.
    struct Before {
        sqlite3_int64 size;  // the whole file's
        sqlite3_int64 offset;
        std::vector<char> bytes;
    };

    bool strikes(Operation operation);
    int code_of(Operation operation) const;
    void remember(const std::string& path, sqlite3_file* file, sqlite3_int64 offset, sqlite3_int64 size);
    void forget(const std::string& path);
    void go_back(const std::string& path, sqlite3_file* file);
    static int open(sqlite3_vfs* self, const char* path, sqlite3_file* file, int flags, int* out_flags);

    const std::string name_;
    sqlite3_vfs* const under_;
    sqlite3_vfs vfs_;

    mutable std::mutex mutex_;  // guards what follows
    Kind kind_ = Kind::kFull;
    Until until_ = Until::kOnce;
    std::uint64_t countdown_ = 0;  // 0: nothing fails
    std::uint64_t operations_ = 0;
    bool struck_ = false;
    bool lifted_ = false;
    std::map<std::string, std::vector<Before>> unsynced_;  // by path
    std::map<std::string, std::uint64_t> losses_;          // syncs that lost something, by path
};

}  // namespace comity::testing
