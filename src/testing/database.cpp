#include "testing/database.h"

#include <stdexcept>

namespace comity::testing {

using Engine = db::Database::Engine;

::testing::internal::ParamGenerator<Engine> each_engine() {
    return ::testing::Values(Engine::kSqlite);
}

std::string engine_name(const ::testing::TestParamInfo<Engine>& info) {
    return info.param == Engine::kSqlite ? "Sqlite" : "Postgresql";
}

std::string engine_missing(Engine) {
    return {};
}

TestDatabase::TestDatabase(Engine) {
    url_ = "sqlite:" + folder_ / "test.db";
}
TestDatabase::~TestDatabase() = default;

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
