#include "db/migration.h"

#include <gtest/gtest.h>
#include <atomic>
#include <thread>

#include "testing/database.h"

namespace comity::db {
namespace {

class Migrations : public testing::DatabaseTest {
  protected:
    static std::optional<std::int64_t> number(Database& db, std::string_view sql) {
        auto reader = db.reader();
        if (!reader) return ADD_FAILURE() << reader.error().message(), std::nullopt;
        auto found = (*reader)->integer(sql);
        if (!found) return ADD_FAILURE() << found.error().message(), std::nullopt;
        return *found;
    }
};

constexpr Migration kFirst = {
    1, "CREATE TABLE a(id INTEGER PRIMARY KEY); INSERT INTO a(id) VALUES(7); -- done;\n"};
constexpr Migration kSecond = {2, "ALTER TABLE a ADD COLUMN name TEXT; UPDATE a SET name = 'x;y';"};

TEST_P(Migrations, AreAppliedOnceAndInOrder) {
    const auto db = database().open();
    const Migration one[] = {kFirst};
    const Migration two[] = {kFirst, kSecond};
    ASSERT_TRUE(migrate(*db, "room", one));
    ASSERT_TRUE(migrate(*db, "room", one));
    EXPECT_EQ(number(*db, "SELECT count(*) FROM a"), 1);
    const auto done = migrate(*db, "room", two);
    ASSERT_TRUE(done) << done.error().message();
    ASSERT_TRUE(migrate(*db, "room", two));
    EXPECT_EQ(number(*db, "SELECT id FROM a WHERE name = 'x;y'"), 7);
    EXPECT_EQ(number(*db, "SELECT sum(version) FROM migrations WHERE room = 'room'"), 3);
}

TEST_P(Migrations, OfTwoRoomsAreApart) {
    const auto db = database().open();
    const Migration mine[] = {kFirst, kSecond};
    const Migration yours[] = {{1, "CREATE TABLE b(id INTEGER PRIMARY KEY);"}};
    ASSERT_TRUE(migrate(*db, "mine", mine));
    ASSERT_TRUE(migrate(*db, "yours", yours));
    EXPECT_EQ(number(*db, "SELECT count(*) FROM b"), 0);
}

TEST_P(Migrations, OfANewerProgramAreAConflict) {
    const auto db = database().open();
    const Migration two[] = {kFirst, kSecond};
    const Migration one[] = {kFirst};
    ASSERT_TRUE(migrate(*db, "room", two));
    const auto old = migrate(*db, "room", one);
    ASSERT_FALSE(old);
    EXPECT_EQ(old.error().kind, ErrorKind::kConflict);
    EXPECT_NE(old.error().message().find("newer program"), std::string::npos);
}

TEST_P(Migrations, ThatFailLeaveNothingHalf) {
    const auto db = database().open();
    const Migration bad[] = {kFirst, {2, "CREATE TABLE c(id INTEGER); INSERT INTO a(id) VALUES(7);"}};
    const auto done = migrate(*db, "room", bad);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::kConflict);
    EXPECT_NE(done.error().message().find("migration room 2"), std::string::npos) << done.error().message();
    EXPECT_EQ(number(*db, "SELECT max(version) FROM migrations"), 1) << "the first is kept";
    const Migration good[] = {kFirst, {2, "CREATE TABLE c(id INTEGER);"}};
    EXPECT_TRUE(migrate(*db, "room", good)) << "the table was not made";
}

TEST_P(Migrations, MustBeNumberedWithoutGaps) {
    const auto db = database().open();
    const Migration gap[] = {kFirst, {3, "SELECT 1;"}};
    EXPECT_EQ(migrate(*db, "room", gap).error().kind, ErrorKind::kInternal);
    EXPECT_TRUE(migrate(*db, "room", {}));
}

TEST_P(Migrations, OfProcessesThatStartTogetherAreAppliedOnce) {
    const Migration two[] = {kFirst, kSecond};
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const auto db = database().open();
            const auto done = migrate(*db, "room", two);
            EXPECT_TRUE(done) << done.error().message();
            good += done.has_value();
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 4);
    const auto db = database().open();
    EXPECT_EQ(number(*db, "SELECT count(*) FROM a"), 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, Migrations, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::db
