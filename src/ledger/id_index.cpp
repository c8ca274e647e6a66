#include "ledger/id_index.h"

#include <fmt/format.h>

namespace comity::ledger {
namespace {

constexpr int kNewest = 0;
constexpr int kRecent = 1;
constexpr int kSettled = 2;

// By how many they move on: each time, every page of the next age is written once.
constexpr std::int64_t kNewestAtOnce = 1024;
constexpr std::int64_t kRecentAtOnce = 64 * kNewestAtOnce;

Result<void> move_on(db::Transaction& tx, int from, int to) {
    COMITY_CHECK(tx.queue(
        "INSERT INTO ledger_ids(age, prefix, statement) SELECT $2, prefix, statement FROM ledger_ids "
        "WHERE age = $1 ORDER BY prefix, statement",
        from, to));
    return tx.queue("DELETE FROM ledger_ids WHERE age = $1", from);
}

// One question for each age: for "age IN (...)" SQLite makes a table, which costs more than looking three
// times. `asked` stands before the index: a table of prefixes, "... CROSS JOIN ", or nothing.
std::string at_each_age(std::string_view select, std::string_view asked, std::string_view condition) {
    std::string sql;
    for (const int age : {kNewest, kRecent, kSettled}) {
        sql += fmt::format(
            "{}{} FROM {}ledger_ids CROSS JOIN statements WHERE seq = statement AND age = {} AND prefix {}",
            age == kNewest ? "" : " UNION ALL ", select, asked, age, condition);
    }
    return sql;
}

}  // namespace

std::int64_t id_prefix(const Digest& id) {
    return static_cast<std::int64_t>(read_u64(id.view()));
}

std::string of_prefix(std::string_view select) {
    return at_each_age(select, "", "= $1");
}

// Not "IN (...)", for which SQLite makes a table as well: these it goes through as they are.
std::string of_prefixes(std::string_view select, std::size_t count) {
    std::string places = "(CAST($1 AS BIGINT))";  // PostgreSQL takes the column's type from the first
    for (std::size_t i = 2; i <= count; ++i) places += fmt::format(", (${})", i);
    return at_each_age(select, fmt::format("(VALUES {}) AS asked CROSS JOIN ", places), "= asked.column1");
}

std::string of_prefix_range(std::string_view select) {
    return at_each_age(select, "", "BETWEEN $1 AND $2");
}

Result<void> index_id(db::Transaction& tx, db::Database::Engine engine, const Digest& id, std::int64_t seq) {
    return tx.queue("INSERT INTO ledger_ids(age, prefix, statement) VALUES($1, $2, $3)",
                    engine == db::Database::Engine::kSqlite ? kNewest : kSettled, id_prefix(id), seq);
}

Result<void> age_ids(db::Transaction& tx, db::Database::Engine engine, std::int64_t before,
                     std::int64_t now) {
    if (engine != db::Database::Engine::kSqlite) return {};
    if (before / kNewestAtOnce != now / kNewestAtOnce) COMITY_CHECK(move_on(tx, kNewest, kRecent));
    if (before / kRecentAtOnce != now / kRecentAtOnce) COMITY_CHECK(move_on(tx, kRecent, kSettled));
    return {};
}

}  // namespace comity::ledger
