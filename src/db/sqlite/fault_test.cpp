// SQLite on a disk that fails: at every single operation of a workload, in every way, once and for good.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "db/database.h"
#include "testing/fault_plan.h"
#include "testing/folder.h"

namespace comity::db {
namespace {

using testing::FaultPlan;
using testing::TemporaryFolder;

constexpr int kRows = 12;  // of a transaction
constexpr int kTransactions = 9;

// What the workload was told, and what must therefore be there.
struct Told {
    std::set<std::int64_t> committed;
    std::set<std::int64_t> in_doubt;
};

void make_tables(Database& db) {
    auto tx = db.begin();
    ASSERT_TRUE(tx);
    ASSERT_TRUE(
        (*tx)->run("CREATE TABLE rows(batch INTEGER, id INTEGER, data BLOB, PRIMARY KEY(batch, id))"));
    ASSERT_TRUE((*tx)->run("CREATE TABLE total(id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"));
    ASSERT_TRUE((*tx)->run("INSERT INTO total(id, n) VALUES(1, 0)"));
    ASSERT_TRUE((*tx)->commit());
}

// One transaction: a batch of rows, the total brought up to date, an index now and then.
Result<void> add_batch(Database& db, std::int64_t batch) {
    COMITY_TRY(const auto tx, db.begin());
    const Bytes data(500 + static_cast<std::size_t>(batch) * 331 % 900, static_cast<std::uint8_t>(batch));
    for (int i = 0; i < kRows; ++i) {
        COMITY_CHECK(tx->queue("INSERT INTO rows(batch, id, data) VALUES($1, $2, $3)", batch, i, data));
    }
    if (batch % 4 == 1) COMITY_CHECK(tx->run("CREATE INDEX rows_" + std::to_string(batch) + " ON rows(id)"));
    COMITY_CHECK(tx->run("UPDATE total SET n = n + $1 WHERE id = 1", kRows));
    return tx->commit();
}

void expect_unavailable(const Error& error, const std::string& path) {
    EXPECT_EQ(error.kind, ErrorKind::kUnavailable) << error.message();
    EXPECT_NE(error.message().find(path), std::string::npos) << error.message();
    EXPECT_FALSE(error.mend.empty()) << error.message();
}

// A reader that stays: with it the log is copied in part only, as far as it had come when the reader came.
std::unique_ptr<Session> long_reader(Database& db) {
    auto reader = db.snapshot();
    if (!reader || !(*reader)->integer("SELECT n FROM total")) return nullptr;
    return *std::move(reader);
}

// So that the log is copied into the file within the workload, and not at its end alone.
std::string url_on(const FaultPlan& disk, const std::string& path) {
    return disk.url(path) + "&pages=10";
}

// Batches before, opening again, and after, with a reader who stays for some. `db` may be null afterwards.
void work(const FaultPlan& disk, const std::string& path, std::unique_ptr<Database>& db, Told& told) {
    std::unique_ptr<Session> reader;
    for (std::int64_t batch = 0; batch < kTransactions; ++batch) {
        if (batch % 4 == 1 && db) reader = long_reader(*db);
        if (batch % 4 == 3) reader.reset();
        if (batch == kTransactions / 2)
            db.reset();  // the last connection to go copies the log and removes it
        if (!db) {
            auto opened = Database::open({.url = url_on(disk, path)});
            if (!opened) {
                expect_unavailable(opened.error(), path);
                continue;
            }
            db = *std::move(opened);
        }
        if (auto done = add_batch(*db, batch)) {
            told.committed.insert(batch);
        } else {
            told.in_doubt.insert(batch);
            expect_unavailable(done.error(), path);
        }
    }
}

void expect_sound(Database& db, const Told& told, const std::string& when) {
    SCOPED_TRACE(when);
    auto reader = db.reader();
    ASSERT_TRUE(reader) << reader.error().message();
    std::int64_t total = 0;
    std::set<std::int64_t> found;
    const auto done = (*reader)->each(
        "SELECT batch, count(*), min(length(data)) FROM rows GROUP BY batch", {}, [&](const Row& row) {
            const std::int64_t batch = row.integer(0);
            found.insert(batch);
            EXPECT_EQ(row.integer(1), kRows) << "batch " << batch << " is half there";
            EXPECT_EQ(row.integer(2), 500 + batch * 331 % 900);
            EXPECT_TRUE(told.committed.contains(batch) || told.in_doubt.contains(batch))
                << "batch " << batch << " was never made";
            total += kRows;
            return true;
        });
    ASSERT_TRUE(done) << done.error().message();
    for (const std::int64_t batch : told.committed)
        EXPECT_TRUE(found.contains(batch)) << "batch " << batch << " was acknowledged";
    EXPECT_EQ((*reader)->integer("SELECT n FROM total"), total);
    EXPECT_EQ((*reader)->text("PRAGMA integrity_check"), "ok");
}

// The files as a crash at this moment would leave them, opened by the next process.
void expect_sound_after_crash(const std::string& path, const Told& told) {
    const TemporaryFolder folder;
    const std::string copy = folder / "x.db";
    for (const std::string beside : {"", "-wal"}) {
        if (std::filesystem::exists(path + beside)) std::filesystem::copy_file(path + beside, copy + beside);
    }
    const FaultPlan well;
    auto db = Database::open({.url = url_on(well, copy)});
    ASSERT_TRUE(db) << db.error().message();
    expect_sound(**db, told, "after a crash");
}

// The workload with its n-th operation failing. False where it has less than n.
bool survives(std::uint64_t n, FaultPlan::Kind kind, FaultPlan::Until until) {
    SCOPED_TRACE("operation " + std::to_string(n));
    FaultPlan disk;
    const TemporaryFolder folder;
    const std::string path = folder / "x.db";
    auto opened = Database::open({.url = url_on(disk, path)});
    if (!opened) return ADD_FAILURE() << opened.error().message(), false;
    std::unique_ptr<Database> db = *std::move(opened);
    make_tables(*db);

    Told told;
    disk.fail(n, kind, until);
    work(disk, path, db, told);
    const bool struck = disk.struck();
    EXPECT_TRUE(struck || told.in_doubt.empty());
    if (until == FaultPlan::Until::kOnce) {
        EXPECT_LE(told.in_doubt.size(), 1u) << "the database comes right by itself";
    }
    expect_sound_after_crash(path, told);

    disk.lift();
    if (!db) {
        auto again = Database::open({.url = url_on(disk, path)});
        if (!again) return ADD_FAILURE() << again.error().message(), false;
        db = *std::move(again);
    }
    expect_sound(*db, told, "when the disk is well again");
    const auto more = add_batch(*db, 1000);
    EXPECT_TRUE(more) << more.error().message();
    told.committed.insert(1000);
    expect_sound(*db, told, "after another transaction");
    expect_sound_after_crash(path, told);
    db.reset();
    auto last = Database::open({.url = url_on(disk, path)});
    if (!last) return ADD_FAILURE() << last.error().message(), false;
    expect_sound(**last, told, "after opening again");
    return struck;
}

struct Way {
    const char* name;
    FaultPlan::Kind kind;
    FaultPlan::Until until;
};

class SqliteOnAFailingDisk : public ::testing::TestWithParam<Way> {};

TEST_P(SqliteOnAFailingDisk, LosesNothingAndHalvesNothingAtAnyOperation) {
    std::uint64_t n = 1;
    while (survives(n, GetParam().kind, GetParam().until) && !HasFailure()) ++n;
    EXPECT_GT(n, GetParam().kind == FaultPlan::Kind::kSyncLoses ? 8u : 100u) << "the workload hardly writes";
}

INSTANTIATE_TEST_SUITE_P(
    Ways, SqliteOnAFailingDisk,
    ::testing::Values(Way{"FullOnce", FaultPlan::Kind::kFull, FaultPlan::Until::kOnce},
                      Way{"FullUntilFreed", FaultPlan::Kind::kFull, FaultPlan::Until::kLifted},
                      Way{"IoErrorOnce", FaultPlan::Kind::kIoError, FaultPlan::Until::kOnce},
                      Way{"IoErrorUntilMended", FaultPlan::Kind::kIoError, FaultPlan::Until::kLifted},
                      Way{"ShortWriteOnce", FaultPlan::Kind::kShortWrite, FaultPlan::Until::kOnce},
                      Way{"ShortWriteUntilFreed", FaultPlan::Kind::kShortWrite, FaultPlan::Until::kLifted},
                      Way{"SyncLosesOnce", FaultPlan::Kind::kSyncLoses, FaultPlan::Until::kOnce},
                      Way{"SyncLosesUntilMended", FaultPlan::Kind::kSyncLoses, FaultPlan::Until::kLifted}),
    [](const auto& way) { return way.param.name; });

TEST(SqliteLog, IsCopiedBesideABusyWriterAndDoesNotGrowWithoutEnd) {
    constexpr std::uintmax_t kPages = 64;
    constexpr std::uintmax_t kPage = 8192 + 24;  // as it lies in the log
    const TemporaryFolder folder;
    const std::string path = folder / "x.db";
    auto opened = Database::open({.url = fmt::format("sqlite:{}?pages={}", path, kPages)});
    ASSERT_TRUE(opened);
    std::unique_ptr<Database> db = *std::move(opened);
    make_tables(*db);
    for (int batch = 0; batch < 400; ++batch) ASSERT_TRUE(add_batch(*db, 4 * batch));
    EXPECT_LT(std::filesystem::file_size(path + "-wal"), 5 * kPages * kPage);
    EXPECT_GT(std::filesystem::file_size(path), 300 * kRows * 500u);

    // Whoever reads meanwhile has a whole state.
    std::atomic<bool> over = false;
    std::thread reader([&] {
        while (!over) {
            const auto session = db->snapshot();
            ASSERT_TRUE(session);
            EXPECT_EQ((*session)->integer("SELECT n FROM total"),
                      (*session)->integer("SELECT count(*) FROM rows"));
        }
    });
    for (int batch = 0; batch < 200; ++batch) EXPECT_TRUE(add_batch(*db, 4 * batch + 2));
    over = true;
    reader.join();
    db.reset();
    EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
    auto again = Database::open({.url = "sqlite:" + path});
    ASSERT_TRUE(again);
    EXPECT_EQ((*(*again)->reader())->integer("SELECT n FROM total"), 600 * kRows);
    EXPECT_EQ((*(*again)->reader())->text("PRAGMA integrity_check"), "ok");
}

TEST(SqliteOnAFullDisk, StillReads) {
    FaultPlan disk;
    const TemporaryFolder folder;
    auto db = Database::open({.url = disk.url(folder / "x.db")});
    ASSERT_TRUE(db);
    make_tables(**db);
    ASSERT_TRUE(add_batch(**db, 1));
    disk.fail(1, FaultPlan::Kind::kFull, FaultPlan::Until::kLifted);
    for (int i = 0; i < 3; ++i) {
        const auto full = add_batch(**db, 2);
        ASSERT_FALSE(full);
        EXPECT_NE(full.error().message().find("disk is full"), std::string::npos) << full.error().message();
        EXPECT_NE(full.error().mend.find("free space"), std::string::npos);
        const auto reader = (*db)->reader();  // the first makes its connection now
        ASSERT_TRUE(reader);
        EXPECT_EQ((*reader)->integer("SELECT count(*) FROM rows"), kRows);
    }
    disk.lift();
    EXPECT_TRUE(add_batch(**db, 2));
}

TEST(SqliteOnAFullDisk, ATransactionThatFailedIsDead) {
    FaultPlan disk;
    const TemporaryFolder folder;
    auto db = Database::open({.url = disk.url(folder / "x.db")});
    ASSERT_TRUE(db);
    make_tables(**db);
    {
        auto tx = (*db)->begin();
        ASSERT_TRUE(tx);
        ASSERT_TRUE((*tx)->savepoint());
        ASSERT_TRUE((*tx)->run("INSERT INTO rows(batch, id) VALUES(1, 1)"));
        disk.fail(1, FaultPlan::Kind::kFull, FaultPlan::Until::kOnce);
        // More than the cache holds: pages go to the log before the commit.
        const Bytes big(4 << 20, 0x77);
        Result<std::int64_t> done = 0;
        for (int i = 2; i < 40 && done; ++i)
            done = (*tx)->run("INSERT INTO rows(batch, id, data) VALUES(1, $1, $2)", i, big);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, ErrorKind::kUnavailable);
        EXPECT_EQ((*tx)->run("SELECT 1").error().kind, ErrorKind::kUnavailable);
        EXPECT_EQ((*tx)->rollback_to_savepoint().error().kind, ErrorKind::kUnavailable);
        EXPECT_EQ((*tx)->commit().error().kind, ErrorKind::kUnavailable);
    }
    ASSERT_TRUE(add_batch(**db, 2));
    EXPECT_EQ((*(*db)->reader())->integer("SELECT count(*) FROM rows"), kRows);
}

TEST(SqliteFile, ThatIsNoneIsCorrupt) {
    const TemporaryFolder folder;
    const std::string path = folder / "x.db";
    std::FILE* file = std::fopen(path.c_str(), "w");
    for (int i = 0; i < 4000; ++i) std::fputs("not a database ", file);
    std::fclose(file);
    const auto db = Database::open({.url = "sqlite:" + path});
    ASSERT_FALSE(db);
    EXPECT_EQ(db.error().kind, ErrorKind::kCorrupt);
    EXPECT_NE(db.error().message().find(path), std::string::npos);
}

TEST(SqliteFile, DamagedInTheMiddleIsCorruptAndNotRepairedInSilence) {
    const TemporaryFolder folder;
    const std::string path = folder / "x.db";
    {
        auto db = Database::open({.url = "sqlite:" + path});
        ASSERT_TRUE(db);
        make_tables(**db);
        for (int batch = 0; batch < 20; ++batch) ASSERT_TRUE(add_batch(**db, batch));
    }
    const auto size = std::filesystem::file_size(path);
    std::FILE* file = std::fopen(path.c_str(), "r+");
    const std::string garbage(8192, '\xa5');
    for (long at = 8192; at + 8192 <= static_cast<long>(size); at += 8192) {
        std::fseek(file, at, SEEK_SET);
        std::fwrite(garbage.data(), 1, garbage.size(), file);
    }
    std::fclose(file);
    auto db = Database::open({.url = "sqlite:" + path});
    if (db) {
        const auto reader = (*db)->reader();
        const auto count = (*reader)->integer("SELECT sum(length(data)) FROM rows");
        ASSERT_FALSE(count);
        EXPECT_EQ(count.error().kind, ErrorKind::kCorrupt) << count.error().message();
        EXPECT_EQ(add_batch(**db, 99).error().kind, ErrorKind::kCorrupt);
    } else {
        EXPECT_EQ(db.error().kind, ErrorKind::kCorrupt);
    }
}

TEST(SqliteFile, IsItsOwnersOnly) {
    const TemporaryFolder folder;
    const std::string path = folder / "x.db";
    auto db = Database::open({.url = "sqlite:" + path});
    ASSERT_TRUE(db);
    make_tables(**db);
    using std::filesystem::perms;
    for (const std::string beside : {"", "-wal", "-shm"}) {
        EXPECT_EQ(std::filesystem::status(path + beside).permissions(),
                  perms::owner_read | perms::owner_write)
            << beside;
    }
}

TEST(SqliteFile, ThatWasTakenAwayIsNotMadeAnew) {
    const TemporaryFolder folder;
    const std::string path = folder / "x.db";
    auto db = Database::open({.url = "sqlite:" + path});
    ASSERT_TRUE(db);
    make_tables(**db);
    std::filesystem::remove(path);
    const auto reader = (*db)->reader();  // its first connection
    EXPECT_FALSE(reader && (*reader)->integer("SELECT n FROM total"));
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace comity::db
