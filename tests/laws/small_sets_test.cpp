// Law 1 without chance: small sets of statements whose order once mattered, or might, in every order there
// is.
#include <numeric>

#include "node.h"

namespace comity::laws {
namespace {

using Engine = db::Database::Engine;

class SmallSet : public ::testing::Test {
  protected:
    SmallSet() {
        governance::CharterBody charter{"Example community", "To cooperate in tests", 1, {}};
        for (const std::string id : {"ke", "fr"}) {
            governance::MemberBody member{id, id, ledger::StakeholderClass::kCivil, {}};
            for (int i = 1; i <= 2; ++i) member.keys.push_back({key(id, i).public_part(), false});
            charter.members.push_back(std::move(member));
        }
        crypto::Envelope envelope = draft("ke", governance::kCharter, governance::charter_json(charter),
                                          false, {{"ke", 1}, {"fr", 1}});
        community_ = envelope.digest();
        add(envelope, 0);
    }

    // A member's key by number, made when first asked for.
    const crypto::NamedSecret& key(const std::string& member, int number) {
        auto& list = keys_[member];
        while (list.size() < static_cast<std::size_t>(number))
            list.push_back({member, crypto::KeyType::kEd25519, crypto::SecretKey::generate()});
        return list[static_cast<std::size_t>(number) - 1];
    }
    using Signers = std::vector<std::pair<std::string, int>>;
    crypto::Envelope draft(const std::string& author, std::string_view type, json::Object body, bool custody,
                           const Signers& signers) {
        const ledger::Draft said{
            community_, std::string(type), author, testing::Community::clear(), std::move(body), custody};
        return signed_by(ledger::unsigned_statement(said, Time::from_seconds(kStart)), signers);
    }
    crypto::Envelope signed_by(crypto::Envelope envelope, const Signers& signers) {
        envelope.signatures.clear();
        for (const auto& [member, number] : signers)
            envelope.signatures.push_back(crypto::sign_envelope(envelope, key(member, number)));
        return envelope;
    }
    void add(const crypto::Envelope& envelope, ledger::Witnessed at, std::vector<std::string> objects = {}) {
        items_.push_back({{envelope.write(), std::move(objects), {}}, kStart + at});
    }
    // By its author's key of that number, and the envelope, for other signatures.
    crypto::Envelope act(const std::string& author, int number, std::string_view type, json::Object body,
                         ledger::Witnessed at, bool custody = false) {
        crypto::Envelope envelope = draft(author, type, std::move(body), custody, {{author, number}});
        add(envelope, at);
        return envelope;
    }
    json::Object admission(const std::string& id, int number) {
        return {{"member",
                 governance::member_json(
                     {id, id, ledger::StakeholderClass::kCivil, {{key(id, number).public_part(), false}}})}};
    }
    json::Object addition(const std::string& id, int number, bool custody) {
        return {{"key", json::Object{{"key", key(id, number).public_part().text()}, {"custody", custody}}}};
    }
    json::Object revocation(const std::string& id, int number) {
        return {{"key", key(id, number).public_part().text()}};
    }
    crypto::Envelope share(const std::string& author, int number, ledger::Witnessed at) {
        const std::string object = testing::indicator(++objects_);
        const Digest root = log::leaf_hash(as_bytes(object));
        const crypto::Envelope envelope =
            draft(author, "intelligence.share",
                  {{"objects", json::Object{{"count", 1}, {"root", root.hex()}}}}, false, {{author, number}});
        add(envelope, at, {object});
        return envelope;
    }
    // The last one added once more, under other signatures.
    void again(const crypto::Envelope& envelope, const Signers& signers, ledger::Witnessed at) {
        Item item = items_.back();
        item.submission.envelope = signed_by(envelope, signers).write();
        item.witnessed = kStart + at;
        items_.push_back(std::move(item));
    }

    // So many objects are in the view at the end, whatever the order, one by one or together.
    void expect_in_every_order(std::int64_t objects) {
        std::vector<std::size_t> order(items_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::optional<Digest> expected;
        int round = 0;
        do {
            std::vector<Item> ordered;
            std::string text;
            for (const std::size_t i : order) {
                ordered.push_back(items_[i]);
                text += std::to_string(i) + " ";
            }
            SCOPED_TRACE("order " + text);
            Node node(Engine::kSqlite);
            if (round++ % 4 == 3) {
                node.ingest_together(ordered);
            } else {
                for (const Item& item : ordered) node.ingest(item);
            }
            if (!expected) expected = views(node.ledger());
            EXPECT_EQ(views(node.ledger()), *expected) << describe(node.ledger());
            EXPECT_EQ(count(node.ledger(), "SELECT COUNT(*) FROM intelligence_objects"), objects);
            if (round % 8 == 1) node.expect_steady();
        } while (!HasFailure() && std::ranges::next_permutation(order).found);
    }

    std::map<std::string, std::vector<crypto::NamedSecret>> keys_;
    Digest community_;  // all zero until the charter is made
    std::vector<Item> items_;
    unsigned objects_ = 0;
};

TEST_F(SmallSet, SignedTwiceItCountsByTheKeyThatHasNotBeenRevoked) {
    act("ke", 2, governance::kKeyRevocation, revocation("ke", 1), 1);
    const auto envelope = share("ke", 1, 5);
    again(envelope, {{"ke", 2}}, 6);
    expect_in_every_order(1);
}

TEST_F(SmallSet, AnActSignedTwiceChangesTheRollByTheKeyThatCounts) {
    act("ke", 2, governance::kKeyRevocation, revocation("ke", 1), 1);
    const auto envelope = act("ke", 1, governance::kAdmission, admission("br", 1), 3);
    again(envelope, {{"ke", 2}}, 4);
    share("br", 1, 5);
    expect_in_every_order(1);
}

TEST_F(SmallSet, WhoIsAdmittedByOneWhoHadLeftIsNoMember) {
    act("ke", 1, governance::kDeparture, {}, 1);
    act("ke", 1, governance::kAdmission, admission("br", 1), 2);
    share("br", 1, 3);
    expect_in_every_order(0);
}

TEST_F(SmallSet, WhoComesBackWithAnotherKeyKeepsWhatItSaidAsAMember) {
    share("fr", 1, 1);
    act("fr", 1, governance::kDeparture, {}, 2);
    share("fr", 1, 3);
    act("ke", 1, governance::kAdmission, admission("fr", 3), 4);
    expect_in_every_order(1);
}

TEST_F(SmallSet, AKeyWhoseAdditionComesToNothingSpeaksForNobody) {
    act("ke", 2, governance::kKeyRevocation, revocation("ke", 1), 1);
    act("ke", 1, governance::kKeyAddition, addition("ke", 3, false), 2);
    share("ke", 3, 1);
    expect_in_every_order(0);
}

TEST_F(SmallSet, AKeyThatTurnsOutToBeInCustodyMustSaySo) {
    act("ke", 1, governance::kKeyAddition, addition("ke", 3, true), 1);
    act("ke", 2, governance::kKeyAddition, addition("ke", 3, false), 2);
    act("ke", 3, governance::kAdmission, admission("br", 1), 3);
    share("br", 1, 4);
    expect_in_every_order(0);
}

TEST_F(SmallSet, ALaterWitnessTakesNothingBackAndAnEarlierOneSaves) {
    act("ke", 2, governance::kKeyRevocation, revocation("ke", 1), 4);
    const auto envelope = share("ke", 1, 9);
    again(envelope, {{"ke", 1}}, 4);
    again(envelope, {{"ke", 1}}, 7);
    expect_in_every_order(1);
}

TEST_F(SmallSet, HalvesOfACharterMakeOne) {
    const auto whole = crypto::parse_envelope(items_.front().submission.envelope);
    ASSERT_TRUE(whole);
    items_.clear();
    add(signed_by(*whole, {{"ke", 1}}), 2);
    again(*whole, {{"fr", 1}}, 1);
    share("fr", 2, 3);
    expect_in_every_order(1);
}

}  // namespace
}  // namespace comity::laws
