// One connection to PostgreSQL, its prepared statements and what is under way on it. Not thread-safe.
//
// It is in libpq's pipeline mode all the time: send() hands a statement over without waiting, finish() waits
// for the answers of all that were sent. After one that fails the server skips the rest, up to finish().
#pragma once

#include <libpq-fe.h>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "db/database.h"

namespace comity::db::postgres {

class Connection {
  public:
    enum class Role { kWriter, kReader };
    static Result<std::unique_ptr<Connection>> open(const std::string& url, Role role,
                                                    std::chrono::seconds patience);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<void> send(std::string_view sql, std::span<const Param> params);
    // The first error of what was sent. Otherwise: calls `row`, where given, for the last statement's rows
    // until it returns false, and returns how many rows that statement changed.
    Result<std::int64_t> finish(const Session::Each* row = nullptr) { return finish(row, std::nullopt); }

    // Both in one.
    Result<void> each(std::string_view sql, std::span<const Param> params, const Session::Each& row);
    Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params);

    // COMMIT, with what was sent before it. A primary answers when its synchronous standbys have it too,
    // where it has any: that may be never. kUnavailable after `patience`, the connection broken; and where
    // the server gave up that wait and answered all the same.
    Result<void> commit(std::chrono::seconds patience);

    bool broken() const { return broken_; }                // not to be used any more
    bool in_transaction() const;                           // as the server says
    const std::string& server() const { return server_; }  // "host:port/database", for messages

  private:
    struct Close {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using ResultPointer = std::unique_ptr<PGresult, Clear>;

    // A statement as it was prepared for parameters of some types. There are several of one SQL text where a
    // parameter is NULL at first and the server had to guess, or where it is now text, now bytes.
    struct Prepared {
        std::string name;
        std::vector<Oid> types;
        bool failed = false;
    };
    struct Statement {
        std::string translated;
        std::vector<std::unique_ptr<Prepared>> prepared;
    };
    struct UnderWay {
        enum class Step { kPrepare, kDescribe, kRun };
        Step step;
        Prepared* prepared;
        const std::string* sql;  // a key of statements_
    };
    struct SqlHash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    using Deadline = std::optional<std::chrono::steady_clock::time_point>;

    Connection() = default;
    Result<void> configure(Role role, std::chrono::seconds patience);
    Result<void> wait_for_standbys(std::chrono::seconds patience);
    Result<std::int64_t> finish(const Session::Each* row, Deadline deadline);
    bool answered_by(Deadline deadline);
    Result<Prepared*> prepare(Statement& statement, const std::string& sql, std::span<const Param> params);
    Result<void> forget_statements();
    Result<std::int64_t> receive(const UnderWay& item, const Session::Each* row, Deadline deadline);
    Failure connection_lost();

    std::unique_ptr<PGconn, Close> connection_;
    std::string server_;
    std::unordered_map<std::string, Statement, SqlHash, std::equal_to<>> statements_;
    std::size_t prepared_count_ = 0;
    std::uint64_t last_name_ = 0;
    std::vector<UnderWay> under_way_;
    bool inside_each_ = false;
    bool broken_ = false;
    bool overdue_ = false;      // an answer did not come in time: it may come yet, and is nobody's
    bool unconfirmed_ = false;  // the server gave up waiting for its standbys
};

}  // namespace comity::db::postgres
