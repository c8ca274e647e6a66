// Law 3 where PostgreSQL goes away: its connections ended in the middle of submissions, at COMMIT, and the
// server stopped and started again. Who is told kUnavailable does not know what came of it, submits again and
// is answered as if nothing had been.
#include <libpq-fe.h>
#include <mutex>

#include <thread>

#include "opened.h"
#include "testing/database.h"
#include "testing/folder.h"
#include "testing/postgres.h"

namespace comity::laws {
namespace {

// Straight to the server, past db/: as an administrator, or a fault, would.
class Administrator {
  public:
    explicit Administrator(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
        PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
    }
    ~Administrator() { PQfinish(connection_); }
    Administrator(const Administrator&) = delete;
    Administrator& operator=(const Administrator&) = delete;

    void run(const std::string& sql) {
        PGresult* result = PQexec(connection_, sql.c_str());
        const ExecStatusType status = PQresultStatus(result);
        EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
            << sql << ": " << PQerrorMessage(connection_);
        PQclear(result);
    }
    void end_all_others() {
        run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
            "pid <> "
            "pg_backend_pid()");
    }

  private:
    PGconn* connection_;
};

class Connection : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto engine = db::Database::Engine::kPostgresql;
        if (const std::string why = testing::engine_missing(engine); !why.empty()) GTEST_SKIP() << why;
        database_ = std::make_unique<testing::TestDatabase>(engine);
        begin(database_->url());
    }
    void begin(const std::string& url) {
        opened_ = open_ledger(db::Options{.url = url, .busy_seconds = 5}, identity_);
        ASSERT_TRUE(opened_.ledger);
        ASSERT_TRUE(opened_->submit(submission(community_.charter())));
    }
    void TearDown() override { opened_ = {}; }

    // Until it is taken; how often it was not.
    int submit_until_taken(const ledger::Submission& item) {
        for (int refusals = 0;; ++refusals) {
            const auto receipt = opened_->submit(item);
            if (receipt) {
                const std::lock_guard lock(mutex_);
                EXPECT_TRUE(placed_.emplace(receipt->index, *receipt).second) << "one place given twice";
                return refusals;
            }
            EXPECT_EQ(receipt.error().kind, ErrorKind::kUnavailable) << receipt.error().message();
            if (receipt.error().kind != ErrorKind::kUnavailable) return refusals;
        }
    }
    void expect_all_counted_once(std::size_t shares) {
        EXPECT_EQ(newest(*opened_).size, shares + 1);
        EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM statements"), static_cast<std::int64_t>(shares) + 1);
        EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM intelligence_objects"),
                  static_cast<std::int64_t>(shares));
        for (const auto& [index, receipt] : placed_) EXPECT_EQ(expect_proved(*opened_, receipt.id), index);
        EXPECT_EQ(placed_.size(), shares);
        expect_sound(*opened_);
    }

    std::unique_ptr<testing::TestDatabase> database_;
    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("connection.example/log");
    Opened opened_;
    std::mutex mutex_;  // guards placed_
    std::map<std::uint64_t, ledger::Receipt> placed_;
};

TEST_F(Connection, EndedInTheMiddleOfSubmissionsLosesAndDoublesNothing) {
    constexpr unsigned kThreads = 4;
    constexpr unsigned kEach = 40;
    constexpr int kEnoughRefusals = 20;
    Administrator administrator(database_->url());
    std::vector<std::vector<ledger::Submission>> work(kThreads);
    unsigned n = 0;
    for (auto& list : work) {
        for (unsigned i = 0; i < kEach; ++i)
            list.push_back(community_.share("ke", {testing::indicator(n++)}));
    }
    std::atomic<int> refusals = 0;
    std::atomic<unsigned> at_work = kThreads;
    std::vector<std::thread> threads;
    for (const auto& list : work) {
        threads.emplace_back([&] {
            for (const ledger::Submission& item : list) refusals += submit_until_taken(item);
            --at_work;
        });
    }
    while (at_work > 0 && refusals < kEnoughRefusals) administrator.end_all_others();
    for (std::thread& thread : threads) thread.join();
    EXPECT_GT(refusals, 0);
    EXPECT_TRUE(opened_->ready());
    expect_all_counted_once(n);
}

TEST_F(Connection, EndedAtCommitSubmissionsAreAnsweredAlikeTheNextTime) {
    Administrator administrator(database_->url());
    // Ends its own connection when COMMIT has come as far as the deferred triggers.
    administrator.run("CREATE TABLE doom(n BIGINT)");
    administrator.run(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS(SELECT FROM doom) THEN "
        "PERFORM "
        "pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$");
    for (const char* table : {"ledger_log", "ledger_tiles"}) {
        administrator.run(
            fmt::format("CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE ON {} "
                        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()",
                        table));
    }
    for (unsigned n = 0; n < 10; ++n) {
        administrator.run("INSERT INTO doom VALUES(1)");
        const ledger::Submission item = community_.share("ke", {testing::indicator(n)});
        const auto refused = opened_->submit(item);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable) << refused.error().message();
        EXPECT_FALSE(opened_->ready());
        EXPECT_EQ(newest(*opened_).size, n + 1) << "reading goes on";
        administrator.run("DELETE FROM doom");
        const auto ready = opened_->ready();
        EXPECT_TRUE(ready) << ready.error().message();
        EXPECT_EQ(submit_until_taken(item), 0);
        EXPECT_EQ(opened_->submit(item), placed_.at(n + 1));
    }
    expect_all_counted_once(10);
}

TEST_F(Connection, TheServerGoneAndBackAgainNobodyHasToDoAnything) {
    testing::TemporaryFolder folder;
    testing::PostgresCluster cluster(folder.path());
    ASSERT_EQ(cluster.why(), "");
    opened_ = {};
    begin(cluster.url());
    unsigned n = 0;
    for (int round = 0; round < 2; ++round) {
        submit_until_taken(community_.share("ke", {testing::indicator(n++)}));
        cluster.stop();
        const ledger::Submission item = community_.share("ke", {testing::indicator(n++)});
        const auto refused = opened_->submit(item);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable) << refused.error().message();
        EXPECT_FALSE(opened_->ready());
        EXPECT_EQ(opened_->checkpoint().error().kind, ErrorKind::kUnavailable);
        ASSERT_TRUE(cluster.start()) << cluster.why();
        const auto ready = opened_->ready();
        EXPECT_TRUE(ready) << ready.error().message();
        EXPECT_EQ(submit_until_taken(item), 0);
        EXPECT_EQ(opened_->submit(item), placed_.rbegin()->second);
    }
    expect_all_counted_once(n);
    opened_ = {};
}

}  // namespace
}  // namespace comity::laws
