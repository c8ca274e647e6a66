#include "ledger/lookout.h"

#include <gtest/gtest.h>

#include <chrono>

#include "testing/database.h"

namespace comity::ledger {
namespace {

using namespace std::chrono_literals;

class LookoutTest : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db_ = database().open();
        write("CREATE TABLE statements(seq INTEGER PRIMARY KEY)");
    }
    void write(std::string_view sql) {
        const auto other = database().open();  // as another process has it
        const auto tx = other->begin();
        ASSERT_TRUE(tx);
        ASSERT_TRUE((*tx)->run(sql));
        ASSERT_TRUE((*tx)->commit());
    }
    // Told so often by then.
    bool told(int times) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 60s, [&] { return told_ >= times; });
    }
    void tell() {
        const std::lock_guard lock(mutex_);
        ++told_;
        changed_.notify_all();
    }

    std::unique_ptr<db::Database> db_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int told_ = 0;
};

TEST_P(LookoutTest, SeesWhatOthersWrite) {
    Lookout lookout(*db_, [this] { tell(); });
    ASSERT_TRUE(told(1)) << "the first look";
    write("INSERT INTO statements(seq) VALUES(1)");
    ASSERT_TRUE(told(2));
    write("INSERT INTO statements(seq) VALUES(2)");
    ASSERT_TRUE(told(3));
    EXPECT_EQ(told_, 3);
}

TEST_P(LookoutTest, EndsAtOnceAndIsQuietThen) {
    {
        const Lookout lookout(*db_, [this] { tell(); });
    }
    const int before = told_;
    write("INSERT INTO statements(seq) VALUES(1)");
    EXPECT_EQ(told_, before);
}

INSTANTIATE_TEST_SUITE_P(Engines, LookoutTest, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::ledger
