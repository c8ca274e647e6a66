// The SQLite database: one connection that writes, a few that read. The write-ahead log lets readers go on
// while the writer writes, each with the state it began with.
#include "db/sqlite/open.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "db/pool.h"
#include "db/sqlite/connection.h"
#include "db/sqlite/log_copier.h"
#include "db/standing.h"

namespace comity::db::sqlite {
namespace {

using Connections = Pool<Connection>;

// That answer at once: about as many as there are threads that may not wait.
constexpr std::size_t kHastyReaders = 4;

// SQLite would make the file readable by everybody; what it adds beside it (-wal, -shm) gets the file's own
// permissions.
Result<void> make_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        const int cause = errno;
        if (cause == ENOSPC)
            return unavailable(path, "the disk is full", "free space on the file system that holds it");
        return unavailable(path, fmt::format("can't be opened ({})", std::strerror(cause)),
                           "check that folder and file are readable and writable");
    }
    ::close(file);
    return {};
}

// Nobody asks how much memory SQLite has, and to keep count it takes a mutex of the whole process at every
// allocation. Where somebody else has SQLite running in this process already it stays as it is.
void keep_no_count_of_memory() {
    static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(done);
}

std::string savepoint_name(int depth) {
    return fmt::format("s{}", depth);
}

// The writer's connection while a transaction is under way.
class WriteTransaction final : public Transaction {
  public:
    WriteTransaction(Connections& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~WriteTransaction() override {
        if (!standing_.ended() && !standing_.dead() && connection_->in_transaction()) {
            // It is over either way: a failure shows in the next begin().
            static_cast<void>(standing_.note(connection_->execute("ROLLBACK", {})));
        }
        // After an I/O error the connection goes too, and the next begin() opens another. Where fsync failed,
        // the kernel may have thrown the pages away and call them clean, so nothing in memory that says "this
        // is in the file" can be believed any more; neither can another fsync, which would succeed without
        // having written them. The file can: SQLite counts the frames of a commit only when they are flushed,
        // so those of the failed one lie behind the log's end and are overwritten (dirty pages again, flushed
        // again) by the next; and pages whose copying into the file was not flushed stay in the log and are
        // copied again by the next checkpoint (flush_watch.h).
        const bool fit = !standing_.dead() && !connection_->in_transaction();
        if (!fit) connection_.reset();
        pool_.give(std::move(connection_));
    }

    Result<void> each(std::string_view sql, std::span<const Param> params, const Each& row) override {
        COMITY_CHECK(standing_.usable());
        return standing_.note(connection_->each(sql, params, row));
    }
    Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params) override {
        COMITY_CHECK(standing_.usable());
        return standing_.note(connection_->execute(sql, params));
    }
    Result<void> enqueue(std::string_view sql, std::span<const Param> params) override {
        COMITY_CHECK(execute(sql, params));
        return {};
    }
    Result<void> commit() override {
        COMITY_CHECK(standing_.usable());
        COMITY_CHECK(control("COMMIT"));
        standing_.end();
        return {};
    }
    Result<void> savepoint() override {
        COMITY_CHECK(standing_.usable());
        COMITY_CHECK(control("SAVEPOINT " + savepoint_name(standing_.depth() + 1)));
        standing_.enter();
        return {};
    }
    Result<void> rollback_to_savepoint() override {
        COMITY_CHECK(standing_.may_go_back());
        const std::string name = savepoint_name(standing_.depth());
        COMITY_CHECK(control("ROLLBACK TO " + name));
        COMITY_CHECK(control("RELEASE " + name));
        standing_.went_back();
        return {};
    }
    Result<void> release_savepoint() override {
        COMITY_CHECK(standing_.usable());
        if (standing_.depth() == 0) return internal("transaction", "no savepoint to release");
        COMITY_CHECK(control("RELEASE " + savepoint_name(standing_.depth())));
        standing_.leave();
        return {};
    }

  private:
    Result<void> control(std::string_view sql) {
        if (auto done = standing_.note(connection_->execute(sql, {})); !done) {
            return std::unexpected(std::move(done).error());
        }
        return {};
    }

    Connections& pool_;
    std::unique_ptr<Connection> connection_;
    Standing standing_;
};

class ReadSession final : public Session {
  public:
    ReadSession(Connections& pool, std::unique_ptr<Connection> connection, bool snapshot)
        : pool_(pool), connection_(std::move(connection)), snapshot_(snapshot) {}
    ~ReadSession() override {
        if (!broken_ && connection_->in_transaction()) broken_ = !connection_->execute("ROLLBACK", {});
        if (broken_) connection_.reset();
        pool_.give(std::move(connection_));
    }

    Result<void> each(std::string_view sql, std::span<const Param> params, const Each& row) override {
        COMITY_CHECK(standing_.usable());
        return judged(connection_->each(sql, params, row));
    }
    Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params) override {
        COMITY_CHECK(standing_.usable());
        return judged(connection_->execute(sql, params));
    }

  private:
    template <typename T>
    Result<T> judged(Result<T> result) {
        if (result) return result;
        const ErrorKind kind = result.error().kind;
        if (kind == ErrorKind::kUnavailable || kind == ErrorKind::kCorrupt) broken_ = true;
        return snapshot_ ? standing_.note(std::move(result)) : std::move(result);
    }

    Connections& pool_;
    std::unique_ptr<Connection> connection_;
    const bool snapshot_;
    bool broken_ = false;
    Standing standing_;
};

class SqliteDatabase final : public Database {
  public:
    SqliteDatabase(Location location, const Options& options)
        : location_(std::move(location)),
          patience_(options.busy_seconds),
          copier_(location_, patience_),
          writers_(1),
          readers_(options.readers),
          hasty_readers_(kHastyReaders) {}

    // Finds out at once whether the file can be used, and makes it where there is none.
    Result<void> start() {
        COMITY_CHECK(make_private(location_.path));
        COMITY_TRY(auto writer, Connection::open(location_, Connection::Role::kWriter, patience_, &copier_));
        writers_.take();
        writers_.give(std::move(writer));
        COMITY_TRY(anchor_, Connection::open(location_, Connection::Role::kReader, patience_));
        return anchor_->each("SELECT count(*) FROM sqlite_schema", {}, [](const Row&) { return true; });
    }

    Result<std::unique_ptr<Transaction>> begin() override {
        auto slot = writers_.take_within(patience_);
        if (!slot) {
            return unavailable(location_.path, fmt::format("no turn to write within {} s", patience_.count()),
                               "try again");
        }
        std::unique_ptr<Connection> connection = std::move(*slot);
        if (!connection) {
            auto opened = Connection::open(location_, Connection::Role::kWriter, patience_, &copier_);
            if (!opened) {
                writers_.give(nullptr);
                return std::unexpected(std::move(opened).error());
            }
            connection = *std::move(opened);
        }
        if (auto begun = connection->execute("BEGIN IMMEDIATE", {}); !begun) {
            // Nothing is lost by opening it anew, whatever was wrong.
            connection.reset();
            writers_.give(nullptr);
            return std::unexpected(std::move(begun).error());
        }
        return std::make_unique<WriteTransaction>(writers_, std::move(connection));
    }
    Result<std::unique_ptr<Session>> reader() override { return read(false); }
    Result<std::unique_ptr<Session>> snapshot() override { return read(true); }
    std::unique_ptr<Session> reader_at_once() override {
        auto slot = hasty_readers_.take_at_once();
        if (!slot) return nullptr;
        std::unique_ptr<Connection> connection = *std::move(slot);
        if (!connection) {
            // It waits for no lock, neither now nor later.
            auto opened =
                Connection::open(location_, Connection::Role::kReader, std::chrono::seconds::zero());
            if (!opened) {
                hasty_readers_.give(nullptr);
                return nullptr;
            }
            connection = *std::move(opened);
        }
        return std::make_unique<ReadSession>(hasty_readers_, std::move(connection), false);
    }
    Engine engine() const override { return Engine::kSqlite; }

  private:
    Result<std::unique_ptr<Session>> read(bool snapshot) {
        std::unique_ptr<Connection> connection = readers_.take();
        if (!connection) {
            auto opened = Connection::open(location_, Connection::Role::kReader, patience_);
            if (!opened) {
                readers_.give(nullptr);
                return std::unexpected(std::move(opened).error());
            }
            connection = *std::move(opened);
        }
        if (snapshot) {
            // A plain BEGIN: the state is taken at the first query.
            if (auto begun = connection->execute("BEGIN", {}); !begun) {
                connection.reset();
                readers_.give(nullptr);
                return std::unexpected(std::move(begun).error());
            }
        }
        return std::make_unique<ReadSession>(readers_, std::move(connection), snapshot);
    }

    const Location location_;
    const std::chrono::seconds patience_;
    LogCopier copier_;
    // Has read once and is not used again. The last connection to go would take the log and its index with
    // it, and on a full disk no reader could make them anew: while this one is open, readers can always come.
    std::unique_ptr<Connection> anchor_;
    Connections writers_;  // one: SQLite has room for one writer, and so has the line before it
    Connections readers_;
    Connections hasty_readers_;
};

// "sqlite:PATH", of tests also "sqlite:PATH?vfs=NAME" and "sqlite:PATH?pages=NUMBER".
Result<Location> parse(std::string_view url) {
    url.remove_prefix(std::string_view("sqlite:").size());
    Location location;
    if (const std::size_t question = url.find('?'); question != std::string_view::npos) {
        for (std::string_view rest = url.substr(question + 1); !rest.empty();) {
            const std::string_view setting = rest.substr(0, rest.find('&'));
            rest.remove_prefix(std::min(rest.size(), setting.size() + 1));
            const char* const end = setting.data() + setting.size();
            if (setting.starts_with("vfs=")) {
                location.vfs = setting.substr(4);
            } else if (!setting.starts_with("pages=") ||
                       std::from_chars(setting.data() + 6, end, location.log_pages).ptr != end) {
                return invalid("database url", fmt::format("sqlite knows no \"{}\"", setting),
                               "write sqlite:PATH");
            }
        }
        url = url.substr(0, question);
        if (!location.vfs.empty() && sqlite3_vfs_find(location.vfs.c_str()) == nullptr) {
            return invalid("database url", fmt::format("no such vfs: {}", location.vfs), "write sqlite:PATH");
        }
    }
    if (url.empty() || url == ":memory:") {
        return invalid("database url", "sqlite needs a file: what is in memory only would not be durable",
                       "write sqlite:/path/to/comity.db");
    }
    location.path = url;
    return location;
}

}  // namespace

Result<std::unique_ptr<Database>> open(const Options& options) {
    keep_no_count_of_memory();
    COMITY_TRY(Location location, parse(options.url));
    auto database = std::make_unique<SqliteDatabase>(std::move(location), options);
    COMITY_CHECK(database->start());
    return database;
}

}  // namespace comity::db::sqlite
