// Law 3 on a disk that fails, SQLite's: any one operation during submissions, and from there all of them
// until the disk is well. Who is told kUnavailable may submit again; nothing acknowledged is lost, nothing
// counts twice, reading goes on, and when the disk is well the node is, with nobody's help.
#include <thread>

#include "opened.h"
#include "testing/fault_plan.h"
#include "testing/folder.h"

namespace comity::laws {
namespace {

using Kind = testing::FaultPlan::Kind;
using Until = testing::FaultPlan::Until;

constexpr unsigned kThreads = 3;
constexpr unsigned kEach = 2;

class Disk : public ::testing::TestWithParam<std::tuple<Kind, Until>> {
  protected:
    void SetUp() override {
        opened_ = open_ledger(disk_.url(folder_ / "node.db"), identity_, clock_);
        ASSERT_TRUE(opened_.ledger);
        ASSERT_TRUE(opened_->submit(submission(community_.charter())));
    }
    ledger::Submission share() {
        ++shared_;
        return community_.share("ke", {testing::indicator(2 * shared_), testing::indicator(2 * shared_ + 1)});
    }
    // From several threads at once; those that were refused.
    std::vector<ledger::Submission> submit_some() {
        std::vector<std::vector<ledger::Submission>> work(kThreads);
        for (auto& list : work) {
            for (unsigned i = 0; i < kEach; ++i) list.push_back(share());
        }
        std::vector<ledger::Submission> refused;
        std::mutex mutex;
        std::vector<std::thread> threads;
        for (auto& list : work) {
            threads.emplace_back([&] {
                for (ledger::Submission& item : list) {
                    const auto receipt = opened_->submit(item);
                    const std::lock_guard lock(mutex);
                    if (receipt) {
                        EXPECT_TRUE(acknowledged_.emplace(receipt->index, *receipt).second);
                    } else {
                        EXPECT_EQ(receipt.error().kind, ErrorKind::kUnavailable) << receipt.error().message();
                        EXPECT_FALSE(receipt.error().mend.empty()) << receipt.error().message();
                        refused.push_back(std::move(item));
                    }
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        return refused;
    }
    void expect_acknowledged_are_there() {
        for (const auto& [index, receipt] : acknowledged_) {
            EXPECT_EQ(expect_proved(*opened_, receipt.id), index);
            const auto kept = opened_->find({}, receipt.id);
            ASSERT_TRUE(kept) << kept.error().message();
        }
    }
    void expect_all_counted_once() {
        const auto all = static_cast<std::int64_t>(shared_);
        EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM statements"), all + 1);
        EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM objects"), 2 * all);
        EXPECT_EQ(count(*opened_, "SELECT COUNT(*) FROM intelligence_objects"), 2 * all);
        EXPECT_EQ(newest(*opened_).size, shared_ + 1);
    }

    testing::TemporaryFolder folder_;
    testing::FaultPlan disk_;
    testing::TestClock clock_;
    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("disk.example/log");
    Opened opened_;
    unsigned shared_ = 0;
    std::map<std::uint64_t, ledger::Receipt> acknowledged_;
};

TEST_P(Disk, FailingAtAnyOperationLosesAndDoublesNothing) {
    const auto [kind, until] = GetParam();
    bool ended = false;
    int refusals = 0;
    for (std::uint64_t n = 1; n <= 80 && !ended && !HasFailure(); ++n) {
        SCOPED_TRACE("operation " + std::to_string(n));
        const log::Checkpoint before = newest(*opened_);
        disk_.fail(n, kind, until);
        std::vector<ledger::Submission> refused = submit_some();
        const bool struck = disk_.struck();
        if (!refused.empty()) {
            ++refusals;
            EXPECT_TRUE(struck);
            if (until == Until::kLifted) {
                const auto ready = opened_->ready();
                ASSERT_FALSE(ready) << "refuses all and says that it is ready";
                EXPECT_EQ(ready.error().kind, ErrorKind::kUnavailable);
            }
        }
        expect_acknowledged_are_there();
        disk_.lift();
        const auto ready = opened_->ready();
        EXPECT_TRUE(ready) << ready.error().message();
        for (const ledger::Submission& item : refused) {
            const auto receipt = opened_->submit(item);
            ASSERT_TRUE(receipt) << receipt.error().message();
            EXPECT_TRUE(acknowledged_.emplace(receipt->index, *receipt).second) << "one place given twice";
            EXPECT_EQ(opened_->submit(item), *receipt) << "the same statement, another answer";
        }
        expect_all_counted_once();
        expect_continues(*opened_, before.size, before.root);
        if (n % 16 == 0) expect_sound(*opened_);
        ended = !struck;
    }
    EXPECT_TRUE(ended) << "more operations than the test has patience for";
    EXPECT_GT(refusals, 1) << "or the test says little";
    opened_ = {};
    opened_ = open_ledger(disk_.url(folder_ / "node.db"), identity_, clock_);
    ASSERT_TRUE(opened_.ledger);
    expect_acknowledged_are_there();
    expect_all_counted_once();
    expect_sound(*opened_);
}

std::string plan_name(const ::testing::TestParamInfo<std::tuple<Kind, Until>>& plan) {
    static const std::array<std::string, 4> kinds = {"Full", "IoError", "ShortWrite", "SyncLoses"};
    const auto [kind, until] = plan.param;
    return kinds[static_cast<std::size_t>(kind)] + (until == Until::kOnce ? "Once" : "UntilLifted");
}

INSTANTIATE_TEST_SUITE_P(Plans, Disk,
                         ::testing::Combine(::testing::Values(Kind::kFull, Kind::kIoError, Kind::kShortWrite,
                                                              Kind::kSyncLoses),
                                            ::testing::Values(Until::kOnce, Until::kLifted)),
                         plan_name);

}  // namespace
}  // namespace comity::laws
