#include "db/postgres/dialect.h"

#include <gtest/gtest.h>

namespace comity::db::postgres {
namespace {

TEST(PostgresDialect, TypesOfColumnsAreItsOwn) {
    EXPECT_EQ(translate("CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL, data BLOB, x real)"),
              "CREATE TABLE t(id BIGINT PRIMARY KEY, name TEXT COLLATE \"C\" NOT NULL, data BYTEA, x DOUBLE "
              "PRECISION)");
    EXPECT_EQ(translate("CREATE TABLE IF NOT EXISTS \"t\"(\"a b\" integer\n, y INTEGER /* INTEGER */)"),
              "CREATE TABLE IF NOT EXISTS \"t\"(\"a b\" BIGINT\n, y BIGINT /* INTEGER */)");
    EXPECT_EQ(translate("ALTER TABLE t ADD COLUMN y BLOB"), "ALTER TABLE t ADD COLUMN y BYTEA");
    EXPECT_EQ(translate("ALTER TABLE t ADD text TEXT"), "ALTER TABLE t ADD text TEXT COLLATE \"C\"");
}

TEST(PostgresDialect, NamesThatAreTypesStayNames) {
    EXPECT_EQ(
        translate("CREATE TABLE blob(text TEXT, integer INTEGER, PRIMARY KEY(text, integer), "
                  "CHECK (length(text) > integer AND text <> 'BLOB'), FOREIGN KEY(integer) REFERENCES "
                  "real(integer))"),
        "CREATE TABLE blob(text TEXT COLLATE \"C\", integer BIGINT, PRIMARY KEY(text, integer), "
        "CHECK (length(text) > integer AND text <> 'BLOB'), FOREIGN KEY(integer) REFERENCES real(integer))");
    EXPECT_EQ(translate("SELECT text AS TEXT, blob INTEGER FROM t"),
              "SELECT text AS TEXT, blob INTEGER FROM t");
}

TEST(PostgresDialect, CastsAreToItsOwnTypes) {
    EXPECT_EQ(
        translate("SELECT CAST(coalesce(x, y) AS INTEGER) AS INTEGER, cast(z AS BLOB), CAST(q AS TEXT)"),
        "SELECT CAST(coalesce(x, y) AS BIGINT) AS INTEGER, cast(z AS BYTEA), CAST(q AS TEXT)");
}

TEST(PostgresDialect, LeavesOutHowSqliteKeepsTheTable) {
    EXPECT_EQ(translate("CREATE TABLE t(x TEXT PRIMARY KEY) WITHOUT ROWID;"),
              "CREATE TABLE t(x TEXT COLLATE \"C\" PRIMARY KEY) ");
    EXPECT_EQ(translate("CREATE TABLE t(x INTEGER DEFAULT (1 + (2)), y BLOB) -- end"),
              "CREATE TABLE t(x BIGINT DEFAULT (1 + (2)), y BYTEA) -- end");
}

TEST(PostgresDialect, AllElseStaysAsItIs) {
    for (const auto sql :
         {"CREATE INDEX i ON t(x)", "SELECT 'CREATE TABLE t(x INTEGER)'", "", "(", ")", "CREATE", "CAST(",
          "INSERT INTO t(integer, text) VALUES($1, $2) ON CONFLICT(text) DO UPDATE SET text = excluded.text",
          "ALTER TABLE t RENAME TO text", "UPDATE t SET text = $1 WHERE blob = $2;"}) {
        EXPECT_EQ(translate(sql), sql);
    }
}

TEST(PostgresDialect, CutShortAnywhereItIsStillReadToItsEnd) {
    const std::string sql =
        "CREATE TABLE t(id INTEGER, \"b\" TEXT, x REAL CHECK (CAST(x AS TEXT) <> 'a')) WITHOUT ROWID;";
    for (std::size_t size = 0; size < sql.size(); ++size) translate(sql.substr(0, size));
}

}  // namespace
}  // namespace comity::db::postgres
