// One SQLite connection and its prepared statements. Not thread-safe.
#pragma once

#include <sqlite3.h>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/database.h"
#include "db/sqlite/flush_watch.h"

namespace comity::db::sqlite {

class LogCopier;

// Where the file is, and which of SQLite's file systems reads it ("": the usual one; tests have one that
// fails); and how long the write-ahead log becomes before it is copied into the file.
struct Location {
    std::string path;
    std::string vfs;
    int log_pages = 8000;
};

class Connection {
  public:
    enum class Role { kWriter, kReader };
    // The file must be there (it may be empty). Locks are waited for as long as `patience`. A writer's log is
    // copied by `copier`, which must outlive it.
    static Result<std::unique_ptr<Connection>> open(const Location& location, Role role,
                                                    std::chrono::seconds patience,
                                                    LogCopier* copier = nullptr);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<void> each(std::string_view sql, std::span<const Param> params, const Session::Each& row);
    Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params);
    bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    struct Statement {
        std::unique_ptr<sqlite3_stmt, Finalize> handle;
        std::vector<std::size_t> numbers;  // of the parameters, in SQLite's order: $2, $1 are 2, 1
        std::size_t highest = 0;           // of these
        bool counts = false;               // it inserts, updates or deletes
    };
    struct SqlHash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    Connection(Location location, std::chrono::seconds patience)
        : location_(std::move(location)), patience_(patience) {}
    static int on_busy(void* self, int times);
    static int on_commit(void* copier, sqlite3* db, const char* name, int pages);
    Result<void> configure(Role role);
    Result<void> pragma(const char* sql);
    Result<Statement*> prepare(std::string_view sql);
    Result<void> bind(const Statement& statement, std::string_view sql, std::span<const Param> params);
    Failure failed(int code, std::string_view sql) const;

    const Location location_;
    const std::chrono::seconds patience_;
    std::chrono::steady_clock::time_point busy_since_;
    FlushWatch watch_;
    sqlite3* db_ = nullptr;
    std::unordered_map<std::string, Statement, SqlHash, std::equal_to<>> statements_;
    bool inside_each_ = false;
};

}  // namespace comity::db::sqlite
