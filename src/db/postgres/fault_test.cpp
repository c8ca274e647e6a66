// PostgreSQL whose connections are killed, whose server dies and whose disk is full.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <set>
#include <thread>

#include "testing/database.h"
#include "testing/postgres.h"

namespace comity::db {
namespace {

constexpr auto kEngine = Database::Engine::kPostgresql;
constexpr int kRows = 5;

void make_tables(Database& db) {
    auto tx = db.begin();
    ASSERT_TRUE(tx) << tx.error().message();
    ASSERT_TRUE(
        (*tx)->run("CREATE TABLE rows(batch INTEGER, id INTEGER, data BLOB, PRIMARY KEY(batch, id))"));
    ASSERT_TRUE((*tx)->run("CREATE TABLE total(id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"));
    ASSERT_TRUE((*tx)->run("INSERT INTO total(id, n) VALUES(1, 0)"));
    ASSERT_TRUE((*tx)->commit());
}

// Called before each call of a transaction, with the number of its server process.
using Before = std::function<void(std::int64_t pid)>;

Result<void> add_batch(Database& db, std::int64_t batch, std::size_t size, const Before& before) {
    COMITY_TRY(const auto tx, db.begin());
    COMITY_TRY(const auto pid, tx->integer("SELECT pg_backend_pid()"));
    before(*pid);
    COMITY_CHECK(tx->savepoint());
    const Bytes data(size, static_cast<std::uint8_t>(batch));
    for (int i = 0; i < kRows; ++i) {
        before(*pid);
        COMITY_CHECK(tx->queue("INSERT INTO rows(batch, id, data) VALUES($1, $2, $3)", batch, i, data));
    }
    before(*pid);
    COMITY_CHECK(tx->integer("SELECT count(*) FROM rows WHERE batch = $1", {batch}));
    before(*pid);
    COMITY_CHECK(tx->run("UPDATE total SET n = n + $1 WHERE id = 1", kRows));
    before(*pid);
    COMITY_CHECK(tx->release_savepoint());
    before(*pid);
    return tx->commit();
}

void expect_sound(Database& db, const std::set<std::int64_t>& committed,
                  const std::set<std::int64_t>& in_doubt) {
    auto reader = db.snapshot();
    ASSERT_TRUE(reader) << reader.error().message();
    std::set<std::int64_t> found;
    const auto done =
        (*reader)->each("SELECT batch, count(*) FROM rows GROUP BY batch", {}, [&](const Row& row) {
            found.insert(row.integer(0));
            EXPECT_EQ(row.integer(1), kRows) << "batch " << row.integer(0) << " is half there";
            EXPECT_TRUE(committed.contains(row.integer(0)) || in_doubt.contains(row.integer(0)));
            return true;
        });
    ASSERT_TRUE(done) << done.error().message();
    for (const std::int64_t batch : committed)
        EXPECT_TRUE(found.contains(batch)) << "batch " << batch << " was acknowledged";
    EXPECT_EQ((*reader)->integer("SELECT n FROM total"), static_cast<std::int64_t>(found.size()) * kRows);
}

void expect_unavailable(const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::kUnavailable) << error.message();
    EXPECT_NE(error.where.find("postgresql "), std::string::npos) << error.message();
    EXPECT_FALSE(error.mend.empty()) << error.message();
}

class PostgresFault : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = testing::engine_missing(kEngine); !why.empty()) GTEST_SKIP() << why;
        database_ = std::make_unique<testing::TestDatabase>(kEngine);
        db_ = database_->open();
        killer_ = database_->open();
        make_tables(*db_);
    }
    // Ends a server process and waits until it has.
    void kill(std::int64_t pid) {
        auto session = killer_->reader();
        ASSERT_TRUE(session);
        EXPECT_EQ((*session)->integer("SELECT pg_terminate_backend(CAST($1 AS int4), 10000)", {pid}), 1);
    }

    std::unique_ptr<testing::TestDatabase> database_;
    std::unique_ptr<Database> db_;
    std::unique_ptr<Database> killer_;
};

TEST_F(PostgresFault, AConnectionKilledAtAnyStepLosesItsTransactionAndNothingElse) {
    const int steps = [&] {
        int count = 0;
        EXPECT_TRUE(add_batch(*db_, 0, 100, [&](std::int64_t) { ++count; }));
        return count;
    }();
    EXPECT_GT(steps, 8);
    std::set<std::int64_t> committed = {0};
    for (int fatal = 0; fatal < steps; ++fatal) {
        SCOPED_TRACE(fatal);
        int step = 0;
        const auto done = add_batch(*db_, 100 + fatal, 100, [&](std::int64_t pid) {
            if (step++ == fatal) kill(pid);
        });
        ASSERT_FALSE(done);
        expect_unavailable(done.error());
        const auto next = add_batch(*db_, fatal + 1, 100, [](std::int64_t) {});
        EXPECT_TRUE(next) << next.error().message();
        committed.insert(fatal + 1);
        expect_sound(*db_, committed, {});
    }
}

TEST_F(PostgresFault, ADeadTransactionStaysDead) {
    auto tx = db_->begin();
    ASSERT_TRUE(tx);
    ASSERT_TRUE((*tx)->savepoint());
    kill((*tx)->integer("SELECT pg_backend_pid()")->value());
    expect_unavailable((*tx)->run("INSERT INTO total(id, n) VALUES(2, 2)").error());
    expect_unavailable((*tx)->queue("INSERT INTO total(id, n) VALUES(2, 2)").error());
    expect_unavailable((*tx)->rollback_to_savepoint().error());
    expect_unavailable((*tx)->commit().error());
}

TEST_F(PostgresFault, ConnectionsLostWhileIdleAreMadeAnewUnnoticed) {
    std::int64_t reader_pid = 0;
    std::int64_t snapshot_pid = 0;
    std::int64_t writer_pid = 0;
    {
        auto reader = db_->reader();
        reader_pid = (*reader)->integer("SELECT pg_backend_pid()")->value();
        auto snapshot = db_->snapshot();
        snapshot_pid = (*snapshot)->integer("SELECT pg_backend_pid()")->value();
        auto tx = db_->begin();
        writer_pid = (*tx)->integer("SELECT pg_backend_pid()")->value();
    }
    for (const std::int64_t pid : {reader_pid, snapshot_pid, writer_pid}) kill(pid);
    EXPECT_TRUE(add_batch(*db_, 1, 100, [](std::int64_t) {}));
    auto reader = db_->reader();
    EXPECT_EQ((*reader)->integer("SELECT count(*) FROM rows"), kRows);
    auto snapshot = db_->snapshot();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ((*snapshot)->integer("SELECT count(*) FROM rows"), kRows);
    // A session that is out already, too.
    kill((*reader)->integer("SELECT pg_backend_pid()")->value());
    EXPECT_EQ((*reader)->integer("SELECT count(*) FROM rows"), kRows);
    // A snapshot can't go on: its state is gone.
    kill((*snapshot)->integer("SELECT pg_backend_pid()")->value());
    expect_unavailable((*snapshot)->integer("SELECT count(*) FROM rows").error());
    expect_unavailable((*snapshot)->integer("SELECT count(*) FROM rows").error());
}

TEST_F(PostgresFault, RowsAlreadySeenAreNotSeenTwice) {
    {
        auto tx = db_->begin();
        const Bytes data(2000, 1);
        for (int i = 0; i < 20'000; ++i)
            ASSERT_TRUE((*tx)->queue("INSERT INTO rows(batch, id, data) VALUES(1, $1, $2)", i, data));
        ASSERT_TRUE((*tx)->commit());
    }
    auto reader = db_->reader();
    const std::int64_t pid = (*reader)->integer("SELECT pg_backend_pid()")->value();
    std::int64_t next = 0;
    const auto done = (*reader)->each("SELECT id, data FROM rows ORDER BY id", {}, [&](const Row& row) {
        EXPECT_EQ(row.integer(0), next++);
        if (next == 10) kill(pid);
        return true;
    });
    ASSERT_FALSE(done);
    expect_unavailable(done.error());
    EXPECT_LT(next, 20'000);
    EXPECT_EQ((*reader)->integer("SELECT count(*) FROM rows"), 20'000);
}

TEST_F(PostgresFault, ConnectionsKilledAtRandomLoseNothingAcknowledged) {
    std::atomic<bool> stop = false;
    std::thread chaos([&] {
        while (!stop) {
            auto session = killer_->reader();
            if (session) {
                static_cast<void>((*session)->run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
                    "'comity' AND datname = current_database() AND pid <> pg_backend_pid()"));
            }
            std::this_thread::yield();
        }
    });
    std::set<std::int64_t> committed;
    std::set<std::int64_t> in_doubt;
    for (std::int64_t batch = 0; batch < 200; ++batch) {
        if (auto done = add_batch(*db_, batch, 100, [](std::int64_t) {})) {
            committed.insert(batch);
        } else {
            EXPECT_EQ(done.error().kind, ErrorKind::kUnavailable) << done.error().message();
            in_doubt.insert(batch);
        }
    }
    stop = true;
    chaos.join();
    expect_sound(*db_, committed, in_doubt);
}

TEST_F(PostgresFault, UrlsAreCheckedAtTheDoor) {
    const auto nowhere =
        Database::open({.url = testing::with_database(testing::postgres_url(), "no_such_database")});
    ASSERT_FALSE(nowhere);
    expect_unavailable(nowhere.error());
    EXPECT_NE(nowhere.error().message().find("no_such_database"), std::string::npos);
    const auto secret = Database::open({.url = "postgresql://comity:hunter2@localhost:1/x"});
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().message().find("hunter2"), std::string::npos) << secret.error().message();
}

class PostgresOfItsOwn : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = testing::engine_missing(kEngine); !why.empty()) GTEST_SKIP() << why;
        // The server runs as another user and must come through.
        std::filesystem::permissions(folder_.path(), std::filesystem::perms(0711));
    }
    const testing::TemporaryFolder folder_;
};

// A small file system in memory; says why where it can't be had.
class SmallDisk {
  public:
    SmallDisk(std::filesystem::path at, const std::string& size) : at_(std::move(at)) {
        std::filesystem::create_directories(at_);
        if (mount("comity-test", at_.c_str(), "tmpfs", 0, ("size=" + size + ",mode=777").c_str()) != 0) {
            why_ = std::string("a small tmpfs can't be mounted here: ") + std::strerror(errno);
        }
    }
    ~SmallDisk() {
        if (why_.empty()) umount2(at_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    const std::string& why() const { return why_; }
    const std::filesystem::path& path() const { return at_; }

    // Leaves free only what is to be left; free() gives it back.
    void fill(std::uintmax_t leave) {
        std::FILE* file = std::fopen((at_ / "ballast").c_str(), "w");
        const std::string block(64 << 10, 'b');
        while (std::filesystem::space(at_).available > leave + block.size())
            std::fwrite(block.data(), 1, block.size(), file), std::fflush(file);
        std::fclose(file);
    }
    void free() { std::filesystem::remove(at_ / "ballast"); }

  private:
    const std::filesystem::path at_;
    std::string why_;
};

TEST_F(PostgresOfItsOwn, GoneAndBackAgain) {
    const SmallDisk disk(folder_.path() / "disk",
                         "256m");  // quicker where it can be had; it need not be small
    testing::PostgresCluster cluster(disk.path() / "pg");
    ASSERT_EQ(cluster.why(), "");
    auto db = Database::open({.url = cluster.url(), .busy_seconds = 2});
    ASSERT_TRUE(db) << db.error().message();
    make_tables(**db);
    const auto nothing = [](std::int64_t) {};
    std::set<std::int64_t> committed;
    std::int64_t batch = 0;
    for (int round = 0; round < 2; ++round) {
        ASSERT_TRUE(add_batch(**db, ++batch, 100, nothing));
        committed.insert(batch);
        auto tx = (*db)->begin();
        ASSERT_TRUE(tx);
        ASSERT_TRUE((*tx)->run("UPDATE total SET n = 99"));
        const auto reader = (*db)->reader();
        cluster.stop();
        expect_unavailable((*tx)->commit().error());
        tx->reset();
        expect_unavailable((*db)->begin().error());
        expect_unavailable((*db)->snapshot().error());
        expect_unavailable((*reader)->integer("SELECT 1").error());
        expect_unavailable(Database::open({.url = cluster.url()}).error());
        ASSERT_TRUE(cluster.start()) << cluster.why();
        EXPECT_EQ((*reader)->integer("SELECT 1"), 1);
        expect_sound(**db, committed, {});
    }
}

TEST_F(PostgresOfItsOwn, AFullDiskIsToldAndLosesNothing) {
    SmallDisk disk(folder_.path() / "disk", "256m");
    if (!disk.why().empty()) GTEST_SKIP() << disk.why();
    testing::PostgresCluster cluster(disk.path() / "pg",
                                     "max_wal_size=32MB min_wal_size=32MB wal_init_zero=on");
    ASSERT_EQ(cluster.why(), "");
    auto db = Database::open({.url = cluster.url(), .busy_seconds = 5});
    ASSERT_TRUE(db) << db.error().message();
    make_tables(**db);
    const auto nothing = [](std::int64_t) {};
    std::set<std::int64_t> committed;
    std::set<std::int64_t> in_doubt;
    std::int64_t batch = 0;
    for (int round = 0; round < 2; ++round) {
        // Where the tables can't grow that is an error; where the log can't, the server dies and can't come
        // back.
        disk.fill(round == 0 ? 4u << 20 : 1u << 20);
        for (;;) {
            auto done = add_batch(**db, ++batch, 100'000, nothing);
            if (done) {
                committed.insert(batch);
                ASSERT_LT(batch, 2000) << "the disk is never full";
                continue;
            }
            in_doubt.insert(batch);
            expect_unavailable(done.error());
            break;
        }
        disk.free();
        // It has come back by itself, or the operator starts it.
        cluster.stop();
        ASSERT_TRUE(cluster.start()) << cluster.why();
        const auto after = add_batch(**db, ++batch, 100, nothing);
        EXPECT_TRUE(after) << after.error().message();
        committed.insert(batch);
        expect_sound(**db, committed, in_doubt);
    }
}

TEST_F(PostgresOfItsOwn, TablesThatCannotGrowLeaveTheServerReading) {
    SmallDisk disk(folder_.path() / "disk", "48m");
    if (!disk.why().empty()) GTEST_SKIP() << disk.why();
    testing::PostgresCluster cluster(folder_.path() / "pg");
    ASSERT_EQ(cluster.why(), "");
    auto db = Database::open({.url = cluster.url()});
    ASSERT_TRUE(db) << db.error().message();
    make_tables(**db);
    // Only the tables lie on the small disk.
    const std::string space = (disk.path() / "space").string();
    ASSERT_EQ(
        std::system(("mkdir '" + space + "' && { [ \"$(id -u)\" != 0 ] || chown postgres: '" + space + "'; }")
                        .c_str()),
        0);
    const std::string psql = "psql -q -v ON_ERROR_STOP=1 '" + cluster.url() + "' -c \"";
    ASSERT_EQ(std::system((psql + "CREATE TABLESPACE small LOCATION '" + space + "'\"").c_str()), 0);
    ASSERT_EQ(std::system((psql + "ALTER TABLE rows SET TABLESPACE small\"").c_str()), 0);

    disk.fill(3 << 20);
    std::set<std::int64_t> committed;
    std::int64_t batch = 0;
    const auto random_batch = [&]() -> Result<void> {
        // Of noise: PostgreSQL would press the rest into nothing.
        COMITY_TRY(const auto tx, (*db)->begin());
        std::uint64_t noise = static_cast<std::uint64_t>(++batch) * 0x9e3779b97f4a7c15;
        for (int i = 0; i < kRows; ++i) {
            Bytes data(40'000);
            for (std::uint8_t& byte : data) {
                noise ^= noise << 13, noise ^= noise >> 7, noise ^= noise << 17;
                byte = static_cast<std::uint8_t>(noise);
            }
            COMITY_CHECK(tx->queue("INSERT INTO rows(batch, id, data) VALUES($1, $2, $3)", batch, i, data));
        }
        COMITY_CHECK(tx->run("UPDATE total SET n = n + $1 WHERE id = 1", kRows));
        return tx->commit();
    };
    Result<void> done;
    while ((done = random_batch())) {
        committed.insert(batch);
        ASSERT_LT(batch, 1000) << "the disk is never full";
    }
    expect_unavailable(done.error());
    EXPECT_NE(done.error().message().find("disk is full"), std::string::npos) << done.error().message();
    EXPECT_NE(done.error().mend.find("free space"), std::string::npos);
    expect_sound(**db, committed, {});
    disk.free();
    done = random_batch();
    EXPECT_TRUE(done) << done.error().message();
    committed.insert(batch);
    expect_sound(**db, committed, {});
}

}  // namespace
}  // namespace comity::db
