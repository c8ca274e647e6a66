// PostgreSQL with synchronous standbys: what it says is committed is on them too, and until then nobody is
// told or shown it. Here it waits for a standby that does not exist.
#include <gtest/gtest.h>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "testing/database.h"
#include "testing/folder.h"
#include "testing/postgres.h"

namespace comity::db {
namespace {

constexpr int kPatience = 1;
constexpr std::string_view kWaiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
constexpr std::string_view kRowsThere = "SELECT count(*) FROM things";

class PostgresStandby : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = testing::engine_missing(Database::Engine::kPostgresql); !why.empty())
            GTEST_SKIP() << why;
        cluster_ = std::make_unique<testing::PostgresCluster>(folder_.path());
        ASSERT_EQ(cluster_->why(), "");
        db_ = open(kPatience);
        const auto tx = db_->begin();
        ASSERT_TRUE(tx);
        ASSERT_TRUE((*tx)->run("CREATE TABLE things(id INTEGER PRIMARY KEY)"));
        ASSERT_TRUE((*tx)->commit());
    }
    std::unique_ptr<Database> open(int patience) {
        auto db = Database::open({.url = cluster_->url(), .busy_seconds = patience});
        EXPECT_TRUE(db) << db.error().message();
        return db ? std::move(*db) : nullptr;
    }
    // As an administrator would; what it writes needs no standby.
    void run(const std::string& sql) {
        const std::string psql = "PGOPTIONS='-c synchronous_commit=local' psql -qAt -v ON_ERROR_STOP=1 '" +
                                 cluster_->url() + "' -c \"" + sql + "\" >/dev/null";
        ASSERT_EQ(std::system(psql.c_str()), 0) << sql;
    }
    // The standbys without which nothing is committed; "" for none. It holds when the server's processes have
    // heard of it.
    void require_standby(const std::string& name) {
        const auto session = open_reader();
        ASSERT_TRUE(session->integer("SELECT 1"));  // while it can still be opened
        run("ALTER SYSTEM SET synchronous_standby_names = '" + name + "'");
        run("SELECT pg_reload_conf()");
        if (name.empty()) return wait_until(*session, kWaiting, 0);
        for (bool holds = false; !holds;) {
            std::atomic<bool> committed = false;
            std::thread probe([&] {
                run("SET synchronous_commit = on; SELECT pg_logical_emit_message(true, 'probe', '')");
                committed = true;
            });
            while (!committed && !holds) holds = session->integer(kWaiting) == 1;
            if (holds)
                run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
            probe.join();
        }
    }
    std::unique_ptr<Session> open_reader() {
        auto reader = db_->reader();
        EXPECT_TRUE(reader);
        return std::move(*reader);
    }
    static void wait_until(Session& session, std::string_view sql, std::int64_t wanted) {
        for (int i = 0; i < 6000; ++i) {
            const auto found = session.integer(sql);
            ASSERT_TRUE(found) << found.error().message();
            if (*found == wanted) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        FAIL() << sql << " is never " << wanted;
    }
    static Result<void> add(Database& db, int id) {
        COMITY_TRY(const auto tx, db.begin());
        COMITY_CHECK(tx->run("INSERT INTO things(id) VALUES($1)", id));
        return tx->commit();
    }
    static void expect_unconfirmed(const Result<void>& done) {
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, ErrorKind::kUnavailable) << done.error().message();
        EXPECT_FALSE(done.error().mend.empty());
    }

    testing::TemporaryFolder folder_;
    std::unique_ptr<testing::PostgresCluster> cluster_;
    std::unique_ptr<Database> db_;
};

TEST_F(PostgresStandby, ACommitThatIsNotConfirmedIsGivenUpAndComesRightByItself) {
    const auto reader = open_reader();
    ASSERT_TRUE(reader->integer(kRowsThere));
    require_standby("nobody");
    expect_unconfirmed(add(*db_, 1));
    EXPECT_EQ(reader->integer(kRowsThere), 0) << "shown, and on one disk alone";
    // The next one neither waits for ever nor is told anything else.
    expect_unconfirmed(add(*db_, 2));
    require_standby("");
    wait_until(*reader, kRowsThere, 1);
    const auto done = add(*db_, 2);
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ(reader->integer(kRowsThere), 2);
}

TEST_F(PostgresStandby, AWaitThatSomebodyCancelsIsNoAcknowledgement) {
    const auto patient = open(60);
    const auto reader = open_reader();
    ASSERT_TRUE(reader->integer(kRowsThere));
    require_standby("nobody");
    Result<void> done;
    std::thread writer([&] { done = add(*patient, 1); });
    wait_until(*reader, kWaiting, 1);
    run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    writer.join();
    expect_unconfirmed(done);
    EXPECT_NE(done.error().message().find("no standby has confirmed"), std::string::npos)
        << done.error().message();
    require_standby("");
    EXPECT_EQ(reader->integer(kRowsThere), 1);
    EXPECT_TRUE(add(*patient, 2));
}

TEST_F(PostgresStandby, WhatWasNeverConfirmedIsShownToNobodyAfterACrash) {
    require_standby("nobody");
    expect_unconfirmed(add(*db_, 1));
    cluster_->stop();
    ASSERT_TRUE(cluster_->start()) << cluster_->why();
    // It is committed now, as far as the primary knows.
    const auto reader = db_->reader();
    ASSERT_TRUE(reader);
    const auto seen = (*reader)->integer(kRowsThere);
    ASSERT_FALSE(seen) << "shown, and on one disk alone";
    EXPECT_EQ(seen.error().kind, ErrorKind::kUnavailable) << seen.error().message();
    expect_unconfirmed(add(*db_, 2));
    EXPECT_FALSE(db_->snapshot());
    const auto another = Database::open({.url = cluster_->url(), .busy_seconds = kPatience});
    ASSERT_FALSE(another);
    EXPECT_EQ(another.error().kind, ErrorKind::kUnavailable);
    run("ALTER SYSTEM RESET synchronous_standby_names");
    run("SELECT pg_reload_conf()");
    Result<void> done;
    for (int i = 0; i < 100 && !(done = add(*db_, 2)); ++i) {
    }
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ((*reader)->integer(kRowsThere), 2);
}

TEST_F(PostgresStandby, CommitsWaitForStandbysWhateverTheServersDefaultIs) {
    const std::pair<const char*, const char*> cases[] = {{"off", "on"},
                                                         {"local", "on"},
                                                         {"remote_write", "on"},
                                                         {"on", "on"},
                                                         {"remote_apply", "remote_apply"}};
    for (const auto& [given, wanted] : cases) {
        run(std::string("ALTER DATABASE postgres SET synchronous_commit = ") + given);
        const auto db = open(kPatience);
        const auto tx = db->begin();
        ASSERT_TRUE(tx);
        EXPECT_EQ((*tx)->text("SELECT current_setting('synchronous_commit')"), wanted) << given;
    }
}

}  // namespace
}  // namespace comity::db
