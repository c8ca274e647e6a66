#include "testing/database.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>
#include <mutex>
#include <stdexcept>

#include "testing/postgres.h"

namespace comity::testing {
namespace {

using Engine = db::Database::Engine;

// Straight to libpq: CREATE and DROP DATABASE stand in no transaction, so they don't go through db/.
void run(const std::string& url, const std::string& sql) {
    PGconn* connection = PQconnectdb(url.c_str());
    PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
    PGresult* result = PQexec(connection, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    const std::string message = PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(sql + ": " + message);
}

// Databases to use again: emptying one takes milliseconds, making and dropping one seconds. Thread-safe.
class SpareDatabases {
  public:
    SpareDatabases() { postgres_url(); }  // which is to go after this
    ~SpareDatabases() {
        if (!postgres_is_shared()) return;  // they go with it
        try {
            for (const std::string& name : spare_)
                run(postgres_url(), "DROP DATABASE " + name + " WITH (FORCE)");
        } catch (const std::exception&) {
            // The cluster is gone: so are they.
        }
    }
    SpareDatabases(const SpareDatabases&) = delete;
    SpareDatabases& operator=(const SpareDatabases&) = delete;

    std::string take() {
        const std::scoped_lock lock(mutex_);
        if (!spare_.empty()) {
            std::string name = std::move(spare_.back());
            spare_.pop_back();
            return name;
        }
        const std::string name = fmt::format("test_{}_{}", getpid(), ++made_);
        run(postgres_url(), "CREATE DATABASE " + name);
        return name;
    }
    void give(const std::string& name) {
        run(with_database(postgres_url(), name),
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid();"
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        const std::scoped_lock lock(mutex_);
        spare_.push_back(name);
    }

  private:
    std::mutex mutex_;  // guards what follows
    std::vector<std::string> spare_;
    int made_ = 0;
};

SpareDatabases& spare_databases() {
    static SpareDatabases databases;
    return databases;
}

}  // namespace

::testing::internal::ParamGenerator<Engine> each_engine() {
    return ::testing::Values(Engine::kSqlite, Engine::kPostgresql);
}

std::string engine_name(const ::testing::TestParamInfo<Engine>& info) {
    return info.param == Engine::kSqlite ? "Sqlite" : "Postgresql";
}

std::string engine_missing(Engine engine) {
    std::string why;
    if (engine == Engine::kPostgresql) postgres_url(&why);
    return why;
}

TestDatabase::TestDatabase(Engine engine) {
    if (engine == Engine::kSqlite) {
        url_ = "sqlite:" + folder_ / "test.db";
        return;
    }
    name_ = spare_databases().take();
    url_ = with_database(postgres_url(), name_);
}

TestDatabase::~TestDatabase() {
    if (name_.empty()) return;
    try {
        spare_databases().give(name_);
    } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
    }
}

std::unique_ptr<db::Database> TestDatabase::open() const {
    return open(db::Options{});
}

std::unique_ptr<db::Database> TestDatabase::open(db::Options options) const {
    options.url = url_;
    auto opened = db::Database::open(options);
    if (!opened) throw std::runtime_error(opened.error().message());
    return *std::move(opened);
}

void DatabaseTest::SetUp() {
    if (const std::string why = engine_missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    database_ = std::make_unique<TestDatabase>(GetParam());
}

}  // namespace comity::testing
