#include "federation/pillar.h"

#include "federation/announcement.h"
#include "federation/erasing.h"
#include "federation/parcel.h"
#include "federation/seal.h"

namespace comity::federation {
namespace {

constexpr std::string_view kTypes[] = {kEvidenceType, kNode, kCosigned, kSeal, kParcel, kErasure};

constexpr db::Migration kPillarMigrations[] = {
    {1, R"(
CREATE TABLE federation_evidence(statement BLOB PRIMARY KEY, author TEXT NOT NULL, evidence BLOB NOT NULL,
                                 kind TEXT NOT NULL, origin TEXT NOT NULL, data TEXT NOT NULL);
)"},
    // Every announcement is kept: which of a member's is the latest
    // depends on when they were witnessed, which may become earlier.
    {2, R"(
CREATE TABLE federation_nodes(seq INTEGER PRIMARY KEY, member TEXT NOT NULL, log_key TEXT NOT NULL,
                              cosigner_key TEXT NOT NULL, witness_key TEXT, url TEXT NOT NULL,
                              retired INTEGER NOT NULL);
)"},
    {3, R"(
CREATE TABLE federation_cosigned(statement BLOB NOT NULL, witness TEXT NOT NULL, log TEXT NOT NULL,
                                 size INTEGER NOT NULL, root BLOB NOT NULL, time INTEGER NOT NULL,
                                 PRIMARY KEY(statement, witness));
CREATE INDEX federation_cosigned_witness ON federation_cosigned(witness, log, size);
CREATE TABLE federation_seals(statement BLOB PRIMARY KEY, witness TEXT NOT NULL, close INTEGER NOT NULL);
CREATE INDEX federation_seals_witness ON federation_seals(witness, close);
CREATE TABLE federation_sealed(statement BLOB NOT NULL, log TEXT NOT NULL, size INTEGER NOT NULL,
                               root BLOB NOT NULL, PRIMARY KEY(statement, log));
)"},
    {4, R"(
CREATE TABLE federation_erasures(statement BLOB PRIMARY KEY, author TEXT NOT NULL, erased BLOB NOT NULL);
)"}};

constexpr ledger::Pillar::ViewTable kView[] = {
    {"federation_evidence",
     "SELECT statement, author, evidence, kind, origin, data FROM federation_evidence ORDER BY statement"},
    {"federation_nodes",
     "SELECT s.id, s.witnessed, n.member, n.log_key, n.cosigner_key, n.witness_key, n.url, n.retired "
     "FROM federation_nodes n JOIN statements s ON s.seq = n.seq ORDER BY s.id"},
    {"federation_cosigned",
     "SELECT statement, witness, log, size, root, time FROM federation_cosigned ORDER BY statement, witness"},
    {"federation_seals", "SELECT statement, witness, close FROM federation_seals ORDER BY statement"},
    {"federation_sealed", "SELECT statement, log, size, root FROM federation_sealed ORDER BY statement, log"},
    {"federation_erasures", "SELECT statement, author, erased FROM federation_erasures ORDER BY statement"}};

// What is for everybody to know and carries nothing with it.
Result<void> check_plain(const ledger::Statement& statement, std::string_view why) {
    if (statement.audience.label != ledger::Tlp::kClear)
        return invalid("audience.tlp", std::string(why), "use clear");
    if (statement.objects || !statement.attachments.empty())
        return invalid("body", "a statement of this type carries neither objects nor attachments");
    return {};
}

Result<void> validate_seal(const ledger::Statement& statement) {
    COMITY_CHECK(check_plain(statement, "what a witness has seen is everybody's to know"));
    if (statement.type == kCosigned) {
        COMITY_CHECK(parse_cosigned(statement.body));
        return {};
    }
    COMITY_TRY(const Seal seal, Seal::parse(statement.body, "body"));
    if (seal.community != statement.community) return invalid("body.community", "is another community's");
    return {};
}

Result<void> apply_cosigned(db::Transaction& tx, const ledger::Statement& statement) {
    auto cosigned = parse_cosigned(statement.body);
    if (!cosigned) return internal("body", "was accepted but cannot be read: " + cosigned.error().message());
    for (const auto& [witness, time] : cosigned->witnesses) {
        COMITY_CHECK(
            tx.queue("INSERT INTO federation_cosigned(statement, witness, log, size, root, time) "
                     "VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                     statement.id, witness.text(), cosigned->log.text(), cosigned->checkpoint.size,
                     cosigned->checkpoint.root, time.seconds()));
    }
    return {};
}

Result<void> apply_seal(db::Transaction& tx, const ledger::Statement& statement) {
    auto seal = Seal::parse(statement.body, "body");
    if (!seal) return internal("body", "was accepted but cannot be read: " + seal.error().message());
    COMITY_CHECK(tx.queue(
        "INSERT INTO federation_seals(statement, witness, close) VALUES($1, $2, $3) ON CONFLICT DO NOTHING",
        statement.id, seal->witness.text(), seal->close));
    for (const SealedLog& log : seal->logs) {
        COMITY_CHECK(
            tx.queue("INSERT INTO federation_sealed(statement, log, size, root) VALUES($1, $2, $3, $4) "
                     "ON CONFLICT DO NOTHING",
                     statement.id, log.log.text(), log.size, log.root));
    }
    return {};
}

Result<void> validate_evidence(const ledger::Statement& statement) {
    COMITY_CHECK(check_plain(statement, "that a log has lied is everybody's to know"));
    COMITY_TRY(const Evidence evidence, parse_evidence(statement.body, "body"));
    auto proves = check_evidence(evidence);
    if (!proves) return within("body", std::move(proves).error());
    return {};
}

Result<void> apply_node(db::Transaction& tx, const ledger::Accepted& accepted) {
    auto node = parse_announcement(accepted.statement);
    if (!node) return internal("body", "was accepted but cannot be read: " + node.error().message());
    const std::optional<std::string> witness =
        node->witness ? std::optional(node->witness->text()) : std::nullopt;
    return tx.queue(
        "INSERT INTO federation_nodes(seq, member, log_key, cosigner_key, witness_key, url, retired) "
        "VALUES($1, $2, $3, $4, $5, $6, $7)",
        accepted.seq, accepted.statement.author, node->log.text(), node->cosigner.text(), witness, node->url,
        node->retired);
}

Result<void> apply_erasure(db::Transaction& tx, const ledger::Statement& statement) {
    auto body = parse_erasure(statement);
    if (!body) return internal("body", "was accepted but cannot be read: " + body.error().message());
    return tx.queue(
        "INSERT INTO federation_erasures(statement, author, erased) VALUES($1, $2, $3) ON CONFLICT DO "
        "NOTHING",
        statement.id, statement.author, body->statement);
}

class Pillar final : public ledger::Pillar {
  public:
    std::string_view name() const override { return "federation"; }
    std::span<const std::string_view> types() const override { return kTypes; }
    std::span<const db::Migration> migrations() const override { return kPillarMigrations; }
    std::span<const ViewTable> view() const override { return kView; }

    Result<void> validate(const ledger::Statement& statement,
                          std::span<const std::string_view>) const override {
        if (statement.type == kEvidenceType) return validate_evidence(statement);
        if (statement.type == kCosigned || statement.type == kSeal) return validate_seal(statement);
        if (statement.type == kParcel) {
            COMITY_CHECK(parse_parcel(statement));
            return {};
        }
        if (statement.type == kErasure) {
            COMITY_CHECK(parse_erasure(statement));
            return {};
        }
        COMITY_CHECK(parse_announcement(statement));
        return {};
    }
    bool erasable(std::string_view type) const override { return may_be_erased(type); }
    std::optional<Digest> erases(const ledger::Statement& statement) const override {
        if (statement.type != kErasure) return std::nullopt;
        const auto body = parse_erasure(statement);
        return body ? std::optional(body->statement) : std::nullopt;
    }

    Result<void> apply(db::Transaction& tx, const ledger::Accepted& accepted, ledger::Audiences&) override {
        if (accepted.statement.type == kParcel) return {};  // it is what it carries: there is no view
        if (accepted.statement.type == kNode) return apply_node(tx, accepted);
        if (accepted.statement.type == kCosigned) return apply_cosigned(tx, accepted.statement);
        if (accepted.statement.type == kSeal) return apply_seal(tx, accepted.statement);
        if (accepted.statement.type == kErasure) return apply_erasure(tx, accepted.statement);
        COMITY_TRY(const Evidence evidence, parse_evidence(accepted.statement.body, "body"));
        COMITY_CHECK(
            tx.run("INSERT INTO federation_evidence(statement, author, evidence, kind, origin, data) "
                   "VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                   accepted.statement.id, accepted.statement.author, evidence.id(), to_string(evidence.lie),
                   evidence.log.name, evidence.write()));
        return {};
    }
};

}  // namespace

std::unique_ptr<ledger::Pillar> make_pillar() {
    return std::make_unique<Pillar>();
}

Result<std::vector<PublishedEvidence>> published_evidence(db::Session& session, std::size_t limit) {
    std::vector<PublishedEvidence> list;
    Result<void> read;
    COMITY_CHECK(
        session.each("SELECT statement, author, data FROM federation_evidence ORDER BY statement LIMIT $1",
                     {limit}, [&](const db::Row& row) {
                         auto evidence = parse_evidence(row.text(2));
                         if (!evidence) {
                             read = within("federation_evidence", std::move(evidence).error());
                             return false;
                         }
                         list.push_back({row.digest(0), std::string(row.text(1)), std::move(*evidence)});
                         return true;
                     }));
    COMITY_CHECK(read);
    return list;
}

}  // namespace comity::federation
