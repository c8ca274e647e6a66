#include "governance/pillar.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <ranges>
#include <unordered_map>

#include "crypto/sha256.h"
#include "governance/bodies.h"
#include "governance/charter/charter_store.h"
#include "governance/consultation/bodies.h"
#include "governance/consultation/round_bodies.h"
#include "governance/election/bodies.h"
#include "governance/fold.h"
#include "governance/organs/organ_store.h"
#include "governance/participation/place.h"
#include "governance/rules/bodies.h"
#include "governance/voting/bodies.h"

namespace comity::governance {
namespace {

using ledger::Roll;

constexpr std::string_view kTypes[] = {
    kCharter,      kAdmission,   kKeyAddition,    kKeyRevocation,   kDeparture,    kGroup,
    kProcedure,    kProposal,    kOpening,        kBallot,          kProxy,        kDeclaration,
    kAnswer,       kAccession,   kCertification,  kConformity,      kReview,       kSuspension,
    kComment,      kEndorsement, kAmendment,      kElection,        kCredential,   kTrusteeKey,
    kSecretBallot, kDecryption,  kElectionResult, kPlace,           kConsultation, kPublicComment,
    kSummary,      kModeration,  kRecovery,       kRecoveryRequest, kRecoveryVeto, kElectionPiece};

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
)"},
                                         // The seconds that witnesses are to seal.
                                         {3, R"(
CREATE TABLE governance_closes(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE INDEX governance_closes_at ON governance_closes(at);
)"},
                                         // The texts that are rules.
                                         {4, R"(
CREATE TABLE governance_rules(seq INTEGER PRIMARY KEY);
)"},
                                         // What the charter says of procedures, whose keys are delegates' or
                                         // are yet to count, and how lost ones are replaced.
                                         {5, R"(
ALTER TABLE governance_charter ADD COLUMN procedures TEXT NOT NULL DEFAULT '';
ALTER TABLE governance_members ADD COLUMN recovery TEXT NOT NULL DEFAULT '';
ALTER TABLE governance_keys ADD COLUMN starts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE governance_keys ADD COLUMN powers TEXT NOT NULL DEFAULT '';
ALTER TABLE governance_keys ADD COLUMN person TEXT NOT NULL DEFAULT '';
)"},
                                         // The texts that amend the charter.
                                         {6, R"(
CREATE TABLE governance_charter_texts(seq INTEGER PRIMARY KEY);
)"}};

constexpr ledger::Pillar::ViewTable kView[] = {
    {"governance_charter",
     "SELECT id, name, purpose, sponsors, founded, procedures FROM governance_charter ORDER BY n"},
    {"governance_members",
     "SELECT id, name, class, admitted, departed, recovery FROM governance_members ORDER BY id"},
    {"governance_keys",
     "SELECT member, position, vkey, custody, valid_from, valid_until, starts, powers, person "
     "FROM governance_keys ORDER BY member, position"},
    {"governance_groups", "SELECT id, position, member FROM governance_groups ORDER BY id, position"},
    {"governance_acts",
     "SELECT s.id, s.witnessed, a.type, a.belongs_to FROM governance_acts a JOIN statements s ON s.seq = "
     "a.seq ORDER BY s.id"},
    {"governance_closes",
     "SELECT s.id, c.at FROM governance_closes c JOIN statements s ON s.seq = c.seq ORDER BY s.id"},
    {"governance_rules",
     "SELECT s.id FROM governance_rules r JOIN statements s ON s.seq = r.seq ORDER BY s.id"},
    {"governance_charter_texts",
     "SELECT s.id FROM governance_charter_texts c JOIN statements s ON s.seq = c.seq ORDER BY s.id"},
};
constexpr std::size_t kRollTables = 4;  // of kView, the first
// How long after a close witnesses are still asked for their seals, in seconds.
constexpr ledger::Witnessed kSealedWithin = 30 * 86'400;

std::vector<std::string> words_of_text(std::string_view text) {
    std::vector<std::string> words;
    for (const auto word : std::views::split(text, ' ')) {
        if (!word.empty()) words.emplace_back(word.begin(), word.end());
    }
    return words;
}

bool is_about_rule(std::string_view type) {
    return std::ranges::find(kRuleTypes, type) != std::ranges::end(kRuleTypes);
}

bool is_consultation(std::string_view type) {
    return std::ranges::find(kConsultationTypes, type) != std::ranges::end(kConsultationTypes);
}

Result<std::optional<Digest>> owner_of(const ledger::Statement& statement) {
    if (is_of_round(statement.type)) return round_owner(statement);
    if (!is_about_rule(statement.type) && !is_consultation(statement.type)) return belongs_to(statement);
    COMITY_TRY(const Digest owner,
               is_about_rule(statement.type) ? rule_of(statement) : version_of(statement));
    return std::optional(owner);
}

class Pillar final : public ledger::RollMaker {
  public:
    explicit Pillar(std::optional<Keeping> keeping) {
        if (!keeping) return;
        clock_ = &keeping->clock;
        guard_ = std::make_unique<RuleGuard>(*keeping);
        organs_ = std::make_unique<OrganDoor>(*keeping);
    }

    RollMaker* roll_maker() override { return this; }
    std::string_view name() const override { return "governance"; }
    std::span<const std::string_view> types() const override { return kTypes; }
    // A person's right: whoever has taken a comment in can take it back.
    bool erasable(std::string_view type) const override { return type == kPublicComment; }
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
        if (type == kRecovery) return drop(parse_recovery(statement));
        if (type == kRecoveryRequest) return drop(parse_recovery_request(statement));
        if (type == kRecoveryVeto) return drop(parse_recovery_veto(statement));
        if (type == kGroup) return drop(parse_group(statement.body));
        if (is_about_rule(type) || is_consultation(type) || is_of_round(type))
            return drop(owner_of(statement));
        return check_voting_body(statement);
    }

    // Of statements of all types, since rules are about all.
    Result<void> check_effect(const ledger::Statement& statement, const Roll& roll) const override {
        COMITY_CHECK(check_key_effect(statement, roll));
        if (clock_ != nullptr) COMITY_CHECK(check_charter_text(statement, roll, clock_->now().seconds()));
        if (organs_) COMITY_CHECK(organs_->check(statement, roll));
        return guard_ ? guard_->check(statement, roll) : Result<void>{};
    }

    // The roll is made and stored as a whole; of proposals and votes there is what belongs together.
    Result<void> apply(db::Transaction& tx, const ledger::Accepted& accepted, ledger::Audiences&) override {
        const ledger::Statement& statement = accepted.statement;
        if (makes_roll(statement.type)) return {};
        auto owner = owner_of(statement);
        if (!owner) return internal("body", "was accepted but cannot be read: " + owner.error().message());
        std::optional<Bytes> bytes;
        if (*owner) bytes = to_bytes((*owner)->view());
        COMITY_CHECK(tx.queue("INSERT INTO governance_acts(seq, type, belongs_to) VALUES($1, $2, $3)",
                              accepted.seq, statement.type, bytes));
        if (statement.type == kProposal) {
            COMITY_TRY(const ProposalBody proposal, parse_proposal(statement.body));
            if (proposal.charter)
                return tx.queue("INSERT INTO governance_charter_texts(seq) VALUES($1)", accepted.seq);
            if (!proposal.rule) return {};
            return tx.queue("INSERT INTO governance_rules(seq) VALUES($1)", accepted.seq);
        }
        if (statement.type != kOpening) return {};
        COMITY_TRY(const OpeningBody opening, parse_opening(statement.body));
        if (!opening.procedure.witnesses) return {};
        return tx.queue("INSERT INTO governance_closes(seq, at) VALUES($1, $2)", accepted.seq,
                        opening.closes.seconds());
    }

    Result<std::vector<ledger::Close>> closes(db::Session& session, ledger::Witnessed now) override {
        std::vector<ledger::Close> closes;
        Result<void> read;
        COMITY_CHECK(session.each(
            "SELECT s.envelope FROM governance_closes c JOIN statements s ON s.seq = c.seq "
            "WHERE c.at <= $1 AND c.at > $2 ORDER BY c.at",
            {now, now - kSealedWithin}, [&](const db::Row& row) {
                auto envelope = crypto::parse_envelope(row.text(0));
                auto statement = envelope ? ledger::parse_statement(*envelope)
                                          : Result<ledger::Statement>(std::unexpected(envelope.error()));
                auto opening = statement ? parse_opening(statement->body)
                                         : Result<OpeningBody>(std::unexpected(statement.error()));
                if (!opening) {
                    read = corrupt("governance_closes", opening.error().message(), "run comity rebuild");
                    return false;
                }
                if (!opening->procedure.witnesses) return true;
                log::Policy policy = std::move(*opening->procedure.witnesses);
                // Where a witness is asked, its node has announced; not whoever has opened a vote.
                for (log::Policy::Witness& witness : policy.witnesses) witness.url.clear();
                closes.push_back({opening->closes.seconds(), std::move(policy)});
                return true;
            }));
        COMITY_CHECK(read);
        return closes;
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
            tx.run("INSERT INTO governance_charter(n, id, name, purpose, sponsors, founded, procedures) "
                   "VALUES(1, $1, $2, $3, $4, $5, $6)",
                   roll.community, roll.name, roll.purpose, roll.sponsors, roll.founded_at, roll.procedures));
        for (const auto& [id, member] : roll.members) {
            COMITY_CHECK(
                tx.run("INSERT INTO governance_members(id, name, class, admitted, departed, recovery) "
                       "VALUES($1, $2, $3, $4, $5, $6)",
                       id, member.name, ledger::to_string(member.stakeholder_class), member.admitted,
                       member.left, member.recovery));
            int position = 0;
            for (const ledger::MemberKey& key : member.keys) {
                COMITY_CHECK(tx.run(
                    "INSERT INTO governance_keys(member, position, vkey, custody, valid_from, valid_until, "
                    "starts, powers, person) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    id, position++, key.key.text(), key.custody, key.from, key.until, key.starts,
                    fmt::format("{}", fmt::join(key.powers, " ")), key.person));
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
        COMITY_CHECK(
            session.each("SELECT id, name, purpose, sponsors, founded, procedures FROM governance_charter",
                         {}, [&](const db::Row& row) {
                             roll.community = row.digest(0);
                             roll.name = row.text(1);
                             roll.purpose = row.text(2);
                             roll.sponsors = row.integer(3);
                             roll.founded_at = row.integer(4);
                             roll.procedures = row.text(5);
                             return true;
                         }));
        COMITY_CHECK(session.each(
            "SELECT id, name, class, admitted, departed, recovery FROM governance_members ORDER BY id", {},
            [&](const db::Row& row) {
                auto read = ledger::parse_stakeholder_class(row.text(2), "governance_members");
                if (!read) parsed = std::unexpected(read.error());
                std::string id(row.text(0));
                roll.members.emplace(id, ledger::Member{id,
                                                        std::string(row.text(1)),
                                                        read.value_or(ledger::StakeholderClass::kCitizen),
                                                        {},
                                                        row.integer(3),
                                                        row.integer(4),
                                                        std::string(row.text(5))});
                return parsed.has_value();
            }));
        COMITY_CHECK(parsed);
        COMITY_CHECK(session.each(
            "SELECT member, vkey, custody, valid_from, valid_until, starts, powers, person FROM "
            "governance_keys ORDER BY member, position",
            {}, [&](const db::Row& row) {
                auto key = crypto::parse_public_key(row.text(1));
                const auto member = roll.members.find(row.text(0));
                if (!key || member == roll.members.end()) {
                    parsed = corrupt("governance_keys", "holds a key that is none", "run comity rebuild");
                    return false;
                }
                member->second.keys.push_back({std::move(*key), row.integer(2) != 0, row.integer(3),
                                               row.integer(4), row.integer(5), words_of_text(row.text(6)),
                                               std::string(row.text(7))});
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

    std::unique_ptr<RuleGuard> guard_;
    std::unique_ptr<OrganDoor> organs_;
    Clock* clock_ = nullptr;  // of the node; null: what would have no effect is asked of none
    std::mutex mutex_;        // guards known_
    std::unordered_map<Digest, bool, DigestHash> known_;
};

}  // namespace

std::unique_ptr<ledger::RollMaker> make_pillar(std::optional<Keeping> keeping) {
    return std::make_unique<Pillar>(keeping);
}

}  // namespace comity::governance
