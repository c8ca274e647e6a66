// One small SQL interface over the two engines, SQLite (embedded) and PostgreSQL. SQL is written once, in the
// subset that both take:
//   - parameters are $1, $2, ... (each may be used more than once);
//   - column types are INTEGER (64 bit), TEXT (compared by bytes), BLOB and REAL; a table's primary key of
//   one INTEGER
//     column is given by the writer, never generated; no other engine's types, no AUTOINCREMENT, no STRICT
//     (the engine adds what makes it strict and translates the types); WITHOUT ROWID may be written,
//     PostgreSQL does without it;
//   - types in CAST(x AS INTEGER) are the same words; truth in a condition is written out (flag <> 0); a
//   parameter whose
//     type the context does not tell and that may be NULL is cast: CAST($1 AS TEXT) IS NULL;
//   - one statement a call;
//   - upserts by ON CONFLICT ... DO NOTHING | DO UPDATE SET x = excluded.x; RETURNING works; no PRAGMA, no
//   vendor functions.
//
//     COMITY_TRY(auto db, db::Database::open({.url = "sqlite:/var/lib/comity/comity.db"}));
//     COMITY_TRY(auto tx, db->begin());
//     COMITY_CHECK(tx->run("INSERT INTO t(id, name) VALUES($1, $2)", 7, "seven"));
//     COMITY_CHECK(tx->commit());                        // on disk when it returns
//     COMITY_TRY(auto reader, db->reader());
//     COMITY_CHECK(reader->each("SELECT id, name FROM t WHERE id > $1 ORDER BY id", {0}, [&](const db::Row&
//     row) {
//         ... row.integer(0), row.text(1) ...; return true;     // false: enough
//     }));
//
// Errors: kInvalid (a text that is not UTF-8 or holds NUL, a number that is not one: PostgreSQL can't keep
// them, so neither engine takes them), kTooLarge (more than the engine keeps in a value), kUnavailable (disk
// full, I/O error, connection lost, database busy for too long), kConflict (a constraint is violated: `where`
// names it as far as the engine does), kCorrupt (SQLite says the file is), kInternal (bad SQL). Nothing
// throws. After an error from any call of a transaction or snapshot it has failed, on both engines alike:
// each further call gives that error again, commit() too (nothing is written), until rollback_to_savepoint()
// goes back to before it. After kUnavailable or kCorrupt it is dead: only its destructor may follow; the
// database itself recovers on the next begin() (reconnects, reopens) as soon as the cause is gone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

namespace comity::db {

// What a parameter can be. Texts and bytes are referred to, not copied: they must outlive the call.
class Param {
  public:
    Param(std::nullptr_t) : value_(nullptr) {}
    Param(std::int64_t n) : value_(n) {}
    Param(int n) : value_(std::int64_t{n}) {}
    Param(unsigned n) : value_(std::int64_t{n}) {}
    Param(std::uint64_t n) : value_(static_cast<std::int64_t>(n)) {}
    Param(bool b) : value_(std::int64_t{b}) {}
    Param(double d) : value_(d) {}
    Param(std::string_view text) : value_(text) {}
    Param(const std::string& text) : value_(std::string_view(text)) {}
    Param(const char* text) : value_(std::string_view(text)) {}
    Param(ByteView bytes) : value_(bytes) {}
    Param(const Bytes& bytes) : value_(ByteView(bytes)) {}
    Param(const Digest& digest) : value_(digest.view()) {}
    template <typename T>
    Param(const std::optional<T>& maybe) : Param(maybe ? Param(*maybe) : Param(nullptr)) {}

    using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, ByteView>;
    const Value& value() const { return value_; }

  private:
    Value value_;
};

// One row of an answer, valid only during the callback. Columns count from 0; reading a NULL gives 0, "" or
// nothing, and so does reading a number as text or bytes or these as a number. (INTEGER and REAL read each
// other, and so do TEXT and BLOB.)
class Row {
  public:
    virtual ~Row() = default;
    enum class Type { kNull, kInteger, kReal, kText, kBlob };
    virtual int columns() const = 0;
    virtual Type type(int column) const = 0;  // of the value; a truth value or a sum of INTEGERs is one
    virtual bool null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual ByteView blob(int column) const = 0;
    Digest digest(int column) const;  // of a BLOB of 32 bytes; all zero otherwise
};

// Runs SQL on one connection. Not thread-safe: one thread at a time. Statements are prepared once and kept.
class Session {
  public:
    virtual ~Session() = default;

    using Each = std::function<bool(const Row&)>;
    // Calls back for each row until it returns false. Rows stream: a long answer is not held in memory, one
    // cut short may still be received to its end (say LIMIT). The callback must not use this session:
    // kInternal.
    virtual Result<void> each(std::string_view sql, std::span<const Param> params, const Each& row) = 0;
    Result<void> each(std::string_view sql, std::initializer_list<Param> params, const Each& row) {
        return each(sql, std::span<const Param>(params.begin(), params.size()), row);
    }
    // Returns how many rows were inserted, updated or deleted (by the statement itself, not what cascades
    // from it).
    virtual Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params) = 0;

    template <typename... P>
    Result<std::int64_t> run(std::string_view sql, const P&... params) {
        if constexpr (sizeof...(params) == 0) {
            return execute(sql, {});
        } else {
            const Param list[] = {Param(params)...};
            return execute(sql, list);
        }
    }
    // The first row's first column; nothing where there is no row or it is NULL.
    Result<std::optional<std::int64_t>> integer(std::string_view sql,
                                                std::initializer_list<Param> params = {});
    Result<std::optional<std::string>> text(std::string_view sql, std::initializer_list<Param> params = {});
    Result<std::optional<Bytes>> blob(std::string_view sql, std::initializer_list<Param> params = {});
};

// A writing transaction: sees and makes a consistent state; rolled back where it goes without commit().
// SQLite: BEGIN IMMEDIATE. PostgreSQL: a transaction that holds the writers' advisory lock, so that on both
// engines writers of all processes stand in one line.
class Transaction : public Session {
  public:
    // execute() whose count nobody needs, so that many can be under way at once: it may be done later, at the
    // next call of anything else here, and that call reports its error. PostgreSQL sends it without waiting
    // for an answer (a round trip less each); SQLite does it at once. Params are copied where they are needed
    // longer than the call.
    virtual Result<void> enqueue(std::string_view sql, std::span<const Param> params) = 0;
    template <typename... P>
    Result<void> queue(std::string_view sql, const P&... params) {
        if constexpr (sizeof...(params) == 0) {
            return enqueue(sql, {});
        } else {
            const Param list[] = {Param(params)...};
            return enqueue(sql, list);
        }
    }

    // Durable when it returns success. On kUnavailable it is unknown whether it was written until the
    // database is asked again.
    virtual Result<void> commit() = 0;
    // Savepoints, nested like brackets: each is ended by one release_savepoint() (keep what came since) or
    // one rollback_to_savepoint() (undo it, failures too, without losing the transaction).
    virtual Result<void> savepoint() = 0;
    virtual Result<void> rollback_to_savepoint() = 0;
    virtual Result<void> release_savepoint() = 0;
};

struct Options {
    std::string
        url;  // "sqlite:PATH", "sqlite:PATH?vfs=NAME" or "postgresql://..." (a libpq connection string)
    std::size_t readers = 4;  // reading connections kept open at the most; at least one
    int busy_seconds = 10;    // how long a writer waits for its turn
};

class Database {
  public:
    // kInvalid for another kind of URL; kUnavailable or kCorrupt where it can't be opened. SQLite makes the
    // file where there is none, readable by its owner only.
    static Result<std::unique_ptr<Database>> open(const Options& options);
    virtual ~Database() = default;

    // Waits for its turn as the only writer, also against other processes; kUnavailable after busy_seconds.
    // Thread-safe; the transaction may end on another thread, before the database does.
    virtual Result<std::unique_ptr<Transaction>> begin() = 0;
    // A reading session out of the pool, given back when it goes; each query sees what is committed at its
    // start. Thread-safe; waits while all are out.
    virtual Result<std::unique_ptr<Session>> reader() = 0;
    // The same, but all its queries see one state: that of the first.
    virtual Result<std::unique_ptr<Session>> snapshot() = 0;
    // As reader(), for a thread that may wait for nobody: null where the engine is elsewhere (PostgreSQL) or
    // all such sessions are out, and where a query would have to wait for a lock it is kUnavailable at once.
    // For a row or two by their keys.
    virtual std::unique_ptr<Session> reader_at_once() = 0;

    enum class Engine { kSqlite, kPostgresql };
    virtual Engine engine() const = 0;
};

}  // namespace comity::db
