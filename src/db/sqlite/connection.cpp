#include "db/sqlite/connection.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <thread>

#include "db/params.h"
#include "db/sql_text.h"
#include "db/sqlite/dialect.h"
#include "db/sqlite/failure.h"
#include "db/sqlite/log_copier.h"

namespace comity::db::sqlite {
namespace {

// Statements are written in the program's text: there are some hundreds. More means that somebody builds them
// out of values, and then the oldest idea of a cache is to start again.
constexpr std::size_t kMaxStatements = 512;

class StatementRow final : public Row {
  public:
    explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}

    int columns() const override { return sqlite3_column_count(statement_); }
    Type type(int column) const override {
        switch (sqlite3_column_type(statement_, column)) {
            case SQLITE_INTEGER:
                return Type::kInteger;
            case SQLITE_FLOAT:
                return Type::kReal;
            case SQLITE_TEXT:
                return Type::kText;
            case SQLITE_BLOB:
                return Type::kBlob;
            default:
                return Type::kNull;
        }
    }
    bool null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::int64_t integer(int column) const override {
        sqlite3_value* value = value_of(column);
        return is_number(value) ? sqlite3_value_int64(value) : 0;
    }
    double real(int column) const override {
        sqlite3_value* value = value_of(column);
        return is_number(value) ? sqlite3_value_double(value) : 0;
    }
    std::string_view text(int column) const override { return as_text(blob(column)); }
    ByteView blob(int column) const override {
        sqlite3_value* value = value_of(column);
        const int own = sqlite3_value_type(value);
        if (own != SQLITE_TEXT && own != SQLITE_BLOB) return {};
        // Of a text this gives its UTF-8 bytes as they are.
        const void* bytes = sqlite3_value_blob(value);
        const int size = sqlite3_value_bytes(value);
        if (bytes == nullptr) return {};
        return {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)};
    }

  private:
    // Each sqlite3_column_...() looks the column up and takes the connection's mutex anew: a page has
    // thousands. There is no mutex to be protected by, one thread at a time uses the connection.
    sqlite3_value* value_of(int column) const { return sqlite3_column_value(statement_, column); }
    static bool is_number(sqlite3_value* value) {
        const int own = sqlite3_value_type(value);
        return own == SQLITE_INTEGER || own == SQLITE_FLOAT;
    }

    sqlite3_stmt* statement_;
};

// Ends a statement's run: it holds locks and a snapshot until then.
class Run {
  public:
    explicit Run(sqlite3_stmt* statement) : statement_(statement) {}
    ~Run() { sqlite3_reset(statement_); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

  private:
    sqlite3_stmt* statement_;
};

class Flag {
  public:
    explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
    ~Flag() { flag_ = false; }
    Flag(const Flag&) = delete;
    Flag& operator=(const Flag&) = delete;

  private:
    bool& flag_;
};

bool changes_rows(std::string_view sql) {
    const Token first = Tokens(sql).next();
    return first.is("INSERT") || first.is("UPDATE") || first.is("DELETE") || first.is("REPLACE") ||
           first.is("WITH");
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const Location& location, Role role,
                                                     std::chrono::seconds patience, LogCopier* copier) {
    std::unique_ptr<Connection> made(new Connection(location, patience));
    // No mutex of SQLite's own: one thread at a time uses a connection, the pool sees to it.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(location.path.c_str(), &made->db_, flags,
                                     location.vfs.empty() ? nullptr : location.vfs.c_str());
    if (code != SQLITE_OK) return made->failed(code, "open");
    COMITY_CHECK(made->configure(role));
    // In place of SQLite's own, which would copy inside the commit.
    if (copier != nullptr) sqlite3_wal_hook(made->db_, on_commit, copier);
    return made;
}

Connection::~Connection() {
    statements_.clear();
    // The last connection to go carries the write-ahead log over into the file; where it can't, the log
    // stays, and the next to open the file reads it.
    sqlite3_close(db_);
}

Result<void> Connection::configure(Role role) {
    // "x" is a name, never a text by mistake; and nothing that SQL says may write into the file's own
    // structures.
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_busy_handler(db_, on_busy, this);

    // Pages of 8 KiB: rows are some 700 bytes and mostly come at the end of a table, and one random key each
    // goes into an index; with batches of 256 to 4096 rows this was the quickest or close to it (4 KiB splits
    // more, 16 KiB writes more for each random key). The log is copied into the file every 8000 pages, 64
    // MiB (log_copier.h). A page of the index that ten batches touched goes into the file once; a quarter of
    // that made large batches a third slower, double made them a quarter quicker but doubles what a start
    // after a crash has to read. Nothing is mapped: where the disk fails, a mapped page is a SIGBUS and a
    // read one an error, and maps would count as resident memory, which a node is to have little of; the
    // kernel caches the file's pages anyway.

    // Turning WAL on, at the first open, takes a lock that SQLite asks for without patience.
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    for (;;) {
        auto done = role == Role::kWriter ? pragma("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL")
                                          : pragma("PRAGMA query_only = ON");
        if (done) break;
        const int code = sqlite3_errcode(db_) & 0xff;
        if (code != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) return done;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    COMITY_CHECK(pragma("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0"));
    if (const int code = watch_.begin(db_); code != SQLITE_OK) return failed(code, "watch");
    if (role == Role::kReader) return pragma("PRAGMA cache_size = -4096");
    return pragma("PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 0");
}

Result<void> Connection::pragma(const char* sql) {
    const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failed(code, sql);
    return {};
}

// SQLite's own handler sleeps up to 100 ms, in which two writers of equal zeal starve a third.
int Connection::on_busy(void* self, int times) {
    auto& connection = *static_cast<Connection*>(self);
    const auto now = std::chrono::steady_clock::now();
    if (times == 0) connection.busy_since_ = now;
    if (now - connection.busy_since_ >= connection.patience_) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(times + 1, 5)));
    return 1;
}

int Connection::on_commit(void* copier, sqlite3* db, const char* /*name*/, int pages) {
    static_cast<LogCopier*>(copier)->grown(db, pages);
    return SQLITE_OK;
}

Failure Connection::failed(int code, std::string_view sql) const {
    return failure(db_, code, location_.path, sql);
}

Result<Connection::Statement*> Connection::prepare(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return &found->second;
    if (statements_.size() >= kMaxStatements) statements_.clear();

    const std::string text = translate(sql);
    sqlite3_stmt* handle = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(db_, text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, &tail);
    Statement statement;
    statement.handle.reset(handle);
    if (code != SQLITE_OK) return failed(code, sql);
    const std::string_view rest(tail, static_cast<std::size_t>(text.data() + text.size() - tail));
    if (handle == nullptr || !split_statements(rest).empty()) {
        return internal(std::string(sql), "not exactly one statement");
    }
    for (int i = 1; i <= sqlite3_bind_parameter_count(handle); ++i) {
        const char* name = sqlite3_bind_parameter_name(handle, i);
        const std::string_view digits =
            name == nullptr ? std::string_view() : std::string_view(name).substr(1);
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (name == nullptr || name[0] != '$' || error != std::errc() ||
            end != digits.data() + digits.size() || number == 0) {
            return internal(std::string(sql), "a parameter that is not $1, $2, ...");
        }
        statement.numbers.push_back(number);
        statement.highest = std::max(statement.highest, number);
    }
    statement.counts = changes_rows(sql) && sqlite3_stmt_readonly(handle) == 0;
    return &statements_.emplace(std::string(sql), std::move(statement)).first->second;
}

Result<void> Connection::bind(const Statement& statement, std::string_view sql,
                              std::span<const Param> params) {
    if (statement.highest != params.size()) {
        return internal(std::string(sql),
                        fmt::format("{} parameters for ${}", params.size(), statement.highest));
    }
    sqlite3_stmt* handle = statement.handle.get();
    for (std::size_t i = 0; i < statement.numbers.size(); ++i) {
        const int place = static_cast<int>(i) + 1;
        const Param::Value& value = params[statement.numbers[i] - 1].value();
        int code = SQLITE_OK;
        // Empty texts and bytes have a pointer all the same: SQLite takes none for NULL.
        if (const auto* n = std::get_if<std::int64_t>(&value)) {
            code = sqlite3_bind_int64(handle, place, *n);
        } else if (const auto* text = std::get_if<std::string_view>(&value)) {
            code = sqlite3_bind_text64(handle, place, text->empty() ? "" : text->data(), text->size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
        } else if (const auto* bytes = std::get_if<ByteView>(&value)) {
            const void* start = bytes->empty() ? static_cast<const void*>("") : bytes->data();
            code = sqlite3_bind_blob64(handle, place, start, bytes->size(), SQLITE_STATIC);
        } else if (const auto* real = std::get_if<double>(&value)) {
            code = sqlite3_bind_double(handle, place, *real);
        } else {
            code = sqlite3_bind_null(handle, place);
        }
        if (code != SQLITE_OK) return failed(code, sql);
    }
    return {};
}

Result<void> Connection::each(std::string_view sql, std::span<const Param> params, const Session::Each& row) {
    if (inside_each_) return internal(std::string(sql), "a session used inside its own each()");
    COMITY_CHECK(check_params(params));
    COMITY_TRY(const Statement* statement, prepare(sql));
    COMITY_CHECK(bind(*statement, sql, params));
    const Flag flag(inside_each_);
    const Run run(statement->handle.get());
    const StatementRow view(statement->handle.get());
    for (;;) {
        const int code = sqlite3_step(statement->handle.get());
        if (code == SQLITE_DONE) return {};
        if (code != SQLITE_ROW) return failed(code, sql);
        if (!row(view)) return {};
    }
}

Result<std::int64_t> Connection::execute(std::string_view sql, std::span<const Param> params) {
    if (inside_each_) return internal(std::string(sql), "a session used inside its own each()");
    COMITY_CHECK(check_params(params));
    COMITY_TRY(const Statement* statement, prepare(sql));
    COMITY_CHECK(bind(*statement, sql, params));
    const Run run(statement->handle.get());
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement->handle.get());
    if (code != SQLITE_DONE) return failed(code, sql);
    return statement->counts ? sqlite3_changes64(db_) : 0;
}

}  // namespace comity::db::sqlite
