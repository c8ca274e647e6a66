#include "db/sqlite/dialect.h"

#include <gtest/gtest.h>

namespace comity::db::sqlite {
namespace {

TEST(SqliteDialect, TablesAreStrict) {
    EXPECT_EQ(translate("CREATE TABLE t(x INTEGER)"), "CREATE TABLE t(x INTEGER) STRICT");
    EXPECT_EQ(translate("create temp table t(x INTEGER) ; "), "create temp table t(x INTEGER) STRICT");
    EXPECT_EQ(translate("CREATE TABLE IF NOT EXISTS t(x TEXT PRIMARY KEY) WITHOUT ROWID"),
              "CREATE TABLE IF NOT EXISTS t(x TEXT PRIMARY KEY) WITHOUT ROWID, STRICT");
    EXPECT_EQ(translate("CREATE TABLE t(x INTEGER) -- the end"), "CREATE TABLE t(x INTEGER) STRICT");
}

TEST(SqliteDialect, AllElseStaysAsItIs) {
    for (const auto sql : {"CREATE INDEX i ON t(x)", "SELECT 'CREATE TABLE t(x)'",
                           "ALTER TABLE t ADD COLUMN y BLOB", "", "INSERT INTO t VALUES($1)"}) {
        EXPECT_EQ(translate(sql), sql);
    }
}

}  // namespace
}  // namespace comity::db::sqlite
