#include "node/alert_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "intelligence/answer/parts.h"
#include "ledger/statement.h"

namespace comity::node {
namespace {

using intelligence::AlertBody;
using intelligence::AlertEvidence;
using intelligence::Severity;

constexpr std::string_view kNotAcknowledged = "Not acknowledged: ";
constexpr std::string_view kSearchLogs = "Search your own logs for it, where they are: comity scan";
constexpr std::size_t kRoom = 20;  // bytes of a title for "..." and how many more there are

std::vector<std::string> texts_of_json(std::string_view text) {
    std::vector<std::string> out;
    const auto value = json::parse(text);
    if (!value || !value->is_array()) return out;
    for (const json::Value& each : value->get_array()) {
        if (each.is_string()) out.emplace_back(each.get_string());
    }
    return out;
}

// Objects and values as far as one alert has room for them.
class EvidenceList {
  public:
    void add(OpenEvidence& into, const Digest& statement, std::string object,
             std::vector<std::string> values) {
        ++into.objects;
        auto there = std::ranges::find(into.evidence, statement, &AlertEvidence::statement);
        if (objects_ == intelligence::kMaxAlertObjects) return;
        if (there == into.evidence.end()) {
            if (into.evidence.size() == intelligence::kMaxAlertEvidence) return;
            there = into.evidence.insert(into.evidence.end(), {statement, {}, {}});
        }
        ++objects_;
        there->objects.push_back(std::move(object));
        for (std::string& value : values) {
            if (values_ == intelligence::kMaxAlertValues) break;
            if (std::ranges::find(there->values, value) != there->values.end()) continue;
            there->values.push_back(std::move(value));
            ++values_;
        }
    }

  private:
    std::size_t objects_ = 0;
    std::size_t values_ = 0;
};

}  // namespace

Result<std::vector<OpenEvidence>> read_open_evidence(db::Session& session,
                                                     const intelligence::AlertRule& rule) {
    struct Row {
        Digest key;
        Digest statement;
        std::string object;
        ledger::AudienceId audience;
        std::string title;
        std::vector<std::string> values;
        std::vector<std::string> advice;
    };
    std::vector<Row> rows;
    COMITY_CHECK(
        session.each("SELECT key, statement, object, audience, title, vals, advice FROM alert_evidence WHERE "
                     "open = 1 AND rule "
                     "= $1 ORDER BY seq, found, key",
                     {rule.id}, [&](const db::Row& row) {
                         rows.push_back({row.digest(0), row.digest(1), std::string(row.text(2)),
                                         row.integer(3), std::string(row.text(4)), texts_of_json(row.text(5)),
                                         texts_of_json(row.text(6))});
                         return true;
                     }));
    std::map<ledger::AudienceId, ledger::Audience> audiences;
    std::map<ledger::Audience, std::pair<OpenEvidence, EvidenceList>> groups;
    for (Row& row : rows) {
        auto known = audiences.find(row.audience);
        if (known == audiences.end()) {
            COMITY_TRY(const ledger::Audience evidence, intelligence::audience_of(session, row.audience));
            known =
                audiences.emplace(row.audience, intelligence::no_laxer(rule.audience, evidence, rule.member))
                    .first;
        }
        auto& [group, list] = groups[known->second];
        if (group.keys.empty()) {
            group.audience = known->second;
            group.title = row.title;
        }
        list.add(group, row.statement, std::move(row.object), std::move(row.values));
        for (std::string& advice : row.advice) {
            if (std::ranges::find(group.advice, advice) == group.advice.end())
                group.advice.push_back(std::move(advice));
        }
        group.keys.push_back(row.key);
    }
    std::vector<OpenEvidence> out;
    for (auto& [audience, group] : groups) out.push_back(std::move(group.first));
    return out;
}

AlertBody alert_of(const intelligence::AlertRule& rule, const OpenEvidence& evidence, Time now) {
    AlertBody body;
    body.title = shown(evidence.title, intelligence::kMaxAlertTitle - kRoom);
    if (evidence.objects > 1) body.title += fmt::format(" and {} more", evidence.objects - 1);
    body.severity = rule.severity;
    body.rule = rule.name;
    body.evidence = evidence.evidence;
    std::int64_t listed = 0;
    bool values = false;
    for (const AlertEvidence& each : evidence.evidence) {
        listed += static_cast<std::int64_t>(each.objects.size());
        values = values || !each.values.empty();
    }
    body.more = evidence.objects - listed;
    body.measures = rule.measures;
    for (const std::string& advice : evidence.advice) {
        if (body.measures.size() + 1 < intelligence::kMaxAlertMeasures) body.measures.push_back(advice);
    }
    if (values) body.measures.emplace_back(kSearchLogs);
    if (rule.acknowledge_within > 0)
        body.acknowledge_by = Time::from_seconds(now.seconds() + rule.acknowledge_within);
    return body;
}

SignedAlert sign_alert(const AlertBody& body, const ledger::Audience& audience, const std::string& member,
                       const ledger::Roll& roll, Time now, const crypto::NamedSecret& key) {
    const ledger::Draft draft{.community = roll.community,
                              .type = std::string(intelligence::kAlert),
                              .author = member,
                              .audience = audience,
                              .body = intelligence::alert_json(body),
                              .custody = true,
                              .attachments = {}};
    const crypto::Envelope envelope = ledger::sign_statement(draft, now, key);
    return {envelope.digest(), envelope.write(), body};
}

SignedAlert sign_acknowledgement(const intelligence::AcknowledgementBody& body, const ledger::Audience& alert,
                                 const std::string& author, const std::string& member,
                                 const ledger::Roll& roll, Time now, const crypto::NamedSecret& key) {
    const ledger::Draft draft{.community = roll.community,
                              .type = std::string(intelligence::kAcknowledgement),
                              .author = member,
                              .audience = intelligence::audience_of_acknowledgement(alert, author),
                              .body = intelligence::acknowledgement_json(body),
                              .custody = true,
                              .attachments = {}};
    const crypto::Envelope envelope = ledger::sign_statement(draft, now, key);
    return {envelope.digest(), envelope.write()};
}

std::string letter_of(const Digest& id, const std::string& author, Time issued, const std::string& origin,
                      const AlertBody& body) {
    return json::write(json::Object{{"type", intelligence::kAlert},
                                    {"id", id.hex()},
                                    {"author", author},
                                    {"issued", format_time_millis(issued)},
                                    {"node", origin},
                                    {"alert", intelligence::alert_json(body)}});
}

Result<SignedAlert> escalation_of(const std::string& envelope, const Digest& root, const ledger::Roll& roll,
                                  Time now, std::optional<Time> again, const crypto::NamedSecret& key) {
    COMITY_TRY(const crypto::Envelope parsed, crypto::parse_envelope(envelope));
    COMITY_TRY(const ledger::Statement statement, ledger::parse_statement(parsed));
    COMITY_TRY(AlertBody body, intelligence::parse_alert(statement.body));
    if (body.severity < Severity::kCritical)
        body.severity = static_cast<Severity>(static_cast<int>(body.severity) + 1);
    if (!body.title.starts_with(kNotAcknowledged))
        body.title = std::string(kNotAcknowledged) +
                     shown(body.title, intelligence::kMaxAlertTitle - kNotAcknowledged.size() - 3);
    body.escalates = root;
    body.acknowledge_by = again;
    return sign_alert(body, statement.audience, statement.author, roll, now, key);
}

}  // namespace comity::node
