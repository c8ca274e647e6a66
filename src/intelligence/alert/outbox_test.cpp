// Letters: in order, none lost, none twice, whoever dies holding them. On both engines.
#include "intelligence/alert/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/sha256.h"
#include "intelligence/alert/rule_book.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OutboxTest : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db_ = database().open();
        ASSERT_TRUE(AlertRules::prepare(*db_));
        outbox_ = std::make_unique<Outbox>(*db_);
    }
    void add(const std::string& name, Severity least = Severity::kLow, std::vector<std::string> rules = {}) {
        const auto added = outbox_->add({.member = "cert-ke",
                                         .name = name,
                                         .url = "https://siem.example/hook",
                                         .secret_file = "/secret",
                                         .least = least,
                                         .rules = std::move(rules)},
                                        now_);
        ASSERT_TRUE(added) << added.error().message();
    }
    static Digest alert(int n) { return crypto::sha256(as_bytes(std::to_string(n))); }
    void write(int n, Severity severity = Severity::kHigh, const std::string& rule = "ours",
               bool ready = true) {
        const auto tx = db_->begin();
        const auto written =
            write_letters(**tx, {"cert-ke", alert(n), severity, rule, std::to_string(n), ready}, now_);
        ASSERT_TRUE(written) << written.error().message();
        ASSERT_TRUE((*tx)->commit());
    }
    std::string channel(const std::string& name) {
        const auto channels = *outbox_->channels("cert-ke");
        for (const AlertChannel& each : channels) {
            if (each.name == name) return each.id;
        }
        return {};
    }
    std::optional<Letter> take(const std::string& name, const std::string& holder = "one") {
        auto letter = outbox_->take(channel(name), holder, now_);
        EXPECT_TRUE(letter) << letter.error().message();
        return letter.value_or(std::nullopt);
    }
    void pass(std::int64_t seconds) { now_.micros += seconds * 1'000'000; }
    // Delivers all that is due now; what was delivered.
    std::vector<std::string> deliver(const std::string& name) {
        std::vector<std::string> out;
        while (const auto letter = take(name)) {
            out.push_back(letter->payload);
            EXPECT_TRUE(outbox_->delivered(*letter, "one", now_));
        }
        return out;
    }

    std::unique_ptr<db::Database> db_;
    std::unique_ptr<Outbox> outbox_;
    Time now_ = Time::from_seconds(1'770'000'000);
};

TEST_P(OutboxTest, DeliversInOrderEachOnce) {
    add("siem");
    for (int n = 1; n <= 4; ++n) write(n);
    write(2);  // the same alert again
    EXPECT_THAT(deliver("siem"), ElementsAre("1", "2", "3", "4"));
    EXPECT_THAT(deliver("siem"), IsEmpty());
    EXPECT_THAT(*outbox_->letters("cert-ke", kLetterDelivered, 100), SizeIs(4));
}

TEST_P(OutboxTest, WritesToChannelsThatAskForIt) {
    add("all");
    add("grave", Severity::kCritical);
    add("bank", Severity::kLow, {"bank"});
    write(1, Severity::kMedium, "ours");
    write(2, Severity::kCritical, "bank");
    EXPECT_THAT(deliver("all"), ElementsAre("1", "2"));
    EXPECT_THAT(deliver("grave"), ElementsAre("2"));
    EXPECT_THAT(deliver("bank"), ElementsAre("2"));
}

TEST_P(OutboxTest, WaitsForTheLogAndKeepsTheOrderMeanwhile) {
    add("siem");
    write(1, Severity::kHigh, "ours", false);
    write(2);
    EXPECT_THAT(deliver("siem"), IsEmpty());
    {
        const auto tx = db_->begin();
        ASSERT_TRUE(letters_ready(**tx, alert(1)));
        ASSERT_TRUE((*tx)->commit());
    }
    EXPECT_THAT(deliver("siem"), ElementsAre("1", "2"));
}

TEST_P(OutboxTest, TriesAgainLaterAndLaterAndGivesUpInTheEnd) {
    add("siem");
    write(1);
    write(2);
    std::int64_t waited = 0;
    for (std::int64_t i = 1; i <= kMaxLetterTries; ++i) {
        const auto letter = take("siem");
        ASSERT_TRUE(letter) << i;
        EXPECT_EQ(letter->payload, "1") << "the next waits";
        ASSERT_TRUE(outbox_->failed(*letter, "one", "answered 500", now_));
        EXPECT_FALSE(take("siem").has_value() && i < kMaxLetterTries) << "not at once";
        if (i < kMaxLetterTries) pass(letter_wait(i));
        waited += letter_wait(i);
    }
    EXPECT_GT(waited, 3600);
    EXPECT_LT(waited, 4 * 3600);
    const auto dead = *outbox_->letters("cert-ke", kLetterDead, 10);
    ASSERT_THAT(dead, SizeIs(1));
    EXPECT_EQ(dead.front().error, "answered 500");
    // The hold of the look above is this holder's own.
    EXPECT_THAT(deliver("siem"), ElementsAre("2"));
    EXPECT_EQ(outbox_->revive("cert-ke", 999, now_).error().kind, ErrorKind::kNotFound);
    write(3);
    EXPECT_EQ(*outbox_->revive("cert-ke", dead.front().n, now_), 1);
    EXPECT_THAT(deliver("siem"), ElementsAre("3", "1")) << "behind what waits";
}

TEST_P(OutboxTest, IsHeldByOneAndLeftToOthersWhenThatDies) {
    add("siem");
    write(1);
    write(2);
    const auto first = take("siem", "one");
    ASSERT_TRUE(first);
    EXPECT_FALSE(take("siem", "two")) << "one delivers at a time, or order were lost";
    EXPECT_THAT(*outbox_->due(now_), IsEmpty());
    pass(121);  // it died
    const auto again = take("siem", "two");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->payload, "1") << "nothing is lost";
    ASSERT_TRUE(outbox_->delivered(*again, "two", now_));
    // The dead one comes back: its word does not count any more.
    ASSERT_TRUE(outbox_->failed(*first, "one", "late", now_));
    EXPECT_THAT(deliver("siem"), ElementsAre("2"));
    EXPECT_THAT(*outbox_->letters("cert-ke", kLetterDelivered, 10), SizeIs(2));
}

TEST_P(OutboxTest, ForgetsWhatItsChannelWas) {
    add("siem");
    write(1);
    EXPECT_EQ(
        outbox_->add({.member = "cert-ke", .name = "siem", .url = "https://x", .secret_file = "/s"}, now_)
            .error()
            .kind,
        ErrorKind::kConflict);
    ASSERT_TRUE(outbox_->remove("cert-ke", "siem"));
    EXPECT_EQ(outbox_->remove("cert-ke", "siem").error().kind, ErrorKind::kNotFound);
    EXPECT_THAT(*outbox_->letters("", std::nullopt, 10), IsEmpty());
}

TEST(AlertChannel, IsHeldToItsForm) {
    const auto fault = [](AlertChannel channel) {
        channel.member = "cert-ke";
        channel.name = "siem";
        const auto good = check_channel(channel);
        return good ? std::string() : good.error().message();
    };
    EXPECT_EQ(fault({.url = "https://siem.example/", .secret_file = "/s"}), "");
    EXPECT_EQ(fault({.kind = ChannelKind::kSyslog, .url = "tcp://siem.example:601"}), "");
    EXPECT_EQ(fault({.kind = ChannelKind::kSyslog, .url = "udp://[2001:db8::1]:514/"}), "");
    for (const char* url : {"udp://siem.example", "tcp://siem.example:", "tcp://siem.example:syslog",
                            "tcp://siem.example:70000", "udp://[2001:db8::1]", "udp://:514"})
        EXPECT_THAT(fault({.kind = ChannelKind::kSyslog, .url = url}), HasSubstr("collector")) << url;
    EXPECT_THAT(fault({.url = "https://siem.example/"}), HasSubstr("--secret-file"));
    EXPECT_THAT(fault({.url = "ftp://siem.example/", .secret_file = "/s"}), HasSubstr("url"));
    EXPECT_THAT(fault({.kind = ChannelKind::kSyslog, .url = "https://siem.example"}), HasSubstr("collector"));
}

INSTANTIATE_TEST_SUITE_P(Engines, OutboxTest, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::intelligence
