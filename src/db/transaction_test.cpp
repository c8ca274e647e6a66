// The contract of db/database.h, kept by both engines: transactions, readers, and how they stand to each
// other.
#include <atomic>
#include <thread>

#include "testing/database_contract.h"

namespace comity::db {
namespace {

using testing::kind;

class DatabaseTransactions : public testing::DatabaseContract {};

TEST_P(DatabaseTransactions, WhatIsNotCommittedIsUndone) {
    {
        auto tx = db_->begin();
        EXPECT_TRUE((*tx)->run("INSERT INTO t(id) VALUES(1)"));
        EXPECT_TRUE((*tx)->run("CREATE TABLE more(id INTEGER PRIMARY KEY)"));
        EXPECT_EQ((*tx)->integer("SELECT count(*) FROM t"), 1) << "it sees its own";
        EXPECT_EQ(number("SELECT count(*) FROM t"), 0) << "nobody else does";
    }
    EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
    auto reader = db_->reader();
    EXPECT_EQ(kind((*reader)->integer("SELECT count(*) FROM more")), ErrorKind::kInternal);
}

TEST_P(DatabaseTransactions, NothingFollowsACommit) {
    auto tx = db_->begin();
    EXPECT_TRUE((*tx)->run("INSERT INTO t(id) VALUES(1)"));
    EXPECT_TRUE((*tx)->commit());
    EXPECT_FALSE((*tx)->run("INSERT INTO t(id) VALUES(2)"));
    EXPECT_FALSE((*tx)->queue("INSERT INTO t(id) VALUES(2)"));
    EXPECT_FALSE((*tx)->commit());
    EXPECT_FALSE((*tx)->savepoint());
    tx->reset();
    EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
}

TEST_P(DatabaseTransactions, AReaderSeesWhatIsCommittedAtEachQuery) {
    auto reader = db_->reader();
    EXPECT_EQ((*reader)->integer("SELECT count(*) FROM t"), 0);
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(1)")); });
    EXPECT_EQ((*reader)->integer("SELECT count(*) FROM t"), 1);
}

TEST_P(DatabaseTransactions, AReaderAtOnceWaitsForNobody) {
    if (db_->engine() == Database::Engine::kPostgresql) {
        EXPECT_EQ(db_->reader_at_once(), nullptr) << "a round trip is a wait";
        return;
    }
    const auto writing = db_->begin();
    EXPECT_TRUE((*writing)->run("INSERT INTO t(id) VALUES(1)"));
    std::vector<std::unique_ptr<Session>> out;
    while (auto reader = db_->reader_at_once()) {
        EXPECT_EQ(reader->integer("SELECT count(*) FROM t"), 0);
        out.push_back(std::move(reader));
        ASSERT_LT(out.size(), 100u) << "there is an end to them";
    }
    ASSERT_FALSE(out.empty());
    EXPECT_EQ(number("SELECT count(*) FROM t"), 0) << "they are no part of the others";
    EXPECT_TRUE((*writing)->commit());
    EXPECT_EQ(out.front()->integer("SELECT count(*) FROM t"), 1) << "each query sees what is committed";
    EXPECT_FALSE(out.front()->run("DELETE FROM t"));
    EXPECT_EQ(out.front()->integer("SELECT count(*) FROM t"), 1);
    out.pop_back();
    EXPECT_NE(db_->reader_at_once(), nullptr);
}

TEST_P(DatabaseTransactions, ASnapshotSeesOneState) {
    auto snapshot = db_->snapshot();
    EXPECT_EQ((*snapshot)->integer("SELECT count(*) FROM t"), 0);
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(1)")); });
    EXPECT_EQ((*snapshot)->integer("SELECT count(*) FROM t"), 0);
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("DELETE FROM t")); });
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO named(name, n) VALUES('x', 1)")); });
    EXPECT_EQ((*snapshot)->integer("SELECT count(*) FROM named"), 0);
    snapshot->reset();
    auto later = db_->snapshot();
    EXPECT_EQ((*later)->integer("SELECT count(*) FROM named"), 1);
}

TEST_P(DatabaseTransactions, AFailedSnapshotStaysFailed) {
    auto snapshot = db_->snapshot();
    EXPECT_EQ(kind((*snapshot)->integer("SELECT nonsense")), ErrorKind::kInternal);
    EXPECT_EQ(kind((*snapshot)->integer("SELECT count(*) FROM t")), ErrorKind::kInternal);
    auto reader = db_->reader();
    EXPECT_EQ(kind((*reader)->integer("SELECT nonsense")), ErrorKind::kInternal);
    EXPECT_EQ((*reader)->integer("SELECT count(*) FROM t"), 0) << "a reader's queries stand alone";
}

TEST_P(DatabaseTransactions, SavepointsUndoWhatCameSince) {
    change([](Transaction& tx) {
        const auto insert = "INSERT INTO t(id) VALUES($1)";
        EXPECT_TRUE(tx.run(insert, 1));
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.run(insert, 2));
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.run(insert, 3));
        EXPECT_TRUE(tx.rollback_to_savepoint());
        EXPECT_EQ(tx.integer("SELECT count(*) FROM t"), 2);
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.run(insert, 4));
        EXPECT_TRUE(tx.release_savepoint());
        EXPECT_TRUE(tx.release_savepoint());
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.queue(insert, 5));
        EXPECT_TRUE(tx.rollback_to_savepoint());
        EXPECT_TRUE(tx.queue(insert, 6));
    });
    EXPECT_EQ(number("SELECT sum(id) FROM t"), 1 + 2 + 4 + 6);
}

TEST_P(DatabaseTransactions, ReleasingAnInnerSavepointDoesNotSaveItFromTheOuter) {
    change([](Transaction& tx) {
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(1)"));
        EXPECT_TRUE(tx.release_savepoint());
        EXPECT_TRUE(tx.rollback_to_savepoint());
        EXPECT_EQ(kind(tx.rollback_to_savepoint()), ErrorKind::kInternal) << "none is left";
    });
    EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
    auto tx = db_->begin();
    EXPECT_EQ(kind((*tx)->release_savepoint()), ErrorKind::kInternal);
}

TEST_P(DatabaseTransactions, AConflictFailsTheTransaction) {
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO named(name, n) VALUES('a', 1)")); });
    {
        auto tx = db_->begin();
        EXPECT_TRUE((*tx)->run("INSERT INTO t(id) VALUES(1)"));
        const auto twice = (*tx)->run("INSERT INTO named(name, n) VALUES('a', 2)");
        ASSERT_EQ(kind(twice), ErrorKind::kConflict);
        EXPECT_NE(twice.error().where.find("named"), std::string::npos) << twice.error().message();
        EXPECT_EQ(kind((*tx)->run("INSERT INTO t(id) VALUES(2)")), ErrorKind::kConflict) << "it has failed";
        EXPECT_EQ(kind((*tx)->integer("SELECT 1")), ErrorKind::kConflict);
        EXPECT_EQ(kind((*tx)->savepoint()), ErrorKind::kConflict);
        EXPECT_EQ(kind((*tx)->commit()), ErrorKind::kConflict);
    }
    EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
    auto tx = db_->begin();
    EXPECT_EQ(kind((*tx)->run("INSERT INTO named(name, n) VALUES('b', $1)", nullptr)), ErrorKind::kConflict)
        << "NOT NULL";
}

TEST_P(DatabaseTransactions, AConflictIsUndoneByItsSavepoint) {
    change([](Transaction& tx) {
        EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(1)"));
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(2)"));
        EXPECT_EQ(kind(tx.run("INSERT INTO t(id) VALUES(1)")), ErrorKind::kConflict);
        EXPECT_TRUE(tx.rollback_to_savepoint());
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(3)"));
        const std::string bad("\0", 1);
        EXPECT_EQ(kind(tx.run("INSERT INTO t(id, name) VALUES(4, $1)", bad)), ErrorKind::kInvalid);
        EXPECT_TRUE(tx.rollback_to_savepoint());
        EXPECT_TRUE(tx.run("INSERT INTO t(id) VALUES(5)"));
    });
    EXPECT_EQ(number("SELECT sum(id) FROM t"), 6);
}

TEST_P(DatabaseTransactions, QueuedRowsAreAllThereInTheirOrder) {
    constexpr int kRows = 20'000;
    const Bytes envelope(700, 0x5a);
    change([&](Transaction& tx) {
        for (int i = 0; i < kRows; ++i) {
            // The parameters are gone as soon as queue() returns.
            ASSERT_TRUE(tx.queue("INSERT INTO t(id, name, data) VALUES($1, $2, $3)", i, std::to_string(i),
                                 Bytes(envelope)));
            if (i % 5000 == 17) {
                ASSERT_EQ(tx.integer("SELECT count(*) FROM t"), i + 1);
            }
            if (i % 100 == 0) {
                ASSERT_TRUE(tx.queue("UPDATE t SET n = (coalesce(n, 0) * 2 + $1) % 1000003 WHERE id = 0", 1));
            }
        }
    });
    EXPECT_EQ(number("SELECT count(*) FROM t WHERE name = CAST(id AS TEXT) AND length(data) = 700"), kRows);
}

TEST_P(DatabaseTransactions, AQueuedFailureIsReportedByWhatFollows) {
    const auto insert = "INSERT INTO t(id) VALUES($1)";
    for (int way = 0; way < 4; ++way) {
        auto tx = db_->begin();
        ASSERT_TRUE((*tx)->queue(insert, 1));
        static_cast<void>((*tx)->queue(insert, 1));
        static_cast<void>((*tx)->queue(insert, 2));
        switch (way) {
            case 0:
                EXPECT_EQ(kind((*tx)->commit()), ErrorKind::kConflict);
                break;
            case 1:
                EXPECT_EQ(kind((*tx)->savepoint()), ErrorKind::kConflict);
                break;
            case 2:
                EXPECT_EQ(kind((*tx)->run(insert, 3)), ErrorKind::kConflict);
                break;
            default:
                EXPECT_EQ(kind((*tx)->integer("SELECT 1")), ErrorKind::kConflict);
        }
        EXPECT_EQ(kind((*tx)->commit()), ErrorKind::kConflict);
    }
    EXPECT_EQ(number("SELECT count(*) FROM t"), 0);
    change([&](Transaction& tx) {
        EXPECT_TRUE(tx.savepoint());
        EXPECT_TRUE(tx.queue(insert, 1));
        static_cast<void>(tx.queue(insert, 1));
        EXPECT_TRUE(tx.rollback_to_savepoint()) << "undone, the failure too";
        EXPECT_TRUE(tx.queue(insert, 7));
    });
    EXPECT_EQ(number("SELECT sum(id) FROM t"), 7);
}

TEST_P(DatabaseTransactions, WritersOfTwoProcessesStandInOneLine) {
    // Two Database objects share nothing but the store, as two processes do.
    constexpr int kEach = 50;
    change([](Transaction& tx) { EXPECT_TRUE(tx.run("INSERT INTO named(name, n) VALUES('counter', 0)")); });
    const auto other = database().open();
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            for (int k = 0; k < kEach; ++k) {
                auto tx = (i % 2 == 0 ? *db_ : *other).begin();
                if (!tx) {
                    ++failures;
                    continue;
                }
                // Read and write apart: only a writer alone gets this right.
                const auto n = (*tx)->integer("SELECT n FROM named WHERE name = 'counter'");
                const bool done =
                    n && (*tx)->run("UPDATE named SET n = $1 WHERE name = 'counter'", n->value_or(0) + 1);
                if (!done || !(*tx)->commit()) ++failures;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(number("SELECT n FROM named WHERE name = 'counter'"), 4 * kEach);
}

TEST_P(DatabaseTransactions, WhoWaitsTooLongForItsTurnIsTold) {
    const auto impatient = database().open({.url = {}, .busy_seconds = 0});
    const auto tx = impatient->begin();
    ASSERT_TRUE(tx);
    EXPECT_EQ(kind(impatient->begin()), ErrorKind::kUnavailable) << "of the same process";
    const auto other = database().open({.url = {}, .busy_seconds = 1});
    EXPECT_EQ(kind(other->begin()), ErrorKind::kUnavailable) << "of another";
    EXPECT_EQ(number("SELECT count(*) FROM t"), 0) << "readers don't wait";
    EXPECT_TRUE((*tx)->commit());
    EXPECT_TRUE(other->begin());
}

TEST_P(DatabaseTransactions, ATransactionMayEndOnAnotherThread) {
    auto tx = db_->begin();
    ASSERT_TRUE(tx);
    std::thread([moved = *std::move(tx)] {
        EXPECT_TRUE(moved->run("INSERT INTO t(id) VALUES(1)"));
        EXPECT_TRUE(moved->commit());
    }).join();
    EXPECT_TRUE(db_->begin());
    EXPECT_EQ(number("SELECT count(*) FROM t"), 1);
}

TEST_P(DatabaseTransactions, MoreReadersThanConnectionsTakeTurns) {
    const auto small = database().open({.url = {}, .readers = 2});
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int k = 0; k < 20; ++k) {
                auto session = (i + k) % 2 == 0 ? small->reader() : small->snapshot();
                if (session && (*session)->integer("SELECT count(*) FROM t") == 0) ++good;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 160);
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTransactions, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::db
