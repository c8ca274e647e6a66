// A clock that is set back, or was never set, must not date what comes next: writing is refused and says why,
// reading goes on, and all is well again as soon as the clock is, with nobody's help.
#include "opened.h"
#include "testing/database.h"

namespace comity::laws {
namespace {

class ClockLaw : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        opened_ = open_ledger(database().url(), identity_, clock_);
        ASSERT_TRUE(opened_.ledger);
        ASSERT_TRUE(opened_->submit(submission(community_.charter())));
        const auto receipt = opened_->submit(community_.share("ke", {testing::indicator(1)}));
        ASSERT_TRUE(receipt) << receipt.error().message();
        first_ = receipt->id;
    }
    void expect_refused(const Result<ledger::Receipt>& answer) {
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
        EXPECT_EQ(answer.error().where, "clock");
        EXPECT_FALSE(answer.error().mend.empty());
    }
    void expect_reading_goes_on() {
        expect_proved(*opened_, first_);
        EXPECT_TRUE(opened_->find({}, first_));
        const auto page = opened_->list({}, {});
        ASSERT_TRUE(page);
        EXPECT_GE(page->items.size(), newest(*opened_).size);
    }

    testing::TestClock clock_;
    testing::Community community_{{"ke", "fr"}};
    ledger::LogIdentity identity_ = testing::make_identity("clock.example/log");
    Opened opened_;
    Digest first_;
};

TEST_P(ClockLaw, SetBackTwoMinutesItRefusesUntilItIsRightAgain) {
    clock_.advance_seconds(-120);
    expect_refused(opened_->submit(community_.share("ke", {testing::indicator(2)})));
    const auto ready = opened_->ready();
    ASSERT_FALSE(ready);
    EXPECT_EQ(ready.error().where, "clock");
    expect_reading_goes_on();
    // What another log has witnessed needs no clock here.
    EXPECT_TRUE(opened_->ingest(community_.share("fr", {testing::indicator(3)}), 1'760'000'000));

    clock_.advance_seconds(121);
    EXPECT_TRUE(opened_->ready()) << "with no submission in between";
    const auto receipt = opened_->submit(community_.share("ke", {testing::indicator(2)}));
    ASSERT_TRUE(receipt) << receipt.error().message();
    EXPECT_EQ(receipt->index, 2U);
    expect_sound(*opened_);
}

TEST_P(ClockLaw, ALittleBehindItWritesOnAndTimeStandsStill) {
    const auto before = opened_->submit(community_.share("ke", {testing::indicator(2)}));
    ASSERT_TRUE(before);
    clock_.advance_seconds(-60);
    const auto after = opened_->submit(community_.share("ke", {testing::indicator(3)}));
    ASSERT_TRUE(after) << after.error().message();
    EXPECT_EQ(after->witnessed, before->witnessed);
    clock_.advance_seconds(-1);
    expect_refused(opened_->submit(community_.share("ke", {testing::indicator(4)})));
    expect_sound(*opened_);
}

TEST_P(ClockLaw, NeverSetItRefuses) {
    clock_.set(*parse_time("2024-12-31T23:59:59Z"));
    expect_refused(opened_->submit(community_.share("ke", {testing::indicator(2)})));
    EXPECT_FALSE(opened_->ready());
    expect_reading_goes_on();
}

TEST_P(ClockLaw, NeverSetItBeginsNoLog) {
    testing::TestDatabase other(GetParam());
    const auto database = other.open();
    clock_.set(Time::from_seconds(0));
    ledger::LedgerOptions options{testing::make_identity("clock.example/other")};
    options.clock = &clock_;
    const auto refused = ledger::Ledger::open(*database, options, node::make_pillars());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "clock");
    clock_.set(*parse_time("2025-01-01T00:00:00Z"));
    EXPECT_TRUE(ledger::Ledger::open(*database, options, node::make_pillars()));
}

// A log that was set back must not sign another history in place of what it has lost.
TEST_P(ClockLaw, AClosedLogTakesNothingMoreButOthersStatementsComeIn) {
    const auto before = newest(*opened_);
    ASSERT_TRUE(opened_->close_log("it was set back"));
    ASSERT_TRUE(opened_->close_log("another reason"));
    for (int again = 0; again < 2; ++again) {
        const auto refused = opened_->submit(community_.share("ke", {testing::indicator(2)}));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
        EXPECT_NE(refused.error().message().find("it was set back"), std::string::npos)
            << refused.error().message();
        EXPECT_FALSE(opened_->ready());
        const auto foreign = community_.share("fr", {testing::indicator(3)});
        EXPECT_TRUE(opened_->ingest(foreign, 1'760'000'000));
        EXPECT_EQ(newest(*opened_).size, before.size);
        expect_sound(*opened_);
        opened_ = {};
        opened_ = open_ledger(database().url(), identity_, clock_);
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, ClockLaw, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
