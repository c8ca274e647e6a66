#include "db/sqlite/failure.h"

#include <fmt/format.h>
#include <cstring>

namespace comity::db::sqlite {
namespace {

constexpr std::size_t kQuotedSql = 200;  // as much of a statement as an error shows

// "UNIQUE constraint failed: members.name" says after the colon which.
std::string constraint_name(std::string_view message) {
    const std::size_t colon = message.find(": ");
    return std::string(colon == std::string_view::npos ? message : message.substr(colon + 2));
}

std::string with_cause(sqlite3* db, std::string_view what) {
    const int cause = db == nullptr ? 0 : sqlite3_system_errno(db);
    return cause == 0 ? std::string(what) : fmt::format("{} ({})", what, std::strerror(cause));
}

}  // namespace

Failure failure(sqlite3* db, int code, std::string_view path, std::string_view sql) {
    const std::string file(path);
    const std::string message = db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db);
    if (code == SQLITE_IOERR_CORRUPTFS) {
        return corrupt(file, "the file system is damaged",
                       "check the file system, restore from a backup or mirror");
    }
    if (code == SQLITE_CONSTRAINT_DATATYPE) return internal(std::string(sql.substr(0, kQuotedSql)), message);
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
            return conflict(constraint_name(message), message);
        case SQLITE_FULL:
            return unavailable(file, "the disk is full", "free space on the file system that holds it");
        case SQLITE_IOERR:
            return unavailable(file, with_cause(db, fmt::format("{} failed", sqlite3_errstr(code))),
                               "check the disk that holds it, and the kernel's log");
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return unavailable(file, "another process was writing all the time",
                               "try again; see which other program has the file open");
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return unavailable(file, with_cause(db, "can't be opened"),
                               "check that folder and file are readable and writable");
        case SQLITE_READONLY:
            return unavailable(file, "can't be written",
                               "check its permissions and that it was not moved away");
        case SQLITE_NOMEM:
            return unavailable(file, "out of memory", "give the program more memory");
        case SQLITE_CORRUPT:
            return corrupt(file, fmt::format("the database is damaged: {}", message),
                           "restore it from a backup or mirror");
        case SQLITE_NOTADB:
            return corrupt(file, "not a SQLite database", "check the path");
        case SQLITE_TOOBIG:
            return too_large(std::string(sql.substr(0, kQuotedSql)), message);
        default:
            return internal(std::string(sql.substr(0, kQuotedSql)), message);
    }
}

}  // namespace comity::db::sqlite
