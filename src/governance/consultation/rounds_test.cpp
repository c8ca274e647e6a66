#include "governance/consultation/rounds.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;
using testing::Community;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Witnessed kNow = 1'760'000'000;
constexpr Witnessed kOpens = kNow + kDay, kCloses = kNow + 10 * kDay;

std::string text_at(Witnessed at) {
    return format_time_millis(Time::from_seconds(at));
}

class Consulting : public ::testing::Test {
  protected:
    Consulting() {
        add(community_.charter(), kNow);
        version_ =
            say("ke", kProposal,
                {{"texts",
                  json::Array{json::Object{{"language", "en"}, {"title", "A rule"}, {"text", "Share."}}}},
                 {"co_authors", json::Array{"fr"}}},
                kNow + 1);
    }
    Digest add(const crypto::Envelope& envelope, Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest say(const std::string& member, std::string_view type, json::Object body, Witnessed at) {
        return add(community_.statement(member, type, std::move(body)), at);
    }
    Digest open(json::Object more = {}, const std::string& author = "ke") {
        json::Object body{{"version", version_.hex()},
                          {"open_to", "public"},
                          {"opens", text_at(kOpens)},
                          {"closes", text_at(kCloses)}};
        for (const auto& one : more) body[one.key()] = one.value();
        return say(author, kConsultation, std::move(body), kNow + 2);
    }
    Digest comment(const Digest& round, const std::string& text, Witnessed at,
                   const std::string& taker = "no") {
        return say(taker, kPublicComment,
                   {{"consultation", round.hex()}, {"name", "A teacher"}, {"text", text}}, at);
    }
    Digest moderate(const Digest& comment, const std::string& act, const std::string& by, Witnessed at) {
        return say(by, kModeration,
                   {{"act", act}, {"comment", comment.hex()}, {"reason", "A child is named"}}, at);
    }
    Rounds rounds() { return rounds_in(acts_.all(), verified_signatures()); }
    std::vector<std::string> shown() {
        std::vector<std::string> texts;
        const Rounds all = rounds();
        for (const RoundComment& one : all.rounds.at(0).comments) {
            if (one.shown) texts.push_back(one.text);
        }
        return texts;
    }

    Community community_{{"ke", "fr", "no", "br"}};
    Acts acts_;
    Digest version_;
};

TEST_F(Consulting, TakesInWhatIsWitnessedWhileItIsOpen) {
    const Digest round = open();
    comment(round, "early", kOpens - 1);
    comment(round, "first", kOpens);
    say("br", kComment, {{"version", version_.hex()}, {"text", "a member's"}}, kOpens + 5);
    comment(round, "last", kCloses);
    comment(round, "late", kCloses + 1);
    say("br", kComment, {{"version", version_.hex()}, {"text", "too late"}}, kCloses + 1);
    EXPECT_THAT(shown(), ElementsAre("first", "a member's", "last"));
    const ConsultationRound one = rounds().rounds.at(0);
    EXPECT_EQ(one.outside.size(), 2U);
    EXPECT_EQ(one.comments[0].name, "A teacher");
    EXPECT_EQ(one.comments[0].author, "no") << "who has taken it in";
    EXPECT_FALSE(one.comments[1].name);
    EXPECT_EQ(one.state(kOpens - 1), "to-come");
    EXPECT_EQ(one.state(kCloses), "open");
    EXPECT_EQ(one.state(kCloses + 1), "closed");
}

TEST_F(Consulting, OpensNotBeforeItWasAnnounced) {
    const Digest round = open({{"opens", text_at(kNow - 10 * kDay)}});
    comment(round, "backdated", kNow + 1);
    comment(round, "after", kNow + 3);
    EXPECT_THAT(shown(), ElementsAre("after"));
}

TEST_F(Consulting, IsTheAuthorsAndOfThePublicWhereItSaysSo) {
    open({}, "br");
    EXPECT_THAT(rounds().rounds, IsEmpty()) << "br has not proposed the text";
    open({}, "fr");
    EXPECT_EQ(rounds().rounds.size(), 1U) << "a co-author";
    const Digest members = open({{"open_to", "members"}});
    comment(members, "no member's", kOpens + 1);
    const Rounds all = rounds();
    for (const ConsultationRound& one : all.rounds) EXPECT_THAT(one.comments, IsEmpty());
}

TEST_F(Consulting, WhoModeratesIsSaidAndWhatTheyDidIsOnRecord) {
    const Digest round = open({{"moderators", json::Array{"fr"}}});
    const Digest one = comment(round, "one", kOpens + 1);
    const Digest two = comment(round, "two", kOpens + 2);
    moderate(one, "hide", "br", kOpens + 10);
    EXPECT_THAT(shown(), ElementsAre("one", "two"));
    EXPECT_THAT(rounds().acts.at(0).objection, HasSubstr("does not moderate"));
    moderate(one, "hide", "fr", kOpens + 11);
    EXPECT_THAT(shown(), ElementsAre("two"));
    const Rounds hidden = rounds();
    EXPECT_EQ(hidden.rounds[0].comments[0].moderated->author, "fr");
    EXPECT_EQ(hidden.rounds[0].comments[0].moderated->body.reason, "A child is named");
    moderate(one, "show", "ke", kOpens + 12);
    moderate(two, "hide", "no", kOpens + 13);
    EXPECT_THAT(shown(), ElementsAre("one")) << "the last act counts, the round's author and the taker may";
    moderate(round, "hide", "ke", kOpens + 14);
    EXPECT_THAT(rounds().acts.at(0).objection, HasSubstr("no public comment"));
}

TEST_F(Consulting, LetsInFirstWhereItSaysSo) {
    const Digest round = open({{"moderation", "before"}});
    const Digest one = comment(round, "one", kOpens + 1);
    comment(round, "two", kOpens + 2);
    EXPECT_THAT(shown(), IsEmpty());
    moderate(one, "show", "ke", kOpens + 10);
    EXPECT_THAT(shown(), ElementsAre("one"));
}

TEST_F(Consulting, IsAnsweredAfterItsCloseByWhoAsked) {
    const Digest round = open();
    const Digest one = comment(round, "one", kOpens + 1);
    const auto summarise = [&](const std::string& by, const std::string& text, Witnessed at) {
        say(by, kSummary,
            {{"consultation", round.hex()},
             {"text", text},
             {"answers",
              json::Array{json::Object{{"comments", json::Array{one.hex()}}, {"answer", "Taken up"}}}}},
            at);
    };
    summarise("ke", "too early", kCloses);
    summarise("br", "not its to answer", kCloses + 1);
    EXPECT_FALSE(rounds().rounds.at(0).summary);
    summarise("ke", "first", kCloses + 2);
    summarise("fr", "second", kCloses + 3);
    EXPECT_EQ(rounds().rounds.at(0).summary->text, "second");
    EXPECT_EQ(rounds().rounds.at(0).state(kCloses + 9), "answered");
}

TEST(RoundForms, MailAddressesStayOutOfTheLog) {
    for (const char* text :
         {"write to a.b+c@mail.example.org!", "x@y.co", "наталья@почта.рф", "<a@b.museum>."})
        EXPECT_TRUE(holds_mail_address(text)) << text;
    for (const char* text : {"amina@cert-ke", "@home", "a @ b.com", "5 @ 3.50", "at 12@", "me@localhost"})
        EXPECT_FALSE(holds_mail_address(text)) << text;
    const std::string id(64, '0');
    const auto refusal = [&](json::Object body) {
        body["consultation"] = id;
        const auto read = parse_public_comment(body);
        return read ? "read" : read.error().message();
    };
    EXPECT_THAT(refusal({{"name", "a@b.org"}, {"text", "x"}}), HasSubstr("body.name"));
    EXPECT_THAT(refusal({{"name", "A"}, {"text", "mail a@b.org"}}), HasSubstr("holds an e-mail address"));
    EXPECT_THAT(refusal({{"name", "A"}, {"text", "x"}, {"quote", "y"}}), HasSubstr("goes with \"language\""));
    EXPECT_THAT(refusal({{"name", "A"}, {"text", "x"}, {"position", "maybe"}}), HasSubstr("body.position"));
    EXPECT_THAT(refusal({{"name", "A"}, {"text", "x"}, {"mail", "y"}}), HasSubstr("mail"));
    EXPECT_EQ(refusal({{"name", "A"}, {"text", "x"}, {"position", "for"}}), "read");
}

TEST(RoundForms, AreReadAsTheyAreWritten) {
    const std::string id(64, 'a');
    const json::Object round{{"version", id},
                             {"open_to", "public"},
                             {"opens", text_at(kOpens)},
                             {"closes", text_at(kCloses)},
                             {"question", "Who pays?"},
                             {"moderation", "before"},
                             {"moderators", json::Array{"fr"}},
                             {"code", "CC-1"}};
    EXPECT_EQ(json::Value(consultation_json(*parse_consultation(round))), json::Value(round));
    const json::Object hide{{"act", "hide"}, {"comment", id}, {"reason", "x"}, {"rule", "CC-1"}};
    EXPECT_EQ(json::Value(moderation_json(*parse_moderation(hide))), json::Value(hide));
    const json::Object suspend{{"act", "suspend"}, {"account", "amina@cert-ke"}, {"reason", "x"}};
    EXPECT_EQ(json::Value(moderation_json(*parse_moderation(suspend))), json::Value(suspend));
    json::Object bad = suspend;
    bad["account"] = "amina";
    EXPECT_FALSE(parse_moderation(bad));
    bad = round;
    bad["closes"] = round.at("opens");
    EXPECT_FALSE(parse_consultation(bad));
    const json::Object summary{
        {"consultation", id},
        {"text", "x"},
        {"answers", json::Array{json::Object{{"comments", json::Array{id}}, {"answer", "y"}}}}};
    EXPECT_EQ(json::Value(summary_json(*parse_summary(summary))), json::Value(summary));
}

std::string dump(const Rounds& rounds) {
    std::string all;
    for (const ConsultationRound& round : rounds.rounds) {
        all += round.id.hex() + "\n";
        for (const RoundComment& one : round.comments)
            all += fmt::format("{} {} {} {}\n", one.id.hex(), one.text, one.shown,
                               one.moderated ? one.moderated->id.hex() : "");
        for (const Digest& one : round.outside) all += one.hex() + "\n";
        all += round.summary ? round.summary->text : "-";
    }
    for (const ModerationAct& act : rounds.acts) all += fmt::format("{} {}\n", act.id.hex(), act.objection);
    return all;
}

// Law 1: whatever order the statements come in, from however many nodes and however often.
TEST_F(Consulting, IsAFunctionOfTheSetOfStatements) {
    std::mt19937 random(5);
    const std::vector<std::string> members{"ke", "fr", "no", "br"};
    std::vector<Digest> opened{open({{"moderators", json::Array{"fr"}}}),
                               open({{"moderation", "before"}}, "fr")};
    std::vector<Digest> comments;
    for (int i = 0; i < 60; ++i) {
        const Witnessed at = kOpens - 5 + static_cast<Witnessed>(random() % 20);
        const std::string& member = members[random() % members.size()];
        const unsigned what = random() % 4;
        if (what < 2 || comments.empty())
            comments.push_back(comment(opened[random() % 2], fmt::format("{}", i), at, member));
        else if (what == 2)
            moderate(comments[random() % comments.size()], random() % 2 == 0 ? "hide" : "show", member, at);
        else
            say(member, kComment, {{"version", version_.hex()}, {"text", fmt::format("m{}", i)}}, at);
    }
    say("ke", kSummary, {{"consultation", opened[0].hex()}, {"text", "one"}}, kCloses + 1);
    say("fr", kSummary, {{"consultation", opened[0].hex()}, {"text", "two"}}, kCloses + 1);
    const std::string expected = dump(rounds());
    const std::vector<Act> all(acts_.all().begin(), acts_.all().end());
    for (int turn = 0; turn < 20; ++turn) {
        std::vector<Act> shuffled = all;
        for (const Act& act : all) {
            if (random() % 4 == 0) shuffled.push_back(act);
        }
        std::ranges::shuffle(shuffled, random);
        ASSERT_EQ(dump(rounds_in(shuffled, verified_signatures())), expected);
    }
}

}  // namespace
}  // namespace comity::governance
