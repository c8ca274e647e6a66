// A fresh database for a test, on each engine:
//
//     class RollStore : public testing::DatabaseTest {};
//     TEST_P(RollStore, KeepsWhatItIsGiven) {
//         auto db = database().open();      // or database().url()
//         ...
//     }
//     INSTANTIATE_TEST_SUITE_P(Engines, RollStore, testing::each_engine(), testing::engine_name);
//
// PostgreSQL is the real one. The cluster is the one that COMITY_TEST_POSTGRES names (the URL of a
// maintenance database), or one of this program's own, made by scripts/postgres.sh in a temporary folder at
// the first use and ended with the program, however that ends. Where PostgreSQL is not installed its tests
// are skipped, and say so.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "db/database.h"
#include "testing/folder.h"

namespace comity::testing {

// Both engines, for INSTANTIATE_TEST_SUITE_P, and their names ("Sqlite", "Postgresql").
::testing::internal::ParamGenerator<db::Database::Engine> each_engine();
std::string engine_name(const ::testing::TestParamInfo<db::Database::Engine>& info);

// Why the engine can't be tested here; empty where it can.
std::string engine_missing(db::Database::Engine engine);

// An empty database that goes with its owner. Throws where it can't be made.
class TestDatabase {
  public:
    explicit TestDatabase(db::Database::Engine engine);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& url() const { return url_; }
    // Opens it (again: as another process would). Throws where it can't.
    std::unique_ptr<db::Database> open() const;
    std::unique_ptr<db::Database> open(db::Options options) const;  // its url is set here

  private:
    TemporaryFolder folder_;  // SQLite's file
    std::string name_;        // PostgreSQL's database
    std::string url_;
};

// A test on one engine, skipped where that is missing.
class DatabaseTest : public ::testing::TestWithParam<db::Database::Engine> {
  protected:
    void SetUp() override;
    TestDatabase& database() { return *database_; }

  private:
    std::unique_ptr<TestDatabase> database_;
};

}  // namespace comity::testing
