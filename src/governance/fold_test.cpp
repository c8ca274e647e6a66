#include "governance/fold.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <random>

#include "testing/community.h"

namespace comity::governance {
namespace {

using ledger::Roll;
using testing::Community;

// Acts with the second in which each was witnessed.
class Acts {
  public:
    void add(const crypto::Envelope& envelope, ledger::Witnessed witnessed) {
        auto statement = ledger::parse_statement(envelope);
        ASSERT_TRUE(statement) << statement.error().message();
        acts_.push_back(std::make_unique<Act>(Act{std::move(*statement), envelope, witnessed}));
    }
    Roll fold_in_order(const std::vector<std::size_t>& order) const {
        std::vector<ledger::RollMaker::Source> sources;
        for (const std::size_t i : order)
            sources.push_back({&acts_[i]->statement, &acts_[i]->envelope, acts_[i]->witnessed});
        return fold(sources, [](const auto& source, const auto& key) {
            return crypto::signed_by(*source.envelope, key);
        });
    }
    Roll fold_all() const {
        std::vector<std::size_t> order(acts_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        return fold_in_order(order);
    }
    std::size_t size() const { return acts_.size(); }

  private:
    struct Act {
        ledger::Statement statement;
        crypto::Envelope envelope;
        ledger::Witnessed witnessed;
    };
    std::vector<std::unique_ptr<Act>> acts_;
};

TEST(Fold, NoCharterNoCommunity) {
    Community community({"ke", "fr"});
    Acts acts;
    acts.add(community.admission("ke", "br"), 5);
    EXPECT_FALSE(acts.fold_all().founded());
}

TEST(Fold, ACharterThatAFounderHasNotSignedFoundsNothing) {
    Community community({"ke", "fr"});
    crypto::Envelope charter = community.charter();
    charter.signatures.pop_back();
    Acts acts;
    acts.add(charter, 1);
    EXPECT_FALSE(acts.fold_all().founded());
}

TEST(Fold, OneSponsorAdmits) {
    Community community({"ke", "fr"});
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.admission("ke", "br"), 5);
    const Roll roll = acts.fold_all();
    ASSERT_NE(roll.find("br"), nullptr);
    EXPECT_EQ(roll.find("br")->admitted, 5);
    EXPECT_EQ(roll.members.size(), 3U);
}

TEST(Fold, TwoSponsorsMustAskForTheSame) {
    Community community({"ke", "fr", "no"}, 2);
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.admission("ke", "br"), 5);
    acts.add(community.admission("ke", "br"), 6);  // the same sponsor again is one sponsor
    EXPECT_EQ(acts.fold_all().find("br"), nullptr);
    MemberBody other = community.member_body("br");
    other.name = "Another name";
    acts.add(community.statement("fr", kAdmission, {{"member", member_json(other)}}), 7);
    EXPECT_EQ(acts.fold_all().find("br"), nullptr);
    acts.add(community.admission("no", "br"), 8);
    const Roll roll = acts.fold_all();
    ASSERT_NE(roll.find("br"), nullptr);
    EXPECT_EQ(roll.find("br")->admitted, 8);
    EXPECT_EQ(roll.find("br")->name, "Member br");
}

TEST(Fold, StrangersAdmitNobodyNotEvenEachOther) {
    Community community({"ke"});
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.admission("xx", "yy"), 5);
    acts.add(community.admission("yy", "xx"), 5);
    EXPECT_EQ(acts.fold_all().members.size(), 1U);
}

TEST(Fold, AnIdIsTakenOnce) {
    Community community({"ke", "fr"});
    Acts acts;
    acts.add(community.charter(), 1);
    MemberBody usurper = community.member_body("mallory");
    usurper.id = "fr";
    usurper.keys.front().key.name = "fr";
    acts.add(community.statement("ke", kAdmission, {{"member", member_json(usurper)}}), 5);
    const Roll roll = acts.fold_all();
    ASSERT_EQ(roll.find("fr")->keys.size(), 1U);
    EXPECT_EQ(roll.find("fr")->keys.front().key, community.key("fr").public_part());
}

TEST(Fold, ARevokedKeyCountsUntilItsSecondAndNoLonger) {
    Community community({"ke", "fr"});
    const crypto::NamedSecret second{"ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.key_addition("ke", second), 5);
    acts.add(community.key_revocation("ke", community.key("ke")), 10);
    acts.add(community.admission("ke", "aa"), 10);  // signed by the first key in its last second
    acts.add(community.admission("ke", "bb"), 11);  // one second late
    const Roll roll = acts.fold_all();
    EXPECT_NE(roll.find("aa"), nullptr);
    EXPECT_EQ(roll.find("bb"), nullptr);
    ASSERT_EQ(roll.find("ke")->keys.size(), 2U);
    EXPECT_EQ(roll.find("ke")->keys[0].until, 10);
    EXPECT_EQ(roll.find("ke")->keys[1].until, ledger::kNever);
}

TEST(Fold, AKeyMayBeRevokedInTheSecondInWhichItCame) {
    for (int i = 0; i < 16; ++i) {  // ids are random: either may be the smaller
        Community community({"ke", "fr"});
        const crypto::NamedSecret second{"ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
        Acts acts;
        acts.add(community.charter(), 1);
        acts.add(community.key_revocation("ke", second), 5);
        acts.add(community.key_addition("ke", second), 5);
        acts.add(community.admission("fr", "br"), 5);
        acts.add(community.departure("br"), 5);
        const Roll roll = acts.fold_all();
        ASSERT_EQ(roll.find("ke")->keys.size(), 2U);
        EXPECT_EQ(roll.find("ke")->keys[1].until, 5);
        EXPECT_EQ(roll.find("br")->left, 5);
    }
}

TEST(Fold, NobodyRevokesAnothersKey) {
    Community community({"ke", "fr"});
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.statement("fr", kKeyRevocation, {{"key", community.key("ke").public_part().text()}}),
             3);
    EXPECT_EQ(acts.fold_all().find("ke")->keys.front().until, ledger::kNever);
}

TEST(Fold, WhoHasLeftActsNoMoreAndMayComeBack) {
    Community community({"ke", "fr"});
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.departure("fr"), 4);
    acts.add(community.admission("fr", "br"), 5);
    EXPECT_EQ(acts.fold_all().find("br"), nullptr);
    EXPECT_EQ(acts.fold_all().find("fr")->left, 4);
    acts.add(community.admission("ke", "fr"), 9);
    EXPECT_EQ(acts.fold_all().find("fr")->left, ledger::kNever);
}

TEST(Fold, WhoComesBackKeepsWhatItSignedBeforeAndNothingOfBetween) {
    Community community({"ke", "fr"});
    const crypto::NamedSecret again{"fr", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    MemberBody body = community.member_body("fr");
    body.keys = {{again.public_part(), false}};
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.departure("fr"), 4);
    acts.add(community.statement("ke", kAdmission, {{"member", member_json(body)}}), 9);
    const Roll roll = acts.fold_all();
    const crypto::Envelope old = community.departure("fr");
    EXPECT_NE(roll.signer(old, "fr", kAdmission, 4), nullptr);
    EXPECT_EQ(roll.signer(old, "fr", kAdmission, 5), nullptr);
    EXPECT_EQ(roll.signer(old, "fr", kAdmission, 10), nullptr)
        << "the old key is not among those it came back with";
    ASSERT_EQ(roll.find("fr")->keys.size(), 2U);
    EXPECT_EQ(roll.find("fr")->keys[0].key, again.public_part());
}

TEST(Fold, AKeyInCustodySpeaksOnlyWhereTheActSaysSo) {
    Community community({"ke", "fr"});
    const crypto::NamedSecret held{"ke", crypto::KeyType::kEd25519, crypto::SecretKey::generate()};
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(
        community.statement("ke", kKeyAddition,
                            {{"key", json::Object{{"key", held.public_part().text()}, {"custody", true}}}}),
        2);
    ledger::Draft draft{community.id(),
                        std::string(kAdmission),
                        "ke",
                        Community::clear(),
                        {{"member", member_json(community.member_body("br"))}}};
    acts.add(ledger::sign_statement(draft, {}, held), 3);
    EXPECT_EQ(acts.fold_all().find("br"), nullptr);
    draft.custody = true;
    acts.add(ledger::sign_statement(draft, {}, held), 4);
    EXPECT_NE(acts.fold_all().find("br"), nullptr);
}

TEST(Fold, AGroupIsItsOwnersAndTheLastWordCounts) {
    Community community({"ke", "fr"});
    Acts acts;
    acts.add(community.charter(), 1);
    acts.add(community.group("ke", "responders", {"fr", "ke"}), 2);
    acts.add(community.group("fr", "responders", {"fr"}), 3);
    acts.add(community.group("ke", "responders", {"ke"}), 4);
    const Roll roll = acts.fold_all();
    EXPECT_EQ(roll.groups.at("ke/responders"), std::vector<std::string>{"ke"});
    EXPECT_EQ(roll.groups_of("fr"), std::vector<std::string>{"fr/responders"});
}

TEST(Fold, OfAGroupSetTwiceInOneSecondTheLastWordCounts) {
    Community community({"ke", "fr"});
    const auto group = [&](std::int64_t issued, const std::string& member) {
        return community.statement("ke", kGroup,
                                   {{"name", "responders"}, {"members", json::Array{json::Value(member)}}},
                                   Community::clear(), Time::from_seconds(issued));
    };
    for (int i = 0; i < 8; ++i) {  // their ids fall as they may
        Acts acts;
        acts.add(community.charter(), 1);
        acts.add(group(1'760'000'002, "ke"), 2);
        acts.add(group(1'760'000'001, "fr"), 2);
        EXPECT_EQ(acts.fold_all().groups.at("ke/responders"), std::vector<std::string>{"ke"});
    }
}

// Law 1: random acts of random members, some of whom are no members, at random seconds: in whatever order,
// the same roll.
TEST(Fold, AnyOrderMakesTheSameRoll) {
    std::size_t admitted = 0;
    for (unsigned seed = 1; seed <= 30; ++seed) {
        std::mt19937 random(seed);
        Community community({"m0", "m1", "m2"}, 1 + seed % 2);
        std::map<std::string, std::vector<crypto::NamedSecret>> spare;
        Acts acts;
        acts.add(community.charter(), 3);
        const auto someone = [&] { return "m" + std::to_string(random() % 9); };
        for (int i = 0; i < 60; ++i) {
            const auto at = static_cast<ledger::Witnessed>(3 + random() % 12);
            const std::string author = someone();
            switch (random() % 8) {
                case 0:
                    acts.add(community.departure(author), at + 6);
                    break;
                case 1: {
                    auto& keys = spare[author];
                    keys.push_back({author, crypto::KeyType::kEd25519, crypto::SecretKey::generate()});
                    acts.add(community.key_addition(author, keys.back()), at);
                    break;
                }
                case 2:
                    acts.add(community.key_revocation(author, community.key(author)), at + 4);
                    break;
                case 3:
                    acts.add(
                        community.group(author, "g" + std::to_string(random() % 2), {someone(), someone()}),
                        at);
                    break;
                default:
                    acts.add(community.admission(author, someone()), at);
                    break;
            }
        }
        std::vector<std::size_t> order(acts.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        const Roll expected = acts.fold_in_order(order);
        admitted += expected.members.size() - 3;
        for (int shuffle = 0; shuffle < 10; ++shuffle) {
            std::ranges::shuffle(order, random);
            EXPECT_EQ(acts.fold_in_order(order), expected) << "seed " << seed;
        }
    }
    EXPECT_GT(admitted, 50U);  // or the acts above would say little
}

}  // namespace
}  // namespace comity::governance
