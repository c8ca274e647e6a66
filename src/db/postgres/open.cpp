// The PostgreSQL database: one connection that writes when it is this node's turn, a few that read.
#include "db/postgres/open.h"

#include <fmt/format.h>
#include <algorithm>

#include "db/pool.h"
#include "db/postgres/connection.h"
#include "db/standing.h"

namespace comity::db::postgres {
namespace {

using Connections = Pool<Connection>;

// Writers of all nodes on one database take this advisory lock: "comity" in ASCII, so that it is nobody
// else's.
constexpr std::int64_t kWritersLock = 0x636f6d697479;

// How long a commit may take, in turns of a writer's patience: fsync on a busy disk, or a standby far away.
constexpr int kCommitPatience = 3;

std::string savepoint_name(int depth) {
    return fmt::format("s{}", depth);
}

class WriteTransaction final : public Transaction {
  public:
    WriteTransaction(Connections& pool, std::unique_ptr<Connection> connection, std::chrono::seconds patience)
        : pool_(pool), connection_(std::move(connection)), patience_(patience) {}
    ~WriteTransaction() override {
        if (!standing_.ended() && !standing_.dead()) {
            static_cast<void>(connection_->finish());  // what is queued still
            static_cast<void>(connection_->execute("ROLLBACK", {}));
        }
        const bool fit = !standing_.dead() && !connection_->broken() && !connection_->in_transaction();
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
        COMITY_CHECK(standing_.usable());
        return standing_.note(connection_->send(sql, params));
    }
    Result<void> commit() override {
        COMITY_CHECK(standing_.usable());
        // Goes out with what is queued: where that fails the server skips the commit.
        COMITY_CHECK(standing_.note(connection_->commit(patience_)));
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
        if (!standing_.dead())
            static_cast<void>(standing_.note(connection_->finish()));  // what is queued is undone too
        COMITY_CHECK(standing_.may_go_back());
        const std::string name = savepoint_name(standing_.depth());
        COMITY_CHECK(standing_.note(connection_->send("ROLLBACK TO " + name, {})));
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
        COMITY_CHECK(standing_.note(connection_->execute(sql, {})));
        return {};
    }

    Connections& pool_;
    std::unique_ptr<Connection> connection_;
    const std::chrono::seconds patience_;  // with a commit
    Standing standing_;
};

// Opens a connection again where it was lost.
using Reopen = std::function<Result<std::unique_ptr<Connection>>()>;

class ReadSession final : public Session {
  public:
    ReadSession(Connections& pool, std::unique_ptr<Connection> connection, Reopen reopen)
        : pool_(pool), connection_(std::move(connection)), reopen_(std::move(reopen)) {}
    ~ReadSession() override {
        if (connection_ && connection_->broken()) connection_.reset();
        pool_.give(std::move(connection_));
    }

    Result<void> each(std::string_view sql, std::span<const Param> params, const Each& row) override {
        bool begun = false;
        const Each noting = [&](const Row& found) {
            begun = true;
            return row(found);
        };
        return persistently([&] { return connection_->each(sql, params, noting); }, begun);
    }
    Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params) override {
        return persistently([&] { return connection_->execute(sql, params); }, false);
    }

  private:
    // A connection that lay in the pool may have been lost long ago: then a query is made again, once, on a
    // new one.
    template <typename Query>
    auto persistently(const Query& query, const bool& begun) -> decltype(query()) {
        const bool fresh = !connection_ || connection_->broken();
        if (fresh) {
            COMITY_TRY(connection_, reopen_());
        }
        auto result = query();
        if (result || fresh || begun || !connection_->broken()) return result;
        COMITY_TRY(connection_, reopen_());
        return query();
    }

    Connections& pool_;
    std::unique_ptr<Connection> connection_;  // none where it was lost and could not be opened again
    const Reopen reopen_;
};

class Snapshot final : public Session {
  public:
    Snapshot(Connections& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Snapshot() override {
        if (!connection_->broken()) static_cast<void>(connection_->execute("ROLLBACK", {}));
        if (connection_->broken() || connection_->in_transaction()) connection_.reset();
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

  private:
    Connections& pool_;
    std::unique_ptr<Connection> connection_;
    Standing standing_;
};

class PostgresDatabase final : public Database {
  public:
    explicit PostgresDatabase(const Options& options)
        : url_(options.url), patience_(options.busy_seconds), writers_(1), readers_(options.readers) {}

    // Finds out at once whether it can be reached.
    Result<void> start() {
        writers_.take();
        auto connection = Connection::open(url_, Connection::Role::kWriter, patience_);
        if (connection) server_ = (*connection)->server();
        writers_.give(connection ? std::move(*connection) : nullptr);
        if (!connection) return std::unexpected(std::move(connection).error());
        return {};
    }

    Result<std::unique_ptr<Transaction>> begin() override {
        auto slot = writers_.take_within(patience_);
        if (!slot)
            return unavailable(server_, fmt::format("no turn to write within {} s", patience_.count()),
                               "try again");
        COMITY_TRY(auto connection, begun(writers_, std::move(*slot), Connection::Role::kWriter,
                                          [this](Connection& made) { return begin_writing(made); }));
        const auto patience = kCommitPatience * std::max(patience_, std::chrono::seconds(1));
        return std::make_unique<WriteTransaction>(writers_, std::move(connection), patience);
    }
    Result<std::unique_ptr<Session>> reader() override {
        return std::make_unique<ReadSession>(readers_, readers_.take(), [this] {
            return Connection::open(url_, Connection::Role::kReader, patience_);
        });
    }
    Result<std::unique_ptr<Session>> snapshot() override {
        COMITY_TRY(auto connection,
                   begun(readers_, readers_.take(), Connection::Role::kReader, [](Connection& made) {
                       return made.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", {});
                   }));
        return std::make_unique<Snapshot>(readers_, std::move(connection));
    }
    std::unique_ptr<Session> reader_at_once() override { return nullptr; }
    Engine engine() const override { return Engine::kPostgresql; }

  private:
    // One round trip. READ COMMITTED: each statement sees what is committed when it starts, so what the
    // writer before wrote is seen by all that come after the lock; and while it is held nobody else commits.
    Result<std::int64_t> begin_writing(Connection& connection) const {
        // 0 would be for ever.
        const auto patience = std::max(std::chrono::milliseconds(patience_), std::chrono::milliseconds(1));
        const std::string timeout = fmt::format("{}ms", patience.count());
        const Param set[] = {Param(timeout)};
        const Param lock[] = {Param(kWritersLock)};
        COMITY_CHECK(connection.send("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", {}));
        COMITY_CHECK(connection.send("SELECT set_config('lock_timeout', $1, true)", set));
        COMITY_CHECK(connection.send("SELECT pg_advisory_xact_lock($1)", lock));
        return connection.finish();
    }

    // Begins a transaction on a connection out of the pool, or, where there is none or it was lost while it
    // lay there, on a new one. Gives the slot back where it can't.
    template <typename Begin>
    Result<std::unique_ptr<Connection>> begun(Connections& pool, std::unique_ptr<Connection> connection,
                                              Connection::Role role, const Begin& begin_on) {
        for (;;) {
            const bool fresh = !connection;
            if (fresh) {
                auto opened = Connection::open(url_, role, patience_);
                if (!opened) {
                    pool.give(nullptr);
                    return std::unexpected(std::move(opened).error());
                }
                connection = *std::move(opened);
            }
            auto done = begin_on(*connection);
            if (done) return connection;
            const bool was_lost = connection->broken();
            connection.reset();
            if (fresh || !was_lost) {
                pool.give(nullptr);
                return std::unexpected(std::move(done).error());
            }
        }
    }

    const std::string url_;
    const std::chrono::seconds patience_;
    std::string server_ = "postgresql";
    Connections writers_;
    Connections readers_;
};

}  // namespace

Result<std::unique_ptr<Database>> open(const Options& options) {
    auto database = std::make_unique<PostgresDatabase>(options);
    COMITY_CHECK(database->start());
    return database;
}

}  // namespace comity::db::postgres
