#include "db/postgres/failure.h"

#include <fmt/format.h>

namespace comity::db::postgres {
namespace {

constexpr std::size_t kQuotedSql = 200;  // as much of a statement as an error shows

std::string_view field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string_view() : std::string_view(text);
}

// One line, without the line breaks of libpq's messages.
std::string one_line(std::string_view message) {
    while (!message.empty() && message.back() == '\n') message.remove_suffix(1);
    std::string line(message);
    for (char& c : line) {
        if (c == '\n' || c == '\t') c = ' ';
    }
    return line;
}

// "members_name_key", or "members.name" where what is violated has no name of its own (NOT NULL).
std::string constraint_name(const PGresult* result) {
    std::string name(field(result, PG_DIAG_CONSTRAINT_NAME));
    if (name.empty()) {
        name = fmt::format("{}.{}", field(result, PG_DIAG_TABLE_NAME), field(result, PG_DIAG_COLUMN_NAME));
    }
    return name;
}

}  // namespace

Error failure(const PGresult* result, std::string_view server, std::string_view sql) {
    const std::string_view state = field(result, PG_DIAG_SQLSTATE);
    const std::string_view group = state.substr(0, 2);
    const std::string host(server);
    const std::string statement(sql.substr(0, kQuotedSql));
    std::string message = one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
    if (message.empty()) message = one_line(PQresultErrorMessage(result));

    if (state.empty()) return lost(server, message);
    if (state == "53100") {
        return {ErrorKind::kUnavailable, host, fmt::format("the disk is full ({})", message),
                "free space on the file system of the database server"};
    }
    if (state == "55P03") {
        return {ErrorKind::kUnavailable, host, "another process was writing all the time",
                "try again; see in pg_stat_activity who holds the lock"};
    }
    if (state == "25006" && !message.contains("read-only transaction")) {
        return {ErrorKind::kUnavailable, host, message, "connect to the primary server"};
    }
    if (state == "0A000" || state == "26000") {
        return {ErrorKind::kUnavailable, host, message, "try again: the tables were changed meanwhile"};
    }
    if (state == "XX001" || state == "XX002") {
        return {ErrorKind::kCorrupt, host, message, "restore the database from a backup or mirror"};
    }
    if (state == "22021" || state == "22P05") return {ErrorKind::kInvalid, statement, message, {}};
    if (state == "08P01") return {ErrorKind::kInternal, statement, message, {}};
    if (group == "23") return {ErrorKind::kConflict, constraint_name(result), message, {}};
    if (group == "54") return {ErrorKind::kTooLarge, statement, message, {}};
    if (group == "08" || group == "40" || group == "53" || group == "57" || group == "58") {
        return {ErrorKind::kUnavailable, host, message, "try again; see PostgreSQL's log"};
    }
    if (group == "28" || group == "3D") {
        return {ErrorKind::kUnavailable, host, message, "check the database url's user and database"};
    }
    return {ErrorKind::kInternal, statement, message, {}};
}

Error lost(std::string_view server, std::string_view message) {
    return {
        ErrorKind::kUnavailable, std::string(server),
        message.empty() ? "the connection was lost" : fmt::format("no connection ({})", one_line(message)),
        "check that PostgreSQL runs and can be reached"};
}

bool ends_connection(const PGresult* result) {
    const std::string_view state = field(result, PG_DIAG_SQLSTATE);
    // 57P01..: shut down by an administrator or a crash. A statement that the server does not know any more,
    // or plans anew with other columns, will not come right on this connection either.
    return state.empty() || state == "0A000" || state == "26000" || state.starts_with("57P") ||
           (state.starts_with("08") && state != "08P01");
}

}  // namespace comity::db::postgres
