// Laws 1 and 2, by chance: random sets of statements, each with the second in which some log witnessed it,
// come in at random orders, in one node or spread over two that then tell each other everything. The views
// must be the same to the byte, stay the same when they are made again, and the stores be sound. A failure
// names its seed.
#include <algorithm>
#include <cstdlib>
#include <random>

#include "base/encoding.h"
#include "federation/seal.h"
#include "governance/procedure/presets.h"
#include "governance/voting/store.h"
#include "intelligence/alert/alert.h"
#include "intelligence/collection.h"
#include "intelligence/marking_change.h"
#include "intelligence/stix/object.h"
#include "intelligence/withdrawal.h"
#include "node.h"

namespace comity::laws {
namespace {

using ledger::Witnessed;

// A random history of a community: everything that its members, those to come, strangers and thieves of old
// keys might have signed, at times close enough for ties.
class History {
  public:
    explicit History(unsigned seed) : random_(seed) {
        for (const std::string& name : names_) {
            make_key(name);
            make_key(name);
        }
        governance::CharterBody charter{"Example community", "To cooperate in tests", 1 + up_to(1), {}};
        for (const std::string& founder : {names_[0], names_[1], names_[2]})
            charter.members.push_back(member_body(founder));
        crypto::Envelope envelope = draft(names_[0], governance::kCharter, governance::charter_json(charter));
        for (const governance::MemberBody& founder : charter.members)
            envelope.signatures.push_back(crypto::sign_envelope(envelope, keys_[founder.id].front()));
        community_ = envelope.digest();
        add(submission(envelope), kStart + up_to(3));
        const int acts = 20 + up_to(20);
        for (int i = 0; i < acts; ++i) add_one();
    }

    const std::vector<Item>& items() const { return items_; }

  private:
    int up_to(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
    template <typename T>
    const T& one_of(const std::vector<T>& list) {
        return list[static_cast<std::size_t>(up_to(static_cast<int>(list.size()) - 1))];
    }
    Witnessed some_time() { return kStart + up_to(9); }

    void add(ledger::Submission submission, Witnessed witnessed) {
        items_.push_back({submission, witnessed});
        // Other logs may have had it too, earlier or later.
        for (int more = up_to(9); more > 7; --more) items_.push_back({submission, some_time()});
    }

    // Not signed yet; the same for the same seed, nonce and all.
    crypto::Envelope draft(const std::string& author, std::string_view type, json::Object body,
                           bool custody = false, ledger::Audience audience = testing::Community::clear()) {
        const ledger::Draft said{community_,          std::string(type), author,
                                 std::move(audience), std::move(body),   custody};
        crypto::Envelope envelope = ledger::unsigned_statement(said, Time::from_seconds(kStart));
        const std::string nonce = base64url_encode(ByteView(random_bytes()).first(16));
        const std::string_view field = R"("nonce":")";
        envelope.payload.replace(envelope.payload.find(field) + field.size(), nonce.size(), nonce);
        return envelope;
    }
    std::array<std::uint8_t, 32> random_bytes() {
        std::array<std::uint8_t, 32> bytes;
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_());
        return bytes;
    }
    governance::MemberBody member_body(const std::string& id) {
        return {id,
                "Member " + id,
                ledger::StakeholderClass::kTechnical,
                {{keys_[id][0].public_part(), false}, {keys_[id][1].public_part(), false}}};
    }
    crypto::Envelope sign(const std::string& author, std::string_view type, json::Object body, bool custody,
                          ledger::Audience audience = testing::Community::clear()) {
        crypto::Envelope envelope = draft(author, type, std::move(body), custody, std::move(audience));
        envelope.signatures.push_back(crypto::sign_envelope(envelope, one_of(keys_[author])));
        // Signed once more, with another key or a stranger's; and there may be several envelopes of one
        // statement.
        if (up_to(4) == 0)
            envelope.signatures.push_back(crypto::sign_envelope(envelope, one_of(keys_[one_of(names_)])));
        return envelope;
    }
    void add_signed(const crypto::Envelope& envelope, const std::string& author,
                    std::vector<std::string> objects = {}) {
        add({envelope.write(), objects, {}}, some_time());
        while (up_to(2) == 0) {  // the same under other signatures
            crypto::Envelope again = envelope;
            again.signatures.clear();
            for (int n = up_to(1); n >= 0; --n)
                again.signatures.push_back(crypto::sign_envelope(again, one_of(keys_[author])));
            add({again.write(), objects, {}}, some_time());
        }
    }

    void add_one() {
        const std::string author = one_of(names_);
        const bool custody = up_to(5) == 0;
        switch (up_to(19)) {
            case 0:
            case 1: {  // one or two ask for somebody, perhaps for another key or name than the others do
                governance::MemberBody member = member_body(one_of(names_));
                if (up_to(5) == 0) {
                    member.keys.push_back({make_key(member.id), up_to(1) == 0});
                }
                if (up_to(7) == 0) member.name += " the second";
                for (int n = 1 + up_to(2); n > 0; --n) {
                    const std::string sponsor = one_of(names_);
                    add_signed(sign(sponsor, governance::kAdmission,
                                    {{"member", governance::member_json(member)}}, custody),
                               sponsor);
                }
                break;
            }
            case 2:
            case 3: {
                const crypto::NamedKey key =
                    up_to(2) == 0 ? one_of(keys_[author]).public_part() : make_key(author);
                add_signed(
                    sign(author, governance::kKeyAddition,
                         {{"key", json::Object{{"key", key.text()}, {"custody", up_to(3) == 0}}}}, custody),
                    author);
                break;
            }
            case 4:
                add_signed(sign(author, governance::kKeyRevocation,
                                {{"key", one_of(keys_[author]).public_part().text()}}, custody),
                           author);
                break;
            case 5:
                if (up_to(1) == 0) add_signed(sign(author, governance::kDeparture, {}, custody), author);
                break;
            case 6: {
                json::Array members;
                for (int n = up_to(3); n > 0; --n) members.emplace_back(one_of(names_));
                add_signed(sign(author, governance::kGroup,
                                {{"name", up_to(1) == 0 ? "a" : "b"}, {"members", members}}, custody),
                           author);
                break;
            }
            default: {
                std::vector<std::string> objects;
                std::vector<Digest> leaves;
                for (int n = up_to(2); n >= 0; --n) {
                    // Now and then one that was shared before.
                    const bool again = next_object_ > 0 && up_to(3) == 0 && objects.empty();
                    objects.push_back(testing::indicator(again ? some_object() : next_object_++));
                    leaves.push_back(log::leaf_hash(as_bytes(objects.back())));
                }
                ledger::Audience audience = testing::Community::clear();
                if (up_to(2) == 0) audience = {ledger::Tlp::kAmber, {one_of(names_)}, {}, {}};
                json::Object body{{"objects", json::Object{{"count", objects.size()},
                                                           {"root", log::root_of(leaves).hex()}}}};
                if (up_to(2) == 0) body["collection"] = collection_id(up_to(1));
                add_signed(sign(author, "intelligence.share", std::move(body), custody, std::move(audience)),
                           author, objects);
                break;
            }
            case 10: {
                intelligence::WithdrawalBody body;
                const auto object = intelligence::parse_object(testing::indicator(some_object()));
                body.objects.push_back({object->id, up_to(1) == 0 ? object->version : std::nullopt});
                add_signed(
                    sign(author, intelligence::kWithdrawal, intelligence::withdrawal_json(body), custody),
                    author);
                break;
            }
            case 12:
            case 13: {
                // Of one of the first few, so that several are about the same.
                const auto object = intelligence::parse_object(
                    testing::indicator(next_object_ == 0 ? 0 : std::min(some_object(), 2U)));
                intelligence::MarkingChange change{object->id, {}, testing::Community::clear()};
                if (up_to(1) == 0) change.version = object->version;
                if (up_to(1) == 0) change.audience = {ledger::Tlp::kAmber, {one_of(names_)}, {}, {}};
                if (up_to(3) == 0) change.audience = {ledger::Tlp::kGreen, {}, {}, {}};
                add_signed(sign(author, intelligence::kMarkingChange,
                                intelligence::marking_change_json(change), custody),
                           author);
                break;
            }
            case 14:
                add_signed(sign(author, federation::kCosigned, cosigned_body(), custody), author);
                break;
            case 15: {
                federation::Seal seal{community_, witness_.public_part(), some_time(), {}, {}};
                if (up_to(1) == 0) seal.logs.push_back({log_.public_part(), 1, log::empty_root()});
                seal.signature = witness_.key.sign(as_bytes(seal.text()));
                add_signed(sign(author, federation::kSeal, seal.json(), custody), author);
                break;
            }
            case 16: {
                governance::ProposalBody body;
                if (!versions_.empty() && up_to(1) == 0) body.previous = one_of(versions_);
                body.texts.push_back({"en", true, "Rule " + std::to_string(up_to(99)), "Text"});
                if (up_to(3) == 0) {
                    body.charter.emplace();
                    body.charter->purpose = "Purpose " + std::to_string(up_to(99));
                }
                const auto envelope =
                    sign(author, governance::kProposal, governance::proposal_json(body), custody);
                versions_.push_back(envelope.digest());
                add_signed(envelope, author);
                break;
            }
            case 17: {
                if (versions_.empty()) break;
                governance::OpeningBody body;
                body.version = one_of(versions_);
                body.procedure_json = *json::parse(governance::find_preset("lazy-consensus")->json);
                body.closes = Time::from_seconds(kStart + 4 * 86'400);
                const auto envelope =
                    sign(author, governance::kOpening, governance::opening_json(body), custody);
                openings_.emplace_back(envelope.digest(), body.version);
                add_signed(envelope, author);
                break;
            }
            case 18: {
                if (openings_.empty()) break;
                const auto& [opening, version] = one_of(openings_);
                if (up_to(4) == 0) {
                    add_signed(sign(author, governance::kProxy,
                                    {{"opening", opening.hex()}, {"to", one_of(names_)}}, custody),
                               author);
                    break;
                }
                governance::BallotBody body;
                body.opening = opening;
                body.version = version;
                body.choice = static_cast<governance::Choice>(up_to(3));
                add_signed(sign(author, governance::kBallot, governance::ballot_json(body), custody), author);
                break;
            }
            case 19: {
                if (alerts_.empty() || up_to(1) == 0) {
                    intelligence::AlertBody body;
                    body.title = "Alert " + std::to_string(up_to(99));
                    body.drill = alerts_.empty() || up_to(1) == 0;
                    if (!body.drill) {
                        const auto object = intelligence::parse_object(testing::indicator(some_object()));
                        body.evidence.push_back({community_, {object->id.text()}, {}});
                        body.escalates = one_of(alerts_);
                    }
                    const auto envelope =
                        sign(author, intelligence::kAlert, intelligence::alert_json(body), custody);
                    alerts_.push_back(envelope.digest());
                    add_signed(envelope, author);
                    break;
                }
                add_signed(
                    sign(author, intelligence::kAcknowledgement,
                         intelligence::acknowledgement_json({one_of(alerts_), "", up_to(1) == 0}), custody),
                    author);
                break;
            }
            case 11:
                add_signed(sign(author, intelligence::kCollection,
                                {{"id", collection_id(up_to(1))},
                                 {"root", "r"},
                                 {"title", author + std::to_string(up_to(9))}},
                                custody),
                           author);
                break;
        }
    }
    // A log that nobody here has, as a witness saw it.
    json::Object cosigned_body() {
        const log::Checkpoint checkpoint{
            log_.name, static_cast<std::uint64_t>(1 + up_to(5)), log::empty_root(), {}};
        crypto::Note note{checkpoint.text(), {}};
        note.signatures.push_back(crypto::sign_note(note.text, log_));
        note.signatures.push_back(log::cosign(note.text, witness_, Time::from_seconds(some_time())));
        const std::vector<crypto::NamedKey> witnesses{witness_.public_part()};
        return **federation::cosigned_json(log_.public_part(), note.write(), witnesses);
    }
    unsigned some_object() {
        return next_object_ == 0 ? 0 : static_cast<unsigned>(up_to(static_cast<int>(next_object_) - 1));
    }
    static std::string collection_id(int n) {
        return "11111111-1111-4111-8111-11111111111" + std::to_string(n);
    }
    crypto::NamedKey make_key(const std::string& member) {
        keys_[member].push_back(
            {member, crypto::KeyType::kEd25519, *crypto::SecretKey::from_seed(random_bytes())});
        return keys_[member].back().public_part();
    }

    std::mt19937 random_;
    const std::vector<std::string> names_ = {"ke", "fr", "no", "br", "fj"};
    Digest community_;  // all zero until the charter is made
    std::map<std::string, std::vector<crypto::NamedSecret>> keys_;
    const crypto::NamedSecret log_{"w.example/log", crypto::KeyType::kEd25519,
                                   *crypto::SecretKey::from_seed(Bytes(32, 1))};
    const crypto::NamedSecret witness_{"w.example/log/witness", crypto::KeyType::kEd25519Cosignature,
                                       *crypto::SecretKey::from_seed(Bytes(32, 2))};
    std::vector<Item> items_;
    unsigned next_object_ = 0;
    std::vector<Digest> versions_;
    std::vector<Digest> alerts_;
    std::vector<std::pair<Digest, Digest>> openings_;
};

// COMITY_SEED=n puts one seed alone.
std::pair<unsigned, unsigned> seeds(unsigned count) {
    if (const char* many = std::getenv("COMITY_SEEDS"))
        count = static_cast<unsigned>(std::strtoul(many, nullptr, 10));
    if (const char* given = std::getenv("COMITY_SEED")) {
        const auto seed = static_cast<unsigned>(std::strtoul(given, nullptr, 10));
        return {seed, seed + 1};
    }
    const unsigned first = std::random_device()() % 1'000'000;
    return {first, first + count};
}

class Order : public testing::DatabaseTest {};

TEST_P(Order, TheViewsAreAFunctionOfTheSet) {
    const auto [first, end] = seeds(GetParam() == db::Database::Engine::kSqlite ? 20 : 2);
    for (unsigned seed = first; seed < end; ++seed) {
        SCOPED_TRACE("COMITY_SEED=" + std::to_string(seed));
        const History history(seed);
        std::mt19937 random(seed + 1);
        std::vector<Item> items = history.items();

        Node straight(GetParam());
        for (const Item& item : items) straight.ingest(item);
        straight.expect_steady();

        std::ranges::shuffle(items, random);
        Node shuffled(GetParam());
        for (std::size_t i = 0; i < items.size(); ++i) {
            shuffled.ingest(items[i]);
            if (i == items.size() / 2) shuffled.open();
        }
        expect_same(straight, shuffled, "another order");
        shuffled.expect_steady();

        // Each gets a part, some both; then each gets all of the other's.
        std::ranges::shuffle(items, random);
        Node left(GetParam());
        Node right(GetParam());
        std::vector<Item> to_left;
        std::vector<Item> to_right;
        for (const Item& item : items) {
            const auto where = random() % 3;
            if (where != 0) to_left.push_back(item);
            if (where != 1) to_right.push_back(item);
        }
        left.ingest_together(to_left);
        for (const Item& item : to_right) right.ingest(item);
        right.ingest_together(to_left);
        left.ingest_together(to_right);
        expect_same(straight, left, "two nodes, the first");
        expect_same(straight, right, "two nodes, the second");
        left.expect_steady();
        right.expect_steady();
        if (HasFailure()) return;
    }
}

// Law 6 too: some are submitted at one node or the other, as its clock stands, and witnessed by its log then.
TEST_P(Order, SubmittedHereAndHeardOfThereIsAllTheSame) {
    const auto [first, end] = seeds(GetParam() == db::Database::Engine::kSqlite ? 20 : 2);
    for (unsigned seed = first; seed < end; ++seed) {
        SCOPED_TRACE("COMITY_SEED=" + std::to_string(seed));
        const History history(seed);
        std::mt19937 random(seed + 2);
        Node one(GetParam(), kStart);
        Node two(GetParam(), kStart);
        std::vector<Item> all;
        std::size_t taken = 0;
        for (const Item& item : history.items()) {
            Node& node = random() % 2 == 0 ? one : two;
            node.clock().advance_seconds(static_cast<std::int64_t>(random() % 4 == 0));
            if (random() % 3 == 0) {
                all.push_back(item);
                node.ingest(item);
                continue;
            }
            const auto receipt = node.ledger().submit(item.submission);
            if (receipt) {
                ++taken;
                all.push_back({item.submission, receipt->witnessed});
            } else {
                EXPECT_NE(receipt.error().kind, ErrorKind::kUnavailable) << receipt.error().message();
                EXPECT_NE(receipt.error().kind, ErrorKind::kInternal) << receipt.error().message();
            }
        }
        EXPECT_GT(taken, 0U);
        std::ranges::shuffle(all, random);
        one.ingest_together(all);
        for (const Item& item : all) two.ingest(item);
        expect_same(one, two, "after telling each other");
        Node three(GetParam());
        std::ranges::shuffle(all, random);
        three.ingest_together(all);
        expect_same(one, three, "one that only heard of it");
        for (Node* node : {&one, &two, &three}) node->expect_steady();
        if (HasFailure()) return;
    }
}

// What comes with holes first, some of them filled now and some then, in any order: once all is here the
// views are those of a node that had all from the start.
TEST_P(Order, WhatComesInPiecesMakesTheSameViewsOnceItIsWhole) {
    const auto [first, end] = seeds(GetParam() == db::Database::Engine::kSqlite ? 20 : 2);
    for (unsigned seed = first; seed < end; ++seed) {
        SCOPED_TRACE("COMITY_SEED=" + std::to_string(seed));
        const History history(seed);
        std::mt19937 random(seed + 3);
        Node whole(GetParam());
        std::vector<Item> pieces;
        for (const Item& item : history.items()) {
            whole.ingest(item);
            const std::size_t count = item.submission.objects.size();
            std::vector<bool> here(count);
            for (std::size_t given = random() % 3; given > 0 && count > 0; --given) {
                std::vector<bool> lacks(count);
                for (std::size_t i = 0; i < count; ++i) {
                    lacks[i] = random() % 2 == 0;
                    here[i] = here[i] || !lacks[i];
                }
                pieces.push_back(without(item, lacks));
            }
            // All that has not come yet comes too, whatever else comes with it.
            for (std::size_t i = 0; i < count; ++i) here[i] = here[i] && random() % 2 == 0;
            pieces.push_back(without(item, here));
        }
        for (const bool together : {false, true}) {
            std::ranges::shuffle(pieces, random);
            Node pieced(GetParam());
            if (together) {
                pieced.ingest_together(pieces);
            } else {
                for (std::size_t i = 0; i < pieces.size(); ++i) {
                    pieced.ingest(pieces[i]);
                    if (i == pieces.size() / 2) pieced.expect_steady();
                }
            }
            EXPECT_EQ(count(pieced.ledger(), "SELECT COUNT(*) FROM ledger_holes"), 0);
            expect_same(whole, pieced, together ? "in pieces, many at once" : "in pieces");
            pieced.expect_steady();
        }
        if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, Order, testing::each_engine(), testing::engine_name);

}  // namespace
}  // namespace comity::laws
