// Two nodes' processes on one database: they append at the same time and make one log, with no fork and no
// gap, and what one learns of the members the other acts on.
#include <mutex>
#include <thread>

#include "opened.h"
#include "testing/database.h"

namespace comity::laws {
namespace {

constexpr unsigned kThreads = 4;  // on each
constexpr unsigned kEach = 25;

class SharedDatabase : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        // Both at once: only one may begin the log.
        std::thread other([&] { opened_[1] = open_ledger(database().url(), identity_); });
        opened_[0] = open_ledger(database().url(), identity_);
        other.join();
        ASSERT_TRUE(opened_[0].ledger);
        ASSERT_TRUE(opened_[1].ledger);
        const auto founded = opened_[0]->submit(submission(community_.charter()));
        ASSERT_TRUE(founded) << founded.error().message();
    }

    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("shared.example/log");
    Opened opened_[2];
};

TEST_P(SharedDatabase, ManyThreadsOnBothMakeOneLog) {
    std::vector<std::vector<ledger::Submission>> work(2 * kThreads);
    unsigned n = 0;
    for (auto& list : work) {
        for (unsigned i = 0; i < kEach; ++i, ++n)
            list.push_back(community_.share(n % 2 == 0 ? "ke" : "fr", {testing::indicator(n)}));
    }
    std::mutex mutex;
    std::map<std::uint64_t, Digest> placed;
    std::vector<log::Checkpoint> seen;
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < work.size(); ++t) {
        threads.emplace_back([&, t] {
            ledger::Ledger& ledger = *opened_[t % 2];
            for (const ledger::Submission& item : work[t]) {
                const auto receipt = ledger.submit(item);
                ASSERT_TRUE(receipt) << receipt.error().message();
                const log::Checkpoint after = newest(ledger);
                EXPECT_GT(after.size, receipt->index) << "acknowledged, and in no checkpoint";
                const std::lock_guard lock(mutex);
                EXPECT_TRUE(placed.emplace(receipt->index, receipt->id).second) << "one place given twice";
                seen.push_back(after);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();

    ASSERT_EQ(placed.size(), 2 * kThreads * kEach);
    EXPECT_EQ(placed.begin()->first, 1U);
    EXPECT_EQ(placed.rbegin()->first, placed.size());
    EXPECT_EQ(newest(*opened_[0]), newest(*opened_[1]));
    for (const auto& [index, id] : placed) {
        EXPECT_EQ(expect_proved(*opened_[0], id), index);
        EXPECT_EQ(expect_proved(*opened_[1], id), index);
    }
    for (const log::Checkpoint& checkpoint : seen)
        expect_continues(*opened_[0], checkpoint.size, checkpoint.root);
    EXPECT_EQ(views(*opened_[0]), views(*opened_[1]));
    expect_sound(*opened_[0]);
    expect_sound(*opened_[1]);
}

TEST_P(SharedDatabase, TheSameStatementAtBothAtOnceCountsOnce) {
    for (unsigned n = 0; n < 20; ++n) {
        const ledger::Submission item = community_.share("ke", {testing::indicator(n)});
        Result<ledger::Receipt> answers[2];
        std::thread other([&] { answers[1] = opened_[1]->submit(item); });
        answers[0] = opened_[0]->submit(item);
        other.join();
        ASSERT_TRUE(answers[0]) << answers[0].error().message();
        ASSERT_TRUE(answers[1]) << answers[1].error().message();
        EXPECT_EQ(*answers[0], *answers[1]);
    }
    EXPECT_EQ(newest(*opened_[0]).size, 21U);
    expect_sound(*opened_[1]);
}

TEST_P(SharedDatabase, WhoIsAdmittedAtOneActsAtTheOtherAtOnce) {
    std::string sponsor = "ke";
    for (int n = 0; n < 6; ++n) {
        const std::string newcomer = "m" + std::to_string(n);
        const auto admitted = opened_[n % 2]->submit(submission(community_.admission(sponsor, newcomer)));
        ASSERT_TRUE(admitted) << admitted.error().message();
        sponsor = newcomer;  // whom the other node now has to know
    }
    const auto left = opened_[0]->submit(submission(community_.departure("m5")));
    ASSERT_TRUE(left);
    EXPECT_EQ(opened_[0]->roll()->find("m5")->left, left->witnessed);
    // Who has left may act in that very second, and not after it; the other node learns of it with the log.
    const auto revoked =
        opened_[0]->submit(submission(community_.key_revocation("m4", community_.key("m4"))));
    ASSERT_TRUE(revoked);
    Result<ledger::Receipt> late;
    do {
        late = opened_[1]->submit(community_.share("m4", {testing::indicator(1)}));
    } while (late && late->witnessed == revoked->witnessed);
    ASSERT_FALSE(late) << "a revoked key signed at " << late->witnessed;
    EXPECT_EQ(late.error().kind, ErrorKind::kRefused) << late.error().message();
    EXPECT_EQ(views(*opened_[0]), views(*opened_[1]));
    expect_sound(*opened_[0]);
}

INSTANTIATE_TEST_SUITE_P(Engines, SharedDatabase, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
