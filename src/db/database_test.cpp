// The contract of db/database.h, kept by both engines: values and statements.
#include <limits>

#include "testing/database_contract.h"

namespace comity::db {
namespace {

using testing::kind;

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

class DatabaseValues : public testing::DatabaseContract {};

TEST_P(DatabaseValues, KeepsEveryTypeAsItWasGiven) {
    const Bytes bytes = {0, 1, 2, 0xff, 0};
    const std::string text = "Ünïcødé 漢字 العربية 🙂 '\"; --";
    change([&](Transaction& tx) {
        const auto insert = "INSERT INTO t(id, n, name, data, x) VALUES($1, $2, $3, $4, $5)";
        EXPECT_EQ(tx.run(insert, 1, kLeast, text, bytes, -0.1), 1);
        EXPECT_EQ(tx.run(insert, 2, kMost, "", Bytes{}, 1e308), 1);
        EXPECT_EQ(tx.run(insert, 3, nullptr, nullptr, nullptr, nullptr), 1);
        EXPECT_EQ(tx.run(insert, kLeast, 0, std::string_view{}, ByteView{}, 0.0), 1);
        EXPECT_EQ(tx.run(insert, kMost, true, std::optional<std::string>(), std::optional<Bytes>(), 2), 1);
    });
    int rows = 0;
    auto reader = db_->reader();
    const auto done =
        (*reader)->each("SELECT id, n, name, data, x FROM t ORDER BY id", {}, [&](const Row& row) {
            ++rows;
            switch (rows) {
                case 1:
                    EXPECT_EQ(row.integer(0), kLeast);
                    EXPECT_FALSE(row.null(2)) << "an empty text is not NULL";
                    EXPECT_FALSE(row.null(3)) << "empty bytes are not NULL";
                    EXPECT_EQ(row.real(4), 0.0);
                    break;
                case 2:
                    EXPECT_EQ(row.integer(1), kLeast);
                    EXPECT_EQ(row.text(2), text);
                    EXPECT_EQ(to_bytes(row.blob(3)), bytes);
                    EXPECT_EQ(row.real(4), -0.1);
                    break;
                case 3:
                    EXPECT_EQ(row.integer(1), kMost);
                    EXPECT_FALSE(row.null(2));
                    EXPECT_EQ(row.text(2), "");
                    EXPECT_FALSE(row.null(3));
                    EXPECT_TRUE(row.blob(3).empty());
                    EXPECT_EQ(row.real(4), 1e308);
                    break;
                case 4:
                    for (int column = 1; column < 5; ++column) EXPECT_TRUE(row.null(column)) << column;
                    EXPECT_EQ(row.integer(1), 0);
                    EXPECT_EQ(row.text(2), "");
                    EXPECT_TRUE(row.blob(3).empty());
                    EXPECT_EQ(row.real(4), 0);
                    break;
                default:
                    EXPECT_EQ(row.integer(0), kMost);
                    EXPECT_EQ(row.integer(1), 1);
                    EXPECT_TRUE(row.null(2));
                    EXPECT_TRUE(row.null(3));
                    EXPECT_EQ(row.real(4), 2.0) << "an INTEGER becomes REAL in such a column";
            }
            return true;
        });
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ(rows, 5);
}

TEST_P(DatabaseValues, ReadsAColumnAsItsOwnTypeOnly) {
    change([](Transaction& tx) {
        EXPECT_TRUE(
            tx.run("INSERT INTO t(id, n, name, data, x) VALUES(1, 12, '34', $1, 5.5)", as_bytes("78")));
    });
    auto reader = db_->reader();
    const auto done = (*reader)->each("SELECT n, name, data, x FROM t", {}, [](const Row& row) {
        EXPECT_EQ(row.text(0), "");
        EXPECT_TRUE(row.blob(0).empty());
        EXPECT_EQ(row.integer(1), 0);
        EXPECT_EQ(row.real(1), 0);
        EXPECT_EQ(as_text(row.blob(1)), "34");
        EXPECT_EQ(row.text(2), "78");
        EXPECT_EQ(row.integer(2), 0);
        EXPECT_EQ(row.real(0), 12);
        EXPECT_EQ(row.integer(3), 5);
        EXPECT_EQ(row.text(3), "");
        EXPECT_EQ(row.columns(), 4);
        const Row::Type types[] = {Row::Type::kInteger, Row::Type::kText, Row::Type::kBlob, Row::Type::kReal};
        for (int column = 0; column < 4; ++column) EXPECT_EQ(row.type(column), types[column]) << column;
        return true;
    });
    EXPECT_TRUE(done) << done.error().message();
}

TEST_P(DatabaseValues, DigestsGoInAndOut) {
    Digest digest;
    for (std::size_t i = 0; i < digest.bytes.size(); ++i) digest.bytes[i] = static_cast<std::uint8_t>(i * 7);
    change([&](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO t(id, data) VALUES(1, $1)", digest)); });
    auto reader = db_->reader();
    bool seen = false;
    EXPECT_TRUE((*reader)->each("SELECT data, id FROM t WHERE data = $1", {digest}, [&](const Row& row) {
        seen = true;
        EXPECT_EQ(row.digest(0), digest);
        EXPECT_EQ(row.digest(1), Digest{}) << "not 32 bytes";
        return true;
    }));
    EXPECT_TRUE(seen);
}

TEST_P(DatabaseValues, ComparesTextByItsBytes) {
    // By any language's rules these would come in another order.
    const std::vector<std::string> ordered = {"",   "-", "A", "B", "Z", "_", "a",  "a b", "a-b",
                                              "ab", "b", "~", "À", "ä", "é", "漢", "🙂"};
    change([&](Transaction& tx) {
        for (auto at = ordered.rbegin(); at != ordered.rend(); ++at) {
            EXPECT_TRUE(tx.run("INSERT INTO named(name, n) VALUES($1, 0)", *at));
        }
    });
    std::vector<std::string> found;
    auto reader = db_->reader();
    EXPECT_TRUE((*reader)->each("SELECT name FROM named ORDER BY name", {}, [&](const Row& row) {
        found.emplace_back(row.text(0));
        return true;
    }));
    EXPECT_EQ(found, ordered);
    EXPECT_EQ(number("SELECT count(*) FROM named WHERE name >= $1 AND name < $2", {"a", "b"}), 4);
}

TEST_P(DatabaseValues, RefusesTextsThatOneEngineCouldNotKeep) {
    const std::string with_nul("a\0b", 3);
    for (const std::string& bad : {with_nul, std::string("\0", 1), std::string("12345678\0", 9),
                                   std::string("\xff"), std::string("\xc0\x80"), std::string("\xed\xa0\x80"),
                                   std::string("\xf4\x90\x80\x80"), std::string("abc\xe2\x82")}) {
        auto tx = db_->begin();
        EXPECT_EQ(kind((*tx)->run("INSERT INTO t(id, name) VALUES(1, $1)", bad)), ErrorKind::kInvalid);
        auto reader = db_->reader();
        EXPECT_EQ(kind((*reader)->integer("SELECT n FROM named WHERE name = $1", {bad})),
                  ErrorKind::kInvalid);
    }
    auto tx = db_->begin();
    EXPECT_EQ(
        kind((*tx)->run("INSERT INTO t(id, x) VALUES(1, $1)", std::numeric_limits<double>::quiet_NaN())),
        ErrorKind::kInvalid);
}

TEST_P(DatabaseValues, KeepsEveryCharacterAtTheEdges) {
    const std::vector<std::string> texts = {
        "\x7f",         "\xc2\x80",     "\xdf\xbf",         "\xe0\xa0\x80",     "\xed\x9f\xbf",
        "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\x01\n\t\\"};
    change([&](Transaction& tx) {
        for (const auto& text : texts) EXPECT_TRUE(tx.run("INSERT INTO named(name, n) VALUES($1, 1)", text));
    });
    for (const auto& text : texts) EXPECT_EQ(number("SELECT n FROM named WHERE name = $1", {text}), 1);
}

TEST_P(DatabaseValues, ParametersMayBeUsedTwiceAndInAnyOrder) {
    change([](Transaction& tx) {
        EXPECT_TRUE(tx.run("INSERT INTO t(n, id, name) VALUES($2, $1, $3)", 1, 2, "three"));
    });
    EXPECT_EQ(number("SELECT n FROM t WHERE id = $1 AND n = $1 + $1 AND name = $2", {1, "three"}), 2);
    EXPECT_EQ(
        number("SELECT $10 + $1 + $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9", {1, 1, 1, 1, 1, 1, 1, 1, 1, 10}),
        19);
}

TEST_P(DatabaseValues, AParameterMayBeNullOnceAndAValueThen) {
    const auto insert = "INSERT INTO t(id, n, name, data, x) VALUES($1, $2, $3, $4, $5)";
    const Bytes bytes = {1};
    change([&](Transaction& tx) {
        EXPECT_TRUE(tx.run(insert, 1, nullptr, "a", nullptr, nullptr));
        EXPECT_TRUE(tx.run(insert, 2, 2, nullptr, bytes, 2.0));
        EXPECT_TRUE(tx.run(insert, 3, nullptr, nullptr, nullptr, 3));
        EXPECT_TRUE(tx.run(insert, 4, 4, "d", nullptr, 4.5));
        EXPECT_TRUE(tx.run(insert, 5, nullptr, "a", bytes, nullptr));
    });
    EXPECT_EQ(number("SELECT count(*) FROM t WHERE CAST($1 AS TEXT) IS NULL OR name = $1", {nullptr}), 5);
    EXPECT_EQ(number("SELECT count(*) FROM t WHERE CAST($1 AS TEXT) IS NULL OR name = $1", {"a"}), 2);
    EXPECT_EQ(number("SELECT count(*) FROM t WHERE n IS NULL"), 3);
}

TEST_P(DatabaseValues, CountsWhatChanged) {
    change([](Transaction& tx) {
        EXPECT_EQ(tx.run("INSERT INTO t(id, n) VALUES(1, 1), (2, 2), (3, 3)"), 3);
        EXPECT_EQ(tx.run("UPDATE t SET n = n + 1 WHERE id > $1", 1), 2);
        EXPECT_EQ(tx.run("UPDATE t SET n = 0 WHERE id = $1", 99), 0);
        EXPECT_EQ(tx.run("SELECT * FROM t"), 0);
        EXPECT_EQ(tx.run("DELETE FROM t WHERE id = 1"), 1);
        EXPECT_EQ(tx.run("CREATE INDEX t_n ON t(n)"), 0);
        EXPECT_EQ(tx.run("INSERT INTO t(id, n) SELECT id + 10, n FROM t"), 2);
        EXPECT_EQ(tx.run("DELETE FROM t"), 4);
    });
}

TEST_P(DatabaseValues, UpsertsDoWhatTheySay) {
    change([](Transaction& tx) {
        const auto keep = "INSERT INTO named(name, n) VALUES($1, $2) ON CONFLICT DO NOTHING";
        const auto add =
            "INSERT INTO named(name, n) VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET n = named.n + "
            "excluded.n";
        EXPECT_EQ(tx.run(keep, "a", 1), 1);
        EXPECT_EQ(tx.run(keep, "a", 2), 0);
        EXPECT_EQ(tx.run(add, "a", 10), 1);
        EXPECT_EQ(tx.run(add, "b", 5), 1);
    });
    EXPECT_EQ(number("SELECT n FROM named WHERE name = 'a'"), 11);
    EXPECT_EQ(number("SELECT sum(n) FROM named"), 16);
}

TEST_P(DatabaseValues, ReturningGivesTheRowsAndChangesThemAll) {
    change([](Transaction& tx) {
        std::vector<std::int64_t> ids;
        const auto inserted = tx.each("INSERT INTO t(id, n) VALUES($1, 1), ($2, 2), ($3, 3) RETURNING id, n",
                                      {7, 8, 9}, [&](const Row& row) {
                                          ids.push_back(row.integer(0));
                                          return false;  // enough, but all three are inserted
                                      });
        EXPECT_TRUE(inserted);
        EXPECT_EQ(ids.size(), 1u);
        EXPECT_EQ(tx.integer("DELETE FROM t WHERE id = $1 RETURNING n", {8}), 2);
    });
    EXPECT_EQ(number("SELECT count(*) FROM t"), 2);
}

TEST_P(DatabaseValues, SumsAndAveragesAreNumbers) {
    change([](Transaction& tx) {
        EXPECT_TRUE(tx.run("INSERT INTO t(id, n, x) VALUES(1, $1, 0.5), (2, $2, 1.5)", kMost / 2, 10'000));
        EXPECT_TRUE(tx.run("INSERT INTO t(id, n) VALUES(3, $1)", -kMost / 2));
    });
    EXPECT_EQ(number("SELECT sum(n) FROM t"), 10'000);
    EXPECT_EQ(number("SELECT sum(n) FROM t WHERE id < 3"), kMost / 2 + 10'000);
    EXPECT_EQ(number("SELECT sum(n) FROM t WHERE id = 3"), -(kMost / 2));
    EXPECT_EQ(number("SELECT max(n) FROM t"), kMost / 2);
    EXPECT_EQ(number("SELECT sum(n) FROM t WHERE id = 99"), -1) << "NULL";
    EXPECT_EQ(number("SELECT CAST(name AS INTEGER) FROM (SELECT '12345678901' AS name) AS q"), 12345678901);
    auto reader = db_->reader();
    EXPECT_TRUE((*reader)->each("SELECT sum(n), count(*), 1 = 1, NULL FROM t", {}, [](const Row& row) {
        for (int column = 0; column < 3; ++column) EXPECT_EQ(row.type(column), Row::Type::kInteger) << column;
        EXPECT_EQ(row.integer(2), 1);
        EXPECT_EQ(row.type(3), Row::Type::kNull);
        return true;
    }));
    EXPECT_TRUE((*reader)->each("SELECT avg(x), sum(x) FROM t", {}, [](const Row& row) {
        EXPECT_EQ(row.real(0), 1.0);
        EXPECT_EQ(row.real(1), 2.0);
        EXPECT_EQ(row.integer(1), 2);
        EXPECT_EQ(row.type(1), Row::Type::kReal);
        return true;
    }));
}

TEST_P(DatabaseValues, EachStopsWhenItIsTold) {
    change([](Transaction& tx) {
        for (int i = 0; i < 3000; ++i) EXPECT_TRUE(tx.queue("INSERT INTO t(id) VALUES($1)", i));
    });
    auto reader = db_->reader();
    int rows = 0;
    EXPECT_TRUE((*reader)->each("SELECT id FROM t ORDER BY id", {}, [&](const Row&) { return ++rows < 10; }));
    EXPECT_EQ(rows, 10);
    EXPECT_EQ((*reader)->integer("SELECT count(*) FROM t"), 3000) << "the session goes on";
    EXPECT_EQ((*reader)->integer("SELECT id FROM t WHERE id = -1"), std::nullopt);
    EXPECT_EQ((*reader)->text("SELECT name FROM t WHERE id = 1"), std::nullopt);
}

TEST_P(DatabaseValues, ASessionIsNotUsedInsideItsOwnEach) {
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(1), (2)")); });
    auto reader = db_->reader();
    int rows = 0;
    EXPECT_TRUE((*reader)->each("SELECT id FROM t", {}, [&](const Row&) {
        EXPECT_EQ(kind((*reader)->integer("SELECT 1")), ErrorKind::kInternal);
        EXPECT_EQ(kind((*reader)->run("SELECT 1")), ErrorKind::kInternal);
        ++rows;
        return true;
    }));
    EXPECT_EQ(rows, 2);
}

TEST_P(DatabaseValues, AReaderCannotWrite) {
    {
        auto reader = db_->reader();
        EXPECT_FALSE((*reader)->run("INSERT INTO t(id) VALUES(1)"));
        auto snapshot = db_->snapshot();
        EXPECT_FALSE((*snapshot)->run("INSERT INTO t(id) VALUES(1)"));
    }
    EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
}

TEST_P(DatabaseValues, ForeignKeysAndChecksHold) {
    change([](Transaction& tx) {
        EXPECT_TRUE(
            tx.run("CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES t(id), "
                   "text TEXT CHECK (length(text) < 5), UNIQUE(parent, text))"));
        EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(1)"));
        EXPECT_TRUE(tx.run("INSERT INTO child(id, parent, text) VALUES(1, 1, 'abcd')"));
    });
    for (const auto sql : {"INSERT INTO child(id, parent) VALUES(2, 2)", "DELETE FROM t WHERE id = 1",
                           "INSERT INTO child(id, parent, text) VALUES(2, 1, 'abcde')",
                           "INSERT INTO child(id, parent, text) VALUES(2, 1, 'abcd')"}) {
        auto tx = db_->begin();
        EXPECT_EQ(kind((*tx)->run(sql)), ErrorKind::kConflict) << sql;
    }
}

TEST_P(DatabaseValues, BadSqlIsInternalAndSaysWhich) {
    for (const auto sql : {"SELEC 1", "SELECT nothing FROM t", "SELECT 1; SELECT 2",
                           "INSERT INTO t(id) VALUES('text')", "SELECT \"text\"", "SELECT $1", ""}) {
        auto tx = db_->begin();
        EXPECT_EQ(kind((*tx)->run(sql)), ErrorKind::kInternal) << sql;
    }
    auto reader = db_->reader();
    const auto wrong = (*reader)->integer("SELECT nothing FROM t");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message().find("nothing"), std::string::npos);
    EXPECT_EQ((*reader)->integer("SELECT 1;"), 1) << "a semicolon at the end is no second statement";
}

TEST_P(DatabaseValues, AStatementIsGoodForThousandsOfRuns) {
    change([](Transaction& tx) {
        for (int i = 0; i < 5000; ++i) ASSERT_EQ(tx.run("INSERT INTO t(id, n) VALUES($1, $2)", i, i % 7), 1);
        for (int i = 0; i < 100; ++i) ASSERT_EQ(tx.integer("SELECT n FROM t WHERE id = $1", {i}), i % 7);
    });
    EXPECT_EQ(number("SELECT count(*) FROM t"), 5000);
}

TEST_P(DatabaseValues, ThousandsOfDifferentStatementsDoNotPileUp) {
    auto reader = db_->reader();
    for (int i = 0; i < 2000; ++i) {
        ASSERT_EQ((*reader)->integer("SELECT " + std::to_string(i)), i);
    }
    change([](Transaction& tx) {
        for (int i = 0; i < 1500; ++i) {
            ASSERT_TRUE(tx.queue("INSERT INTO t(id, n) VALUES($1, " + std::to_string(i) + ")", i));
        }
    });
    EXPECT_EQ(number("SELECT count(*) FROM t WHERE id = n"), 1500);
}

TEST_P(DatabaseValues, WhatIsCommittedIsThereAfterOpeningAgain) {
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO t(id, name) VALUES(1, 'kept')")); });
    db_.reset();
    db_ = database().open();
    EXPECT_EQ(number("SELECT count(*) FROM t WHERE name = 'kept'"), 1);
}

TEST_P(DatabaseValues, UrlsOfOtherKindsAreRefused) {
    for (const auto url : {"", "mysql://x", "/var/lib/x.db", "sqlite:", "sqlite::memory:",
                           "sqlite:x.db?mode=ro", "sqlite:x.db?vfs=nosuch", "SQLITE:x"}) {
        EXPECT_EQ(kind(Database::open({.url = url})), ErrorKind::kInvalid) << url;
    }
    EXPECT_EQ(kind(Database::open({.url = "sqlite:/nonexistent/folder/x.db"})), ErrorKind::kUnavailable);
    EXPECT_EQ(kind(Database::open({.url = "postgresql:///x?host=/nonexistent/folder"})),
              ErrorKind::kUnavailable);
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseValues, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::db
