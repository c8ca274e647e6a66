#include "db/migration.h"

#include <fmt/format.h>

#include "db/sql_text.h"

namespace comity::db {
namespace {

Result<std::int64_t> version_of(Session& session, std::string_view room) {
    COMITY_TRY(const auto version,
               session.integer("SELECT max(version) FROM migrations WHERE room = $1", {room}));
    return version.value_or(0);
}

// Does nothing where another process was quicker.
Result<void> apply(Database& database, std::string_view room, const Migration& migration) {
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const std::int64_t at, version_of(*tx, room));
    if (at >= migration.version) return {};
    for (const std::string_view statement : split_statements(migration.sql)) {
        if (auto done = tx->run(statement); !done) {
            return within(fmt::format("migration {} {}", room, migration.version), std::move(done).error());
        }
    }
    COMITY_CHECK(tx->run("INSERT INTO migrations(room, version) VALUES($1, $2)", room, migration.version));
    return tx->commit();
}

}  // namespace

Result<void> migrate(Database& database, std::string_view room, std::span<const Migration> migrations) {
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        if (migrations[i].version != static_cast<int>(i) + 1) {
            return internal(fmt::format("migrations of {}", room), "not numbered 1, 2, 3, ...");
        }
    }
    std::int64_t at = 0;
    {
        COMITY_TRY(const auto tx, database.begin());
        COMITY_CHECK(
            tx->run("CREATE TABLE IF NOT EXISTS migrations("
                    "room TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(room, version))"));
        COMITY_TRY(at, version_of(*tx, room));
        COMITY_CHECK(tx->commit());
    }
    if (at > static_cast<std::int64_t>(migrations.size())) {
        return conflict(
            fmt::format("tables of {}", room),
            fmt::format("the database is at version {}, this program knows {}", at, migrations.size()),
            "use the newer program that wrote it");
    }
    for (const Migration& migration : migrations) {
        if (migration.version > at) COMITY_CHECK(apply(database, room, migration));
    }
    return {};
}

}  // namespace comity::db
