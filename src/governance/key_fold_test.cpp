#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/fold.h"
#include "governance/forms.h"
#include "governance/key_bodies.h"
#include "governance/voting/store.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using ledger::Roll;
using ledger::Witnessed;
using testing::Community;
using ::testing::HasSubstr;

constexpr Witnessed kStart = 1'760'000'000;
constexpr Witnessed kHours = 3600;

crypto::NamedSecret key_of(const std::string& member) {
    return {member, crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
}

class MemberKeys : public ::testing::Test {
  protected:
    MemberKeys() { said(community_.charter(), kStart); }

    Digest said(const crypto::Envelope& envelope, Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest say(const crypto::NamedSecret& secret, std::string_view type, json::Object body, Witnessed at) {
        return said(ledger::sign_statement({community_.id(), std::string(type), secret.name,
                                            Community::clear(), std::move(body)},
                                           Time::from_seconds(at), secret),
                    at);
    }
    const crypto::NamedSecret& ke() { return community_.key("ke"); }

    // Whatever the order of the acts: law 1.
    Roll roll() {
        std::vector<Act> acts(acts_.all().begin(), acts_.all().end());
        const Roll expected = fold(acts, verified_signatures());
        for (int trial = 0; trial < 4; ++trial) {
            std::ranges::shuffle(acts, random_);
            EXPECT_EQ(fold(acts, verified_signatures()), expected);
        }
        return expected;
    }
    bool counts(const crypto::NamedSecret& secret, Witnessed at, std::string_view type = kAdmission) {
        const Roll known = roll();
        const ledger::Member* member = known.find(secret.name);
        return std::ranges::any_of(member->keys, [&](const ledger::MemberKey& key) {
            return key.key == secret.public_part() && key.speaks_for(type, at);
        });
    }

    Digest delegate(const crypto::NamedSecret& by, const crypto::NamedSecret& to, json::Array powers,
                    Witnessed from, Witnessed until, Witnessed at) {
        return say(by, kKeyAddition,
                   {{"key", json::Object{{"key", to.public_part().text()}}},
                    {"delegate", json::Object{{"person", "amina"},
                                              {"powers", std::move(powers)},
                                              {"from", second_text(from)},
                                              {"until", second_text(until)}}}},
                   at);
    }
    void officers(const crypto::NamedSecret& by, const std::vector<crypto::NamedSecret>& named,
                  std::int64_t threshold, std::int64_t wait_hours, Witnessed at) {
        json::Array list;
        for (std::size_t i = 0; i < named.size(); ++i)
            list.push_back(json::Object{{"person", fmt::format("officer-{}", i)},
                                        {"key", named[i].public_part().text()}});
        say(by, kRecovery, {{"officers", list}, {"threshold", threshold}, {"wait_hours", wait_hours}}, at);
    }
    Digest ask(const crypto::NamedSecret& officer, const crypto::NamedSecret& fresh, Witnessed at) {
        return say(officer, kRecoveryRequest, {{"key", fresh.public_part().text()}}, at);
    }
    void veto(const crypto::NamedSecret& by, const crypto::NamedSecret& fresh, Witnessed at) {
        say(by, kRecoveryVeto, {{"key", fresh.public_part().text()}}, at);
    }

    Community community_{{"ke", "fr", "br"}};
    Acts acts_;
    std::mt19937 random_{3};
};

using Delegates = MemberKeys;

TEST_F(Delegates, SignWhatTheyWereGivenInTheirTermAndNothingElse) {
    const crypto::NamedSecret amina = key_of("ke");
    delegate(ke(), amina, {"vote", "speak"}, kStart + kDay, kStart + 10 * kDay, kStart + 5);
    EXPECT_FALSE(counts(amina, kStart + kDay - 1, "governance.ballot"));
    EXPECT_TRUE(counts(amina, kStart + kDay, "governance.ballot"));
    EXPECT_TRUE(counts(amina, kStart + kDay, "governance.comment"));
    EXPECT_TRUE(counts(amina, kStart + 10 * kDay - 1, "governance.ballot"));
    EXPECT_FALSE(counts(amina, kStart + 10 * kDay, "governance.ballot")) << "the day it ends is not of it";
    for (const char* type : {"governance.proposal", "intelligence.share", "governance.accession",
                             "governance.admission", "governance.key-addition", "governance.key-revocation",
                             "governance.departure", "governance.group", "governance.recovery",
                             "governance.recovery-request", "governance.recovery-veto", "federation.node"}) {
        EXPECT_FALSE(counts(amina, kStart + 2 * kDay, type)) << type;
    }
}

TEST_F(Delegates, ChangeNoKeysAndAdmitNobody) {
    const crypto::NamedSecret amina = key_of("ke"), other = key_of("ke");
    delegate(ke(), amina, {"accede", "propose", "publish", "speak", "vote"}, kStart, kStart + 99 * kDay,
             kStart + 5);
    delegate(amina, other, {"vote"}, kStart, kStart + 99 * kDay, kStart + 10);
    say(amina, kKeyAddition, {{"key", json::Object{{"key", other.public_part().text()}}}}, kStart + 10);
    say(amina, kKeyRevocation, {{"key", ke().public_part().text()}}, kStart + 10);
    say(amina, kDeparture, {}, kStart + 10);
    say(amina, kAdmission, {{"member", member_json(community_.member_body("xx"))}}, kStart + 10);
    officers(amina, {key_of("ke"), key_of("ke")}, 1, 0, kStart + 10);
    const Roll known = roll();
    EXPECT_EQ(known.find("ke")->keys.size(), 2U);
    EXPECT_EQ(known.find("ke")->keys[0].until, ledger::kNever);
    EXPECT_EQ(known.find("ke")->left, ledger::kNever);
    EXPECT_EQ(known.find("xx"), nullptr);
    EXPECT_EQ(known.find("ke")->recovery, "");
}

TEST_F(Delegates, AreGivenMoreAndAreRevokedForGood) {
    const crypto::NamedSecret amina = key_of("ke");
    delegate(ke(), amina, {"vote"}, kStart, kStart + 10 * kDay, kStart + 5);
    delegate(ke(), amina, {"propose"}, kStart + 20 * kDay, kStart + 30 * kDay, kStart + 6);
    delegate(ke(), amina, {"vote"}, kStart, kStart + 10 * kDay, kStart + 7);  // the same again
    EXPECT_EQ(roll().find("ke")->keys.size(), 3U);
    EXPECT_TRUE(counts(amina, kStart + 25 * kDay, "governance.proposal"));
    EXPECT_FALSE(counts(amina, kStart + 25 * kDay, "governance.ballot"));
    said(community_.key_revocation("ke", amina), kStart + 5 * kDay);
    EXPECT_TRUE(counts(amina, kStart + 5 * kDay, "governance.ballot"));
    EXPECT_FALSE(counts(amina, kStart + 5 * kDay + 1, "governance.ballot"));
    EXPECT_FALSE(counts(amina, kStart + 25 * kDay, "governance.proposal"));
    delegate(ke(), amina, {"vote"}, kStart, kStart + 90 * kDay, kStart + 6 * kDay);
    EXPECT_FALSE(counts(amina, kStart + 7 * kDay, "governance.ballot")) << "a key that was given up stays so";
    delegate(community_.key("fr"), amina, {"vote"}, kStart, kStart + 90 * kDay, kStart + 6 * kDay);
    EXPECT_EQ(roll().find("fr")->keys.size(), 1U) << "its name is another's";
}

// Every place where ballots are counted goes by the record.
TEST_F(Delegates, BallotsOutsideTheirPowersAreListedWithTheReason) {
    const crypto::NamedSecret voter = key_of("ke"), clerk = key_of("ke"), late = key_of("ke");
    delegate(ke(), voter, {"vote"}, kStart, kStart + 99 * kDay, kStart + 5);
    delegate(ke(), clerk, {"propose"}, kStart, kStart + 99 * kDay, kStart + 5);
    delegate(ke(), late, {"vote"}, kStart, kStart + kDay, kStart + 5);
    const json::Object procedure{
        {"id", "quick"},
        {"title", "A majority"},
        {"electorate", json::Object{{"everybody", true}}},
        {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
    const Digest text = say(
        clerk, kProposal,
        {{"texts", json::Array{json::Object{{"language", "en"}, {"title", "A text"}, {"text", "It says."}}}}},
        kStart + 2 * kDay);
    const Digest vote =
        say(clerk, kOpening,
            {{"version", text.hex()}, {"procedure", procedure}, {"closes", second_text(kStart + 9 * kDay)}},
            kStart + 3 * kDay);
    const auto ballot = [&](const crypto::NamedSecret& by, const char* choice, Witnessed at) {
        return say(by, kBallot, {{"opening", vote.hex()}, {"version", text.hex()}, {"vote", choice}}, at);
    };
    ballot(voter, "yes", kStart + 4 * kDay);
    const Digest powerless = ballot(clerk, "no", kStart + 5 * kDay);
    const Digest over = ballot(late, "no", kStart + 5 * kDay);
    const auto counted = tally(acts_.all(), vote, verified_signatures());
    ASSERT_TRUE(counted) << counted.error().message();
    EXPECT_EQ(counted->counted, 1U);
    EXPECT_EQ(counted->verdict.outcome, Outcome::kAdopted);
    std::map<Digest, std::pair<std::string, std::string>> why;
    for (const Disregarded& one : counted->disregarded)
        why[one.ballot] = {std::string(to_string(one.why)), one.text};
    EXPECT_EQ(why.size(), 2U);
    EXPECT_EQ(why[powerless].first, "no-power");
    EXPECT_THAT(why[powerless].second, HasSubstr("without the power to vote"));
    EXPECT_EQ(why[over].first, "outside-term");
    // Nor does a delegate who may only vote open a vote.
    const Digest own =
        say(voter, kOpening,
            {{"version", text.hex()}, {"procedure", procedure}, {"closes", second_text(kStart + 9 * kDay)}},
            kStart + 3 * kDay);
    EXPECT_FALSE(tally(acts_.all(), own, verified_signatures()));
}

TEST(DelegateBodies, RefuseWhatIsNone) {
    Community community{{"ke"}};
    const auto refusal = [&](const std::string& delegate, bool custody = false) {
        const auto statement = ledger::parse_statement(community.statement(
            "ke", kKeyAddition,
            {{"key", json::Object{{"key", community.key("ke").public_part().text()}, {"custody", custody}}},
             {"delegate", *json::parse(delegate)}}));
        const auto read = parse_key_addition(*statement);
        return read ? std::string("taken") : read.error().message();
    };
    const std::string good =
        R"({"person":"amina","powers":["vote"],"from":"2026-12-01T00:00:00Z","until":"2027-01-01T00:00:00Z"})";
    EXPECT_EQ(refusal(good), "taken");
    EXPECT_THAT(refusal(good, true), HasSubstr("body.key.custody"));
    EXPECT_THAT(refusal(R"({"person":"amina","powers":["vote"]})"),
                HasSubstr("body.delegate.until: is missing"));
    EXPECT_THAT(
        refusal(R"({"person":"amina","powers":["rule"],"until":"2027-01-01T00:00:00Z"})"),
        HasSubstr("\"rule\" is no power of a delegate: one of accede, propose, publish, speak, vote"));
    EXPECT_THAT(refusal(R"({"person":"amina","powers":["recover"],"until":"2027-01-01T00:00:00Z"})"),
                HasSubstr("is no power"));
    EXPECT_THAT(refusal(R"({"person":"amina","powers":[],"until":"2027-01-01T00:00:00Z"})"),
                HasSubstr("powers"));
    EXPECT_THAT(refusal(R"({"person":"amina","powers":["vote","vote"],"until":"2027-01-01T00:00:00Z"})"),
                HasSubstr("name one twice"));
    EXPECT_THAT(
        refusal(
            R"({"person":"amina","powers":["vote"],"from":"2027-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z"})"),
        HasSubstr("would never be held"));
    EXPECT_THAT(refusal(R"({"powers":["vote"],"until":"2027-01-01T00:00:00Z"})"), HasSubstr("person"));
}

class Recovery : public MemberKeys {
  protected:
    static constexpr Witnessed kLost = kStart + 10 * kDay;
    Recovery() {
        officers(ke(), officers_, 2, 72, kStart + 5);
        said(community_.key_addition("ke", second_), kStart + 6);
    }
    Witnessed takes_effect_after(Witnessed asked) { return asked + 72 * kHours; }

    std::vector<crypto::NamedSecret> officers_{key_of("ke"), key_of("ke"), key_of("ke")};
    crypto::NamedSecret second_ = key_of("ke"), fresh_ = key_of("ke"), rogue_ = key_of("ke");
};

TEST_F(Recovery, TwoOfThreeOfficersGiveTheMemberANewKeyAfterTheWait) {
    ask(officers_[0], fresh_, kLost);
    EXPECT_FALSE(counts(fresh_, kLost + 90 * kDay)) << "one is not enough";
    ask(officers_[2], fresh_, kLost + kDay);
    const Witnessed effect = takes_effect_after(kLost + kDay);
    EXPECT_FALSE(counts(fresh_, effect));
    EXPECT_TRUE(counts(fresh_, effect + 1));
    for (const auto& old : {ke(), second_}) {
        EXPECT_TRUE(counts(old, effect));
        EXPECT_FALSE(counts(old, effect + 1));
    }
    EXPECT_THAT(roll().find("ke")->recovery, HasSubstr(second_text(effect)));
    // With the new key it goes on, its officers are still there.
    said(ledger::sign_statement({community_.id(),
                                 std::string(kAdmission),
                                 "ke",
                                 Community::clear(),
                                 {{"member", member_json(community_.member_body("xx"))}}},
                                Time::from_seconds(effect + 5), fresh_),
         effect + 5);
    EXPECT_NE(roll().find("xx"), nullptr);
    ask(officers_[0], rogue_, effect + kDay);
    EXPECT_FALSE(counts(rogue_, effect + 90 * kDay)) << "what was asked before does not count again";
}

TEST_F(Recovery, OneOfficerTwiceAnOutsiderAndAnotherMembersAreNotTwo) {
    ask(officers_[0], fresh_, kLost);
    ask(officers_[0], fresh_, kLost + 10);
    ask(key_of("ke"), fresh_, kLost + 20);
    ask(ke(), fresh_, kLost + 30);  // the member's own key is no officer's
    ask(second_, fresh_, kLost + 40);
    crypto::NamedSecret foreign = officers_[1];
    foreign.name = "fr";  // an officer of ke's asks for fr
    ask(foreign, key_of("fr"), kLost + 50);
    EXPECT_FALSE(counts(fresh_, kLost + 90 * kDay));
    EXPECT_EQ(roll().find("fr")->keys.size(), 1U);
    // Another key is another request.
    ask(officers_[1], rogue_, kLost + 60);
    EXPECT_FALSE(counts(fresh_, kLost + 90 * kDay));
    EXPECT_FALSE(counts(rogue_, kLost + 90 * kDay));
    // And a month later it is forgotten.
    ask(officers_[1], fresh_, kLost + 10 + 30 * kDay);
    EXPECT_FALSE(counts(fresh_, kLost + 90 * kDay));
}

TEST_F(Recovery, OfficersSignNothingElse) {
    EXPECT_FALSE(counts(officers_[0], kLost, "governance.ballot"));
    EXPECT_FALSE(counts(officers_[0], kLost, kKeyAddition));
    EXPECT_FALSE(counts(officers_[0], kLost, "intelligence.share"));
    EXPECT_TRUE(counts(officers_[0], kLost, kRecoveryRequest));
    EXPECT_FALSE(counts(ke(), kLost, kRecoveryRequest));
}

TEST_F(Recovery, AKeyThatCountsStillSaysNoInTime) {
    ask(officers_[0], fresh_, kLost);
    ask(officers_[1], fresh_, kLost + 5);
    veto(second_, fresh_, takes_effect_after(kLost + 5));  // in the last second
    EXPECT_FALSE(counts(fresh_, kLost + 90 * kDay));
    EXPECT_TRUE(counts(ke(), kLost + 90 * kDay));
    // Two of them again, for whatever key, are not enough now.
    ask(officers_[0], rogue_, kLost + 6 * kDay);
    ask(officers_[1], rogue_, kLost + 6 * kDay);
    EXPECT_FALSE(counts(rogue_, kLost + 90 * kDay));
}

TEST_F(Recovery, ANoThatComesLateOrFromNobodyIsNone) {
    ask(officers_[0], fresh_, kLost);
    ask(officers_[1], fresh_, kLost + 5);
    veto(officers_[2], fresh_, kLost + 6);
    veto(key_of("ke"), fresh_, kLost + 7);
    veto(ke(), rogue_, kLost + 8);  // another key
    veto(ke(), fresh_, takes_effect_after(kLost + 5) + 1);
    EXPECT_TRUE(counts(fresh_, kLost + 90 * kDay));
}

TEST_F(Recovery, AThiefSaysNoAndAllOfficersOverruleIt) {
    ask(officers_[0], fresh_, kLost);
    ask(officers_[1], fresh_, kLost + 5);
    veto(ke(), fresh_, kLost + 10);
    ask(officers_[2], fresh_, kLost + kDay);
    veto(ke(), fresh_, kLost + kDay + 10);
    const Witnessed effect = takes_effect_after(kLost + kDay);
    EXPECT_FALSE(counts(fresh_, effect));
    EXPECT_TRUE(counts(fresh_, effect + 1));
    EXPECT_FALSE(counts(ke(), effect + 1));
}

TEST_F(Recovery, AThiefReplacesNoOfficersBeforeTheyHaveHadTheirTime) {
    const std::vector<crypto::NamedSecret> gang{key_of("ke"), key_of("ke")};
    officers(ke(), gang, 1, 0, kLost);
    ask(gang[0], rogue_, kLost + 5);
    EXPECT_FALSE(counts(rogue_, kLost + 2 * kDay)) << "not in force yet";
    for (const auto& officer : officers_) said(community_.key_revocation("ke", officer), kLost + 1);
    said(community_.key_addition("ke", rogue_), kLost + 2);
    ask(officers_[0], fresh_, kLost + kDay);
    ask(officers_[1], fresh_, kLost + kDay);
    const Witnessed effect = takes_effect_after(kLost + kDay);
    // What the thief added in the meantime ends with all the others.
    EXPECT_TRUE(counts(rogue_, effect));
    EXPECT_FALSE(counts(rogue_, effect + 1));
    EXPECT_TRUE(counts(fresh_, effect + 1));
}

TEST_F(Recovery, OfficersAreReplacedByTheMemberInTheirTime) {
    const std::vector<crypto::NamedSecret> next{key_of("ke"), key_of("ke")};
    officers(ke(), next, 1, 24, kLost);
    const Witnessed from = kLost + 72 * kHours;
    EXPECT_FALSE(counts(next[0], from - 1, kRecoveryRequest));
    EXPECT_TRUE(counts(next[0], from, kRecoveryRequest));
    EXPECT_FALSE(counts(officers_[0], from, kRecoveryRequest));
    ask(officers_[0], fresh_, from);
    ask(officers_[1], fresh_, from);
    EXPECT_FALSE(counts(fresh_, from + 90 * kDay));
    ask(next[1], fresh_, from + 5);
    EXPECT_TRUE(counts(fresh_, from + 5 + 24 * kHours + 1));
}

TEST_F(Recovery, NoKeyOfBeforeComesBack) {
    said(community_.key_revocation("ke", second_), kStart + kDay);
    for (const auto& known : {second_, ke(), officers_[2]}) {
        ask(officers_[0], known, kLost);
        ask(officers_[1], known, kLost);
    }
    EXPECT_FALSE(counts(second_, kLost + 90 * kDay));
    EXPECT_TRUE(counts(ke(), kLost + 90 * kDay));
    EXPECT_FALSE(counts(officers_[2], kLost + 90 * kDay));
}

TEST_F(Recovery, WhoHasLeftStaysAway) {
    ask(officers_[0], fresh_, kLost);
    ask(officers_[1], fresh_, kLost);
    said(community_.departure("ke"), kLost + kDay);
    EXPECT_EQ(roll().find("ke")->left, kLost + kDay);
    EXPECT_FALSE(counts(fresh_, kLost + 90 * kDay));
}

TEST(RecoveryBodies, RefuseWhatCouldNotBeOverruled) {
    Community community{{"ke"}};
    const std::vector<crypto::NamedSecret> keys{key_of("ke"), key_of("ke")};
    const auto refusal = [&](json::Array officers, std::int64_t threshold, std::int64_t wait = 1) {
        const auto statement = ledger::parse_statement(community.statement(
            "ke", kRecovery,
            {{"officers", std::move(officers)}, {"threshold", threshold}, {"wait_hours", wait}}));
        const auto read = parse_recovery(*statement);
        return read ? std::string("taken") : read.error().message();
    };
    const auto officer = [&](const char* person, int key) {
        return json::Object{{"person", person},
                            {"key", keys[static_cast<std::size_t>(key)].public_part().text()}};
    };
    EXPECT_EQ(refusal({officer("a", 0), officer("b", 1)}, 1), "taken");
    EXPECT_THAT(refusal({officer("a", 0), officer("b", 1)}, 2), HasSubstr("body.threshold"));
    EXPECT_THAT(refusal({officer("a", 0)}, 1), HasSubstr("could take the member over"));
    EXPECT_THAT(refusal({officer("a", 0), officer("a", 1)}, 1), HasSubstr("stands there twice"));
    EXPECT_THAT(refusal({officer("a", 0), officer("b", 0)}, 1), HasSubstr("is another officer's too"));
    EXPECT_THAT(refusal({officer("a", 0), officer("b", 1)}, 1, 721), HasSubstr("body.wait_hours"));
    EXPECT_THAT(
        refusal({json::Object{{"person", "a"}, {"key", key_of("fr").public_part().text()}}, officer("b", 1)},
                1),
        HasSubstr("is named 'fr', not 'ke'"));
}

}  // namespace
}  // namespace comity::governance
