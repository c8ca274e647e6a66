#include "intelligence/alert/rule_book.h"

#include <fmt/format.h>

#include "crypto/random.h"
#include "db/migration.h"

namespace comity::intelligence {
namespace {

constexpr db::Migration kAlertMigrations[] = {{1, R"(
    CREATE TABLE alert_rules(
        id TEXT PRIMARY KEY,
        member TEXT NOT NULL,
        name TEXT NOT NULL,
        rule TEXT NOT NULL,
        created INTEGER NOT NULL,
        after INTEGER NOT NULL,
        UNIQUE(member, name)
    );
    CREATE TABLE alert_mark(n INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
    CREATE TABLE alert_waiting(seq INTEGER PRIMARY KEY);
    CREATE TABLE alert_evidence(
        rule TEXT NOT NULL,
        key BLOB NOT NULL,
        open INTEGER NOT NULL,
        found INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        statement BLOB NOT NULL,
        object TEXT NOT NULL,
        audience INTEGER NOT NULL,
        title TEXT NOT NULL,
        vals TEXT NOT NULL,
        advice TEXT NOT NULL,
        alert BLOB,
        PRIMARY KEY(rule, key)
    );
    CREATE INDEX alert_evidence_open ON alert_evidence(open, rule);
    CREATE TABLE alert_said(
        id BLOB PRIMARY KEY,
        rule TEXT NOT NULL,
        member TEXT NOT NULL,
        made INTEGER NOT NULL,
        envelope TEXT NOT NULL,
        state INTEGER NOT NULL,
        root BLOB NOT NULL,
        level INTEGER NOT NULL,
        due INTEGER,
        error TEXT NOT NULL
    );
    CREATE INDEX alert_said_state ON alert_said(state);
    CREATE INDEX alert_said_due ON alert_said(due);
    CREATE INDEX alert_said_rule ON alert_said(rule, made);
)"},
                                              {2, R"(
    CREATE TABLE alert_channels(
        id TEXT PRIMARY KEY,
        member TEXT NOT NULL,
        name TEXT NOT NULL,
        config TEXT NOT NULL,
        created INTEGER NOT NULL,
        holder TEXT NOT NULL,
        held_until INTEGER NOT NULL,
        UNIQUE(member, name)
    );
    CREATE TABLE alert_outbox(
        n INTEGER PRIMARY KEY,
        channel TEXT NOT NULL,
        alert BLOB NOT NULL,
        ready INTEGER NOT NULL,
        state INTEGER NOT NULL,
        tries INTEGER NOT NULL,
        next_try INTEGER NOT NULL,
        payload TEXT NOT NULL,
        made INTEGER NOT NULL,
        done INTEGER,
        error TEXT NOT NULL,
        UNIQUE(channel, alert)
    );
    CREATE INDEX alert_outbox_next ON alert_outbox(channel, state, n);
    CREATE INDEX alert_outbox_alert ON alert_outbox(alert);
)"}};

constexpr std::int64_t kMaxRulesOfMember = 1000;
constexpr std::size_t kRuleIdLength = 16;

Result<std::vector<AlertRule>> read_rules(db::Session& session, std::string_view where,
                                          std::initializer_list<db::Param> params) {
    std::vector<AlertRule> rules;
    Result<void> fault;
    COMITY_CHECK(session.each(
        fmt::format("SELECT id, member, rule, created, after FROM alert_rules {} ORDER BY member, name",
                    where),
        params, [&](const db::Row& row) {
            const auto form = json::parse(row.text(2));
            auto rule = form ? parse_rule(*form, std::string(row.text(1)))
                             : Result<AlertRule>(std::unexpected(form.error()));
            if (!rule) {
                fault = corrupt("alert_rules", rule.error().message());
                return false;
            }
            rule->id = row.text(0);
            rule->created = Time{row.integer(3)};
            rule->after = row.integer(4);
            rules.push_back(*std::move(rule));
            return true;
        }));
    COMITY_CHECK(std::move(fault));
    return rules;
}

}  // namespace

Result<void> AlertRules::prepare(db::Database& database) {
    return db::migrate(database, "alerts", kAlertMigrations);
}

Result<AlertRule> AlertRules::add(AlertRule rule, Time now) {
    rule.id = crypto::random_text(kRuleIdLength);
    rule.created = now;
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const auto count,
               tx->integer("SELECT COUNT(*) FROM alert_rules WHERE member = $1", {rule.member}));
    if (count.value_or(0) >= kMaxRulesOfMember)
        return too_many("the member has too many rules", "remove some: comity alert rule list");
    COMITY_TRY(const auto last, tx->integer("SELECT MAX(seq) FROM statements"));
    rule.after = last.value_or(0);
    const std::string form = json::write(rule_json(rule, false));
    COMITY_TRY(
        const std::int64_t rows,
        tx->run("INSERT INTO alert_rules(id, member, name, rule, created, after) VALUES($1, $2, $3, $4, "
                "$5, $6) ON CONFLICT(member, name) DO NOTHING",
                rule.id, rule.member, rule.name, form, rule.created.micros, rule.after));
    if (rows == 0)
        return conflict("name", fmt::format("there is a rule {} already", rule.name), "remove it first");
    COMITY_CHECK(tx->commit());
    return rule;
}

Result<void> AlertRules::remove(std::string_view member, std::string_view name) {
    COMITY_TRY(const auto tx, database_->begin());
    COMITY_TRY(const auto id,
               tx->text("SELECT id FROM alert_rules WHERE member = $1 AND name = $2", {member, name}));
    if (!id) return not_found(fmt::format("there is no rule {}", name), "comity alert rule list shows them");
    COMITY_CHECK(tx->run("DELETE FROM alert_rules WHERE id = $1", *id));
    COMITY_CHECK(tx->run("DELETE FROM alert_evidence WHERE rule = $1", *id));
    return tx->commit();
}

Result<std::vector<AlertRule>> AlertRules::list(std::string_view member) {
    COMITY_TRY(const auto session, database_->reader());
    return read_rules(*session, "WHERE member = $1", {member});
}

Result<std::vector<AlertRule>> read_alert_rules(db::Session& session) {
    return read_rules(session, "", {});
}

}  // namespace comity::intelligence
