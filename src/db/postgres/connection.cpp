#include "db/postgres/connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "db/params.h"
#include "db/postgres/dialect.h"
#include "db/postgres/failure.h"
#include "db/postgres/values.h"

namespace comity::db::postgres {
namespace {

// Statements are written in the program's text: there are some hundreds. More means that somebody builds them
// out of values.
constexpr std::size_t kMaxPrepared = 512;

// Answers wait in the sockets and in libpq until finish(): no more of them than this.
constexpr std::size_t kMaxUnderWay = 4096;

std::string server_name(const PGconn* connection) {
    const auto text = [](const char* s) { return std::string_view(s == nullptr ? "" : s); };
    return fmt::format("postgresql {}:{}/{}", text(PQhost(connection)), text(PQport(connection)),
                       text(PQdb(connection)));
}

bool fits(const std::vector<Oid>& types, std::span<const Param> params) {
    return std::ranges::equal(types, params, [](Oid type, const Param& param) {
        const Oid wanted = type_of(param);
        return wanted == kInferred || wanted == type;
    });
}

// Whether the notice says that a commit was answered though the standbys had not confirmed it: somebody
// cancelled the wait. By where it comes from, as its words are in the server's language.
bool says_unconfirmed(const PGresult* notice) {
    const char* function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
    return function != nullptr && std::string_view(function) == "SyncRepWaitForLSN";
}

Error unconfirmed(std::string_view server) {
    return {ErrorKind::kUnavailable, std::string(server),
            "no standby has confirmed what was written: it is on the primary's disk alone",
            "see pg_stat_replication there (Patroni: patronictl list); try again when a standby is back"};
}

std::int64_t changed_rows(PGresult* result) {
    const std::string_view status = PQcmdStatus(result);
    if (!status.starts_with("INSERT") && !status.starts_with("UPDATE") && !status.starts_with("DELETE"))
        return 0;
    const std::string_view digits = PQcmdTuples(result);
    std::int64_t count = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return count;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::string& url, Role role,
                                                     std::chrono::seconds patience) {
    std::unique_ptr<Connection> made(new Connection);
    const std::string seconds = std::to_string(std::max<std::int64_t>(patience.count(), 2));
    // What stands before dbname the URL may say otherwise. A server that vanishes without a word is noticed
    // in half a minute.
    const char* names[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                           "keepalives_count", "tcp_user_timeout", "application_name",
                           "dbname",           "client_encoding",  nullptr};
    const char* values[] = {seconds.c_str(), "15", "5", "3", "30000", "comity", url.c_str(), "UTF8", nullptr};
    made->connection_.reset(PQconnectdbParams(names, values, 1));
    PGconn* connection = made->connection_.get();
    if (connection == nullptr) return unavailable("postgresql", "out of memory");
    made->server_ = server_name(connection);
    if (PQstatus(connection) != CONNECTION_OK)
        return Failure(lost(made->server_, PQerrorMessage(connection)));
    PQsetNoticeReceiver(
        connection,
        [](void* self, const PGresult* notice) {
            if (says_unconfirmed(notice)) static_cast<Connection*>(self)->unconfirmed_ = true;
        },
        made.get());
    COMITY_CHECK(made->configure(role, patience));
    if (PQenterPipelineMode(connection) == 0) return made->connection_lost();
    return made;
}

Result<void> Connection::configure(Role role, std::chrono::seconds patience) {
    // Commits are durable whatever the server's default is, at its synchronous standbys too where it has any
    // (a stronger one stays). A node that vanishes while it is the writer is noticed by the server in half a
    // minute, and the next one has its turn.
    const char* sql =
        "SELECT current_setting('server_encoding'), current_setting('synchronous_standby_names', true),"
        " CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')"
        " THEN set_config('synchronous_commit', 'on', false) END,"
        " set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false),"
        " set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '30000', false)";
    const ResultPointer settings(PQexec(connection_.get(), sql));
    if (PQresultStatus(settings.get()) != PGRES_TUPLES_OK)
        return Failure(failure(settings.get(), server_, sql));
    if (std::string_view(PQgetvalue(settings.get(), 0, 0)) != "UTF8") {
        return invalid(server_, "the database's encoding is not UTF8", "create it with ENCODING 'UTF8'");
    }
    if (PQgetlength(settings.get(), 0, 1) > 0) COMITY_CHECK(wait_for_standbys(patience));
    if (role == Role::kReader) {
        const char* read_only = "SET default_transaction_read_only = on";
        const ResultPointer done(PQexec(connection_.get(), read_only));
        if (PQresultStatus(done.get()) != PGRES_COMMAND_OK)
            return Failure(failure(done.get(), server_, read_only));
    }
    return {};
}

// A primary that crashed in the middle of a commit shows it when it has come up again, whether a standby has
// it or not. Who saw it then, and told others, would be a liar if the primary's disk went now and the standby
// took over. Crashes end all connections; so a new one first writes something of its own, whose commit the
// standbys confirm after all that came before.
Result<void> Connection::wait_for_standbys(std::chrono::seconds patience) {
    PGconn* connection = connection_.get();
    const char* sql = "SELECT pg_logical_emit_message(true, 'comity', '')";
    if (PQsendQuery(connection, sql) == 0) return connection_lost();
    const auto longest = std::max(patience, std::chrono::seconds(1));
    if (!answered_by(std::chrono::steady_clock::now() + longest)) {
        // It is nobody's loss, and would stay on the server until a standby comes. (No statement_timeout does
        // this: it does not count while a commit waits.)
        if (PGcancel* const cancel = PQgetCancel(connection)) {
            char why[256];
            PQcancel(cancel, why, sizeof why);
            PQfreeCancel(cancel);
        }
        return Failure(unconfirmed(server_));
    }
    Result<void> outcome;
    while (const ResultPointer done{PQgetResult(connection)}) {
        if (PQresultStatus(done.get()) != PGRES_TUPLES_OK && outcome)
            outcome = Failure(failure(done.get(), server_, sql));
        if (PQstatus(connection) == CONNECTION_BAD) break;
    }
    if (outcome && unconfirmed_) return Failure(unconfirmed(server_));
    return outcome;
}

Failure Connection::connection_lost() {
    broken_ = true;
    under_way_.clear();
    return Failure(lost(server_, PQerrorMessage(connection_.get())));
}

bool Connection::in_transaction() const {
    return PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
}

Result<Connection::Prepared*> Connection::prepare(Statement& statement, const std::string& sql,
                                                  std::span<const Param> params) {
    for (const auto& prepared : statement.prepared) {
        if (fits(prepared->types, params)) return prepared.get();
    }
    auto prepared = std::make_unique<Prepared>();
    prepared->name = fmt::format("s{}", ++last_name_);
    for (const Param& param : params) prepared->types.push_back(type_of(param));
    if (PQsendPrepare(connection_.get(), prepared->name.c_str(), statement.translated.c_str(),
                      static_cast<int>(params.size()), prepared->types.data()) == 0) {
        return connection_lost();
    }
    Prepared* kept = statement.prepared.emplace_back(std::move(prepared)).get();
    ++prepared_count_;
    under_way_.push_back({UnderWay::Step::kPrepare, kept, &sql});
    if (std::ranges::find(kept->types, kInferred) != kept->types.end()) {
        // What the server made of the NULLs decides for which values it is good later.
        if (PQsendDescribePrepared(connection_.get(), kept->name.c_str()) == 0) return connection_lost();
        under_way_.push_back({UnderWay::Step::kDescribe, kept, &sql});
    }
    return kept;
}

Result<void> Connection::forget_statements() {
    COMITY_CHECK(finish());
    statements_.clear();
    prepared_count_ = 0;
    COMITY_CHECK(execute("DEALLOCATE ALL", {}));
    // Which has forgotten itself.
    statements_.clear();
    prepared_count_ = 0;
    return {};
}

Result<void> Connection::send(std::string_view sql, std::span<const Param> params) {
    if (inside_each_) return internal(std::string(sql), "a session used inside its own each()");
    COMITY_CHECK(check_params(params));
    if (under_way_.size() >= kMaxUnderWay) COMITY_CHECK(finish());
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        if (prepared_count_ >= kMaxPrepared) COMITY_CHECK(forget_statements());
        found = statements_.emplace(std::string(sql), Statement{translate(sql), {}}).first;
    }
    COMITY_TRY(Prepared * prepared, prepare(found->second, found->first, params));
    const EncodedParams encoded(params);
    constexpr int kBinary = 1;
    if (PQsendQueryPrepared(connection_.get(), prepared->name.c_str(), encoded.count(), encoded.values(),
                            encoded.lengths(), encoded.formats(), kBinary) == 0) {
        return connection_lost();
    }
    under_way_.push_back({UnderWay::Step::kRun, prepared, &found->first});
    return {};
}

// Whether there is something to receive before the deadline, or the connection's end.
bool Connection::answered_by(Deadline deadline) {
    PGconn* connection = connection_.get();
    while (deadline && PQisBusy(connection) != 0) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd ready{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
        if (poll(&ready, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) return true;
        if (ready.revents != 0 && PQconsumeInput(connection) == 0) return true;
    }
    return true;
}

Result<std::int64_t> Connection::receive(const UnderWay& item, const Session::Each* row, Deadline deadline) {
    PGconn* connection = connection_.get();
    if (row != nullptr) PQsetSingleRowMode(connection);
    std::optional<Error> error;
    std::int64_t changed = 0;
    bool more = true;
    if (!answered_by(deadline)) {
        broken_ = overdue_ = true;
        return unavailable(
            server_, fmt::format("{} was not answered in time", *item.sql),
            "try again: what came of it shows then; see pg_stat_replication for standbys that do "
            "not confirm");
    }
    while (const ResultPointer result{PQgetResult(connection)}) {
        switch (PQresultStatus(result.get())) {
            case PGRES_SINGLE_TUPLE:
                // What is left over after "enough" is received and dropped.
                if (more) more = (*row)(ResultRow(result.get(), 0));
                break;
            case PGRES_TUPLES_OK:
            case PGRES_COMMAND_OK:
                if (item.step == UnderWay::Step::kRun) changed = changed_rows(result.get());
                if (item.step == UnderWay::Step::kDescribe) {
                    for (int i = 0;
                         i < PQnparams(result.get()) && i < static_cast<int>(item.prepared->types.size());
                         ++i) {
                        item.prepared->types[static_cast<std::size_t>(i)] = PQparamtype(result.get(), i);
                    }
                }
                break;
            case PGRES_EMPTY_QUERY:
                error = internal(*item.sql, "no statement in it").error();
                break;
            case PGRES_PIPELINE_ABORTED:
                error = internal(*item.sql, "skipped after an error").error();
                break;
            default:
                if (ends_connection(result.get())) broken_ = true;
                if (!error) error = failure(result.get(), server_, *item.sql);
        }
        if (PQstatus(connection) == CONNECTION_BAD) break;
    }
    if (PQstatus(connection) == CONNECTION_BAD) {
        broken_ = true;
        if (!error) error = lost(server_, PQerrorMessage(connection));
    }
    if (error) {
        if (item.step == UnderWay::Step::kPrepare) item.prepared->failed = true;
        return Failure(*std::move(error));
    }
    return changed;
}

Result<std::int64_t> Connection::finish(const Session::Each* row, Deadline deadline) {
    if (under_way_.empty()) return 0;
    if (PQpipelineSync(connection_.get()) == 0) return connection_lost();

    Result<std::int64_t> outcome = 0;
    bool prepare_failed = false;
    inside_each_ = true;
    for (std::size_t i = 0;
         i < under_way_.size() && !overdue_ && !(broken_ && PQstatus(connection_.get()) == CONNECTION_BAD);
         ++i) {
        const bool last = i + 1 == under_way_.size();
        auto received = receive(under_way_[i], last ? row : nullptr, deadline);
        if (under_way_[i].prepared->failed) prepare_failed = true;
        // The first error is the cause of the others.
        if (outcome) outcome = std::move(received);
    }
    inside_each_ = false;
    under_way_.clear();
    if (unconfirmed_) {
        broken_ = true;
        if (outcome) return Failure(unconfirmed(server_));
    }
    if (broken_) return outcome;

    const ResultPointer sync{PQgetResult(connection_.get())};
    if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) {
        broken_ = true;
        if (outcome) return Failure(lost(server_, PQerrorMessage(connection_.get())));
    }
    if (prepare_failed) {
        for (auto& [sql, statement] : statements_) {
            prepared_count_ -=
                std::erase_if(statement.prepared, [](const auto& prepared) { return prepared->failed; });
        }
    }
    return outcome;
}

Result<void> Connection::each(std::string_view sql, std::span<const Param> params, const Session::Each& row) {
    COMITY_CHECK(send(sql, params));
    COMITY_CHECK(finish(&row));
    return {};
}

Result<std::int64_t> Connection::execute(std::string_view sql, std::span<const Param> params) {
    COMITY_CHECK(send(sql, params));
    return finish();
}

Result<void> Connection::commit(std::chrono::seconds patience) {
    COMITY_CHECK(send("COMMIT", {}));
    COMITY_CHECK(finish(nullptr, std::chrono::steady_clock::now() + patience));
    return {};
}

}  // namespace comity::db::postgres
