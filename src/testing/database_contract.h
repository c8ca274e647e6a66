// What the contract tests of db/ share: a database of the engine under test with two tables in it.
#pragma once

#include <gtest/gtest.h>

#include "testing/database.h"

namespace comity::testing {

class DatabaseContract : public DatabaseTest {
  protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db_ = database().open();
        change([](db::Transaction& tx) {
            EXPECT_TRUE(
                tx.run("CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, name TEXT, data BLOB, x REAL)"));
            EXPECT_TRUE(
                tx.run("CREATE TABLE named(name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID"));
        });
    }

    template <typename F>
    void change(F&& f) {
        auto tx = db_->begin();
        ASSERT_TRUE(tx) << tx.error().message();
        f(**tx);
        const auto committed = (*tx)->commit();
        ASSERT_TRUE(committed) << committed.error().message();
    }
    std::int64_t number(std::string_view sql, std::initializer_list<db::Param> params = {}) {
        auto reader = db_->reader();
        if (!reader) return ADD_FAILURE() << reader.error().message(), -1;
        const auto found = (*reader)->integer(sql, params);
        if (!found) return ADD_FAILURE() << found.error().message(), -1;
        return found->value_or(-1);
    }

    std::unique_ptr<db::Database> db_;
};

inline ErrorKind kind(const auto& result) {
    if (result) return ADD_FAILURE() << "succeeded", ErrorKind::kInternal;
    return result.error().kind;
}

}  // namespace comity::testing
