#include "governance/pillar.h"

#include <mutex>
#include <unordered_map>

#include "crypto/sha256.h"
#include "governance/bodies.h"
#include "governance/fold.h"
#include "governance/voting/bodies.h"

namespace comity::governance {
namespace {

using ledger::Roll;

constexpr std::string_view kTypes[] = {kCharter, kAdmission,   kKeyAddition, kKeyRevocation, kDeparture,
                                       kGroup,   kProcedure,   kProposal,    kOpening,       kBallot,
                                       kProxy,   kDeclaration, kAnswer,      kAccession,     kCertification};

constexpr db::Migration kMigrations[] = {{1, R"(
CREATE TABLE governance_charter(n INTEGER PRIMARY KEY, id BLOB NOT NULL, name TEXT NOT NULL, purpose TEXT NOT NULL,
                                sponsors INTEGER NOT NULL, founded INTEGER NOT NULL);
CREATE TABLE governance_members(id TEXT PRIMARY KEY, name TEXT NOT NULL, class TEXT NOT NULL,
                                admitted INTEGER NOT NULL, departed INTEGER NOT NULL);
CREATE TABLE governance_keys(member TEXT NOT NULL, position INTEGER NOT NULL, vkey TEXT NOT NULL,
                             custody INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_until INTEGER NOT NULL,
                             PRIMARY KEY(member, position));
CREATE TABLE governance_groups(id TEXT NOT NULL, position INTEGER NOT NULL, member TEXT NOT NULL,
                               PRIMARY KEY(id, position));
)"},
                                         // What belongs to which proposal or vote; what they come to is
                                         // counted when it is asked for.
                                         {2, R"(
CREATE TABLE governance_acts(seq INTEGER PRIMARY KEY, type TEXT NOT NULL, belongs_to BLOB);
CREATE INDEX governance_acts_belongs_to ON governance_acts(belongs_to, seq);
)"}};

constexpr ledger::Pillar::ViewTable kView[] = {
    {"governance_charter", "SELECT id, name, purpose, sponsors, founded FROM governance_charter ORDER BY n"},
    {"governance_members", "SELECT id, name, class, admitted, departed FROM governance_members ORDER BY id"},
    {"governance_keys",
     "SELECT member, position, vkey, custody, valid_from, valid_until FROM governance_keys ORDER BY member, "
     "position"},
    {"governance_groups", "SELECT id, position, member FROM governance_groups ORDER BY id, position"},
    {"governance_acts",
     "SELECT s.id, s.witnessed, a.type, a.belongs_to FROM governance_acts a JOIN statements s ON s.seq = "
     "a.seq "
     "ORDER BY s.id"},
};
constexpr std::size_t kRollTables = 4;  // of kView, the first

class Pillar final : public ledger::RollMaker {
  public:
    RollMaker* roll_maker() override { return this; }
    std::string_view name() const override { return "governance"; }
    std::span<const std::string_view> types() const override { return kTypes; }
    std::span<const db::Migration> migrations() const override { return kMigrations; }
    std::span<const ViewTable> view() const override { return kView; }
    bool makes_roll(std::string_view type) const override { return governance::makes_roll(type); }

    Result<void> validate(const ledger::Statement& statement,
                          std::span<const std::string_view>) const override {
        if (statement.audience.label != ledger::Tlp::kClear) {
            return invalid("audience.tlp", "who is a member is everybody's to know", "use clear");
        }
        if (statement.objects || !statement.attachments.empty()) {
            return invalid("body", "a statement of governance carries neither objects nor attachments");
        }
        const std::string& type = statement.type;
        if (type == kCharter) return drop(parse_charter(statement.body));
        if (type == kAdmission) return drop(parse_admission(statement.body));
        if (type == kKeyAddition) return drop(parse_key_addition(statement));
        if (type == kKeyRevocation) return drop(parse_key_revocation(statement.body));
        if (type == kDeparture) return parse_departure(statement.body);
        if (type == kGroup) return drop(parse_group(statement.body));
        return check_voting_body(statement);
    }

    // The roll is made and stored as a whole; of proposals and votes there is what belongs together.
    Result<void> apply(db::Transaction& tx, const ledger::Accepted& accepted, ledger::Audiences&) override {
        const ledger::Statement& statement = accepted.statement;
        if (makes_roll(statement.type)) return {};
        auto owner = belongs_to(statement);
        if (!owner) return internal("body", "was accepted but cannot be read: " + owner.error().message());
        std::optional<Bytes> bytes;
        if (*owner) bytes = to_bytes((*owner)->view());
        return tx.queue("INSERT INTO governance_acts(seq, type, belongs_to) VALUES($1, $2, $3)", accepted.seq,
                        statement.type, bytes);
    }

    Roll make(std::span<const Source> sources) override {
        return fold(sources, [this](const Source& source, const crypto::NamedKey& key) {
            return signed_by(source, key);
        });
    }

    Result<void> store(db::Transaction& tx, const Roll& roll) override {
        for (const ViewTable& table : std::span(kView).first(kRollTables))
            COMITY_CHECK(tx.run("DELETE FROM " + std::string(table.table)));
        if (!roll.founded()) return {};
        COMITY_CHECK(
            tx.run("INSERT INTO governance_charter(n, id, name, purpose, sponsors, founded) "
                   "VALUES(1, $1, $2, $3, $4, $5)",
                   roll.community, roll.name, roll.purpose, roll.sponsors, roll.founded_at));
        for (const auto& [id, member] : roll.members) {
            COMITY_CHECK(tx.run(
                "INSERT INTO governance_members(id, name, class, admitted, departed) "
                "VALUES($1, $2, $3, $4, $5)",
                id, member.name, ledger::to_string(member.stakeholder_class), member.admitted, member.left));
            int position = 0;
            for (const ledger::MemberKey& key : member.keys) {
                COMITY_CHECK(tx.run(
                    "INSERT INTO governance_keys(member, position, vkey, custody, valid_from, valid_until) "
                    "VALUES($1, $2, $3, $4, $5, $6)",
                    id, position++, key.key.text(), key.custody, key.from, key.until));
            }
        }
        for (const auto& [id, members] : roll.groups) {
            // A group may be empty: its row at position 0 says that it is there.
            COMITY_CHECK(tx.run("INSERT INTO governance_groups(id, position, member) VALUES($1, 0, '')", id));
            int position = 1;
            for (const std::string& member : members) {
                COMITY_CHECK(tx.run("INSERT INTO governance_groups(id, position, member) VALUES($1, $2, $3)",
                                    id, position++, member));
            }
        }
        return {};
    }

    Result<Roll> load(db::Session& session) override {
        Roll roll;
        Result<void> parsed;
        COMITY_CHECK(session.each("SELECT id, name, purpose, sponsors, founded FROM governance_charter", {},
                                  [&](const db::Row& row) {
                                      roll.community = row.digest(0);
                                      roll.name = row.text(1);
                                      roll.purpose = row.text(2);
                                      roll.sponsors = row.integer(3);
                                      roll.founded_at = row.integer(4);
                                      return true;
                                  }));
        COMITY_CHECK(session.each(
            "SELECT id, name, class, admitted, departed FROM governance_members ORDER BY id", {},
            [&](const db::Row& row) {
                auto read = ledger::parse_stakeholder_class(row.text(2), "governance_members");
                if (!read) parsed = std::unexpected(read.error());
                std::string id(row.text(0));
                roll.members.emplace(id, ledger::Member{id,
                                                        std::string(row.text(1)),
                                                        read.value_or(ledger::StakeholderClass::kCitizen),
                                                        {},
                                                        row.integer(3),
                                                        row.integer(4)});
                return parsed.has_value();
            }));
        COMITY_CHECK(parsed);
        COMITY_CHECK(session.each(
            "SELECT member, vkey, custody, valid_from, valid_until FROM governance_keys "
            "ORDER BY member, position",
            {}, [&](const db::Row& row) {
                auto key = crypto::parse_public_key(row.text(1));
                const auto member = roll.members.find(row.text(0));
                if (!key || member == roll.members.end()) {
                    parsed = corrupt("governance_keys", "holds a key that is none", "run comity rebuild");
                    return false;
                }
                member->second.keys.push_back(
                    {std::move(*key), row.integer(2) != 0, row.integer(3), row.integer(4)});
                return true;
            }));
        COMITY_CHECK(parsed);
        COMITY_CHECK(session.each("SELECT id, position, member FROM governance_groups ORDER BY id, position",
                                  {}, [&](const db::Row& row) {
                                      auto& members = roll.groups[std::string(row.text(0))];
                                      if (row.integer(1) > 0) members.emplace_back(row.text(2));
                                      return true;
                                  }));
        return roll;
    }

  private:
    template <typename T>
    static Result<void> drop(Result<T> parsed) {
        if (!parsed) return std::unexpected(std::move(parsed).error());
        return {};
    }

    // The fold asks again with each new act; an answer never changes, so each signature is verified once.
    bool signed_by(const Source& source, const crypto::NamedKey& key) {
        Bytes signatures;
        for (const crypto::EnvelopeSignature& signature : source.envelope->signatures) {
            append(signatures, signature.signature.bytes);
        }
        const Digest question = crypto::sha256({source.statement->id.view(), key.key.bytes, signatures});
        const std::lock_guard lock(mutex_);
        if (const auto known = known_.find(question); known != known_.end()) return known->second;
        const bool answer = crypto::signed_by(*source.envelope, key);
        known_.emplace(question, answer);
        return answer;
    }

    std::mutex mutex_;  // guards known_
    std::unordered_map<Digest, bool, DigestHash> known_;
};

}  // namespace

std::unique_ptr<ledger::RollMaker> make_pillar() {
    return std::make_unique<Pillar>();
}

}  // namespace comity::governance
