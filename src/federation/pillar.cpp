#include "federation/pillar.h"

#include "federation/announcement.h"

namespace comity::federation {
namespace {

constexpr std::string_view kTypes[] = {kEvidenceType, kNode};

constexpr db::Migration kMigrations[] = {{1, R"(
CREATE TABLE federation_evidence(statement BLOB PRIMARY KEY, author TEXT NOT NULL, evidence BLOB NOT NULL,
                                 kind TEXT NOT NULL, origin TEXT NOT NULL, data TEXT NOT NULL);
)"},
                                         // Every announcement is kept: which of a member's is the latest
                                         // depends on when they were witnessed, which may become earlier.
                                         {2, R"(
CREATE TABLE federation_nodes(seq INTEGER PRIMARY KEY, member TEXT NOT NULL, log_key TEXT NOT NULL,
                              cosigner_key TEXT NOT NULL, witness_key TEXT, url TEXT NOT NULL,
                              retired INTEGER NOT NULL);
)"}};

constexpr ledger::Pillar::ViewTable kView[] = {
    {"federation_evidence",
     "SELECT statement, author, evidence, kind, origin, data FROM federation_evidence ORDER BY statement"},
    {"federation_nodes",
     "SELECT s.id, s.witnessed, n.member, n.log_key, n.cosigner_key, n.witness_key, n.url, n.retired "
     "FROM federation_nodes n JOIN statements s ON s.seq = n.seq ORDER BY s.id"}};

Result<void> validate_evidence(const ledger::Statement& statement) {
    if (statement.audience.label != ledger::Tlp::kClear) {
        return invalid("audience.tlp", "that a log has lied is everybody's to know", "use clear");
    }
    if (statement.objects || !statement.attachments.empty()) {
        return invalid("body", "evidence carries neither objects nor attachments");
    }
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

class Pillar final : public ledger::Pillar {
  public:
    std::string_view name() const override { return "federation"; }
    std::span<const std::string_view> types() const override { return kTypes; }
    std::span<const db::Migration> migrations() const override { return kMigrations; }
    std::span<const ViewTable> view() const override { return kView; }

    Result<void> validate(const ledger::Statement& statement,
                          std::span<const std::string_view>) const override {
        if (statement.type == kEvidenceType) return validate_evidence(statement);
        COMITY_CHECK(parse_announcement(statement));
        return {};
    }

    Result<void> apply(db::Transaction& tx, const ledger::Accepted& accepted, ledger::Audiences&) override {
        if (accepted.statement.type == kNode) return apply_node(tx, accepted);
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
