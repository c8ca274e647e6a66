// Who is reminded of what, and how often: once, by whichever server, of what still waits.
#include "node/reminder_rounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/election/bodies.h"
#include "governance/voting/bodies.h"
#include "intelligence/alert/cef.h"
#include "intelligence/alert/letter.h"
#include "intelligence/alert/outbox.h"
#include "intelligence/alert/rule_book.h"
#include "testing/served_node.h"

namespace comity::node {
namespace {

using intelligence::AlertChannel;
using intelligence::Letter;
using intelligence::Outbox;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReminderTest : public ::testing::Test {
  protected:
    static constexpr std::int64_t kHour = 3600;

    ReminderTest() : community_({"cert-ke", "cert-ug", "kenic"}), served_([](http::Router&, Node&) {}) {
        served_.submit(community_.charter());
        EXPECT_TRUE(intelligence::AlertRules::prepare(node().database()));
    }
    Node& node() { return served_.node(); }
    Digest say(const std::string& member, std::string_view type, json::Object body) {
        served_.clock().advance_seconds(1);
        const crypto::Envelope envelope = community_.statement(member, type, std::move(body));
        served_.submit(envelope);
        return envelope.digest();
    }
    std::string in(std::int64_t seconds) {
        return format_time_millis(Time::from_seconds(served_.clock().now().seconds() + seconds));
    }
    // A vote that closes so many hours from now.
    Digest open(std::int64_t hours, std::optional<json::Object> procedure = {}) {
        const json::Object majority{
            {"id", "quick"},
            {"title", "A majority"},
            {"electorate", json::Object{{"everybody", true}}},
            {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
        version_ =
            say("kenic", governance::kProposal,
                {{"texts", json::Array{json::Object{
                               {"language", "en"}, {"title", "A rule\nSubject: x"}, {"text", "Share."}}}}});
        return say("kenic", governance::kOpening,
                   {{"version", version_.hex()},
                    {"procedure", procedure.value_or(majority)},
                    {"closes", in(hours * kHour)}});
    }
    void vote(const std::string& member, const Digest& opening) {
        say(member, governance::kBallot,
            {{"opening", opening.hex()}, {"version", version_.hex()}, {"vote", "yes"}});
    }
    void add_channel(const std::string& member, std::vector<std::int64_t> hours,
                     const std::string& name = "votes") {
        AlertChannel channel{.member = member, .name = name};
        channel.url = "https://a.example/hook";
        channel.secret_file = "/secret";
        channel.alerts = false;
        channel.remind_hours = std::move(hours);
        const auto added = Outbox(node().database()).add(channel, served_.clock().now());
        ASSERT_TRUE(added) << added.error().message();
    }
    void look() { look(rounds_); }
    void look(ReminderRounds& rounds) {
        const auto done = rounds.look();
        EXPECT_TRUE(done) << done.error().message();
    }
    void pass(std::int64_t hours) {
        served_.clock().advance_seconds(hours * kHour);
        look();
    }
    std::vector<std::string> letters(const std::string& member) {
        std::vector<std::string> out;
        const auto letters = Outbox(node().database()).letters(member, std::nullopt, 100);
        EXPECT_TRUE(letters);
        for (const Letter& letter : *letters) out.insert(out.begin(), letter.payload);
        return out;
    }

    testing::Community community_;
    testing::ServedNode served_;
    ReminderRounds rounds_{served_.node()};
    Digest version_;
};

TEST_F(ReminderTest, WhoHasNotVotedIsRemindedOnceAtEachOfTheTimesItAskedFor) {
    add_channel("cert-ke", {24, 2});
    add_channel("cert-ug", {24});
    const Digest opening = open(48);
    look();
    EXPECT_THAT(letters(""), IsEmpty());
    pass(25);
    ASSERT_THAT(letters("cert-ke"), SizeIs(1));
    EXPECT_THAT(letters("cert-ke")[0], HasSubstr(opening.hex()));
    EXPECT_THAT(letters("cert-ke")[0], HasSubstr(R"("what":"vote-closes")"));
    EXPECT_THAT(letters("cert-ug"), SizeIs(1));
    pass(1);
    EXPECT_THAT(letters(""), SizeIs(2)) << "not again";
    vote("cert-ug", opening);
    pass(21);
    ASSERT_THAT(letters("cert-ke"), SizeIs(2));
    EXPECT_THAT(letters("cert-ke")[1], HasSubstr(R"("hours":2)"));
    EXPECT_THAT(letters("cert-ug"), SizeIs(1)) << "it has voted";
    pass(3);
    EXPECT_THAT(letters(""), SizeIs(3)) << "it has closed";
}

TEST_F(ReminderTest, WhoHasVotedIsNotReminded) {
    add_channel("cert-ke", {24});
    const Digest opening = open(48);
    vote("cert-ke", opening);
    pass(30);
    EXPECT_THAT(letters(""), IsEmpty());
}

TEST_F(ReminderTest, NothingIsWrittenTwiceAfterARestartOrByAnotherServer) {
    add_channel("cert-ke", {24});
    open(12);
    look();
    ASSERT_THAT(letters("cert-ke"), SizeIs(1));
    ReminderRounds again(node()), beside(node());
    look(again);
    served_.clock().advance_seconds(kHour);
    look(beside);
    look();
    EXPECT_THAT(letters("cert-ke"), SizeIs(1));
}

TEST_F(ReminderTest, OfSeveralTimesThatHaveComeTheShortestIsTold) {
    add_channel("cert-ke", {1, 24, 48});
    open(3);
    look();
    ASSERT_THAT(letters("cert-ke"), SizeIs(1));
    EXPECT_THAT(letters("cert-ke")[0], HasSubstr(R"("hours":24)"));
    pass(2);
    EXPECT_THAT(letters("cert-ke"), SizeIs(2));
}

TEST_F(ReminderTest, TheChairIsRemindedOfWhatItOwes) {
    add_channel("kenic", {24});
    const json::Object judged{
        {"id", "judged"},
        {"title", "The chair judges"},
        {"electorate", json::Object{{"everybody", true}}},
        {"adopted",
         json::Object{{"all", json::Array{json::Object{{"declared", "consensus"}},
                                          json::Object{{"of", "sustained-objections"}, {"at_most", 0}}}}}}};
    const Digest opening = open(12, judged);
    vote("kenic", opening);
    look();
    ASSERT_THAT(letters("kenic"), SizeIs(1));
    EXPECT_THAT(letters("kenic")[0], HasSubstr("declaration-due"));
    say("cert-ug", governance::kBallot,
        {{"opening", opening.hex()},
         {"version", version_.hex()},
         {"vote", "no"},
         {"reason", "Too soon"},
         {"objection", true}});
    pass(1);
    ASSERT_THAT(letters("kenic"), SizeIs(2));
    EXPECT_THAT(letters("kenic")[1], HasSubstr("answer-due"));
}

TEST_F(ReminderTest, ElectorsAreRemindedToRegisterAndToVote) {
    add_channel("cert-ke", {24});
    const Digest election = say("cert-ug", governance::kElection,
                                {{"title", "Chair"},
                                 {"candidates", json::Array{"Amina", "Bo"}},
                                 {"electorate", json::Object{{"everybody", true}}},
                                 {"trustees", json::Array{"kenic"}},
                                 {"opens", in(12 * kHour)},
                                 {"closes", in(24 * kHour)},
                                 {"uuid", "4ufkuhPBX7yksE"},
                                 {"group", "BELENIOS-2048"}});
    look();
    ASSERT_THAT(letters("cert-ke"), SizeIs(1));
    EXPECT_THAT(letters("cert-ke")[0], HasSubstr("election-opens"));
    say("cert-ke", governance::kCredential, {{"election", election.hex()}, {"key", "17"}});
    say("kenic", governance::kTrusteeKey,
        {{"election", election.hex()},
         {"key", R"({"pok":{"challenge":"1","response":"2"},"public_key":"3"})"}});
    pass(13);
    ASSERT_THAT(letters("cert-ke"), SizeIs(2));
    EXPECT_THAT(letters("cert-ke")[1], HasSubstr("election-closes"));
    say("cert-ke", governance::kSecretBallot,
        {{"election", election.hex()},
         {"ballot", R"({"election_uuid":"4ufkuhPBX7yksE","credential":"17"})"}});
    add_channel("cert-ke", {24}, "later");
    pass(1);
    EXPECT_THAT(letters("cert-ke"), SizeIs(2)) << "it has voted";
}

TEST_F(ReminderTest, AChannelThatAsksForNoneHasNone) {
    AlertChannel channel{.member = "cert-ke", .name = "siem"};
    channel.url = "tcp://a.example:601";
    channel.kind = intelligence::ChannelKind::kSyslog;
    ASSERT_TRUE(Outbox(node().database()).add(channel, served_.clock().now()));
    open(1);
    look();
    EXPECT_THAT(letters(""), IsEmpty());
}

TEST_F(ReminderTest, ReadsAsALetterAndAsALine) {
    add_channel("cert-ke", {24});
    const Digest opening = open(12);
    look();
    const std::string payload = letters("cert-ke").at(0);
    const auto letter = intelligence::letter_message(
        payload, {"votes@cert-ke.example", {"amina@cert-ke.example"}, "test.example/log"});
    ASSERT_TRUE(letter) << letter.error().message();
    EXPECT_THAT(*letter, HasSubstr("Subject: [reminder] Vote closes: A rule Subject: x\r\n"))
        << "a title makes no head of its own";
    const auto body = base64_decode([&] {
        std::string text = letter->substr(letter->find("\r\n\r\n") + 4);
        std::erase(text, '\r');
        std::erase(text, '\n');
        return text;
    }());
    ASSERT_TRUE(body);
    EXPECT_THAT(std::string(as_text(*body)),
                HasSubstr("comity vote " + opening.hex().substr(0, 12) + " yes|no|abstain --as cert-ke"));
    const auto line = intelligence::syslog_message(payload, "test.example/log", "1");
    ASSERT_TRUE(line) << line.error().message();
    EXPECT_THAT(*line, HasSubstr("|reminder|Vote closes: A rule Subject: x|3|"));
    for (const std::string bad : {R"("what":"")", R"("hours":0)", R"("at":"never")"}) {
        std::string broken = payload;
        const std::size_t at = broken.find(bad.substr(0, bad.find(':') + 1));
        ASSERT_NE(at, std::string::npos);
        broken.replace(at, broken.find_first_of(",}", at) - at, bad);
        EXPECT_FALSE(intelligence::syslog_message(broken, "test.example/log", "1")) << broken;
    }
}

TEST_F(ReminderTest, ChannelsAreHeldToTheirHours) {
    AlertChannel channel{.member = "cert-ke", .name = "votes"};
    channel.url = "https://a.example/hook";
    channel.secret_file = "/secret";
    channel.alerts = false;
    EXPECT_THAT(check_channel(channel).error().message(), HasSubstr("asks for no reminders"));
    for (const std::int64_t hours : {-1, 0, 721}) {
        channel.remind_hours = {hours};
        EXPECT_FALSE(check_channel(channel)) << hours;
    }
    channel.remind_hours = std::vector<std::int64_t>(11, 1);
    EXPECT_FALSE(check_channel(channel));
    channel.remind_hours = {720, 1};
    EXPECT_TRUE(check_channel(channel));
    ASSERT_TRUE(Outbox(node().database()).add(channel, served_.clock().now()));
    const auto kept = Outbox(node().database()).channels("cert-ke");
    ASSERT_TRUE(kept);
    EXPECT_THAT(kept->at(0).remind_hours, ElementsAre(720, 1));
    EXPECT_FALSE(kept->at(0).alerts);
}

}  // namespace
}  // namespace comity::node
