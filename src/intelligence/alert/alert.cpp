#include "intelligence/alert/alert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "intelligence/stix/identifier.h"
#include "json/fields.h"
#include "json/words.h"
#include "ledger/statement.h"

namespace comity::intelligence {
namespace {

constexpr std::array<std::string_view, 4> kSeverities = {"low", "medium", "high", "critical"};
constexpr std::size_t kMaxAlertValue = 300;
constexpr std::size_t kMaxNote = 1000;
constexpr std::size_t kMaxAlertBodyId = 300;

Result<Digest> alert_digest(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string hex, fields.text(name, 64, 64));
    auto digest = Digest::from_hex(hex);
    if (!digest) return within(fields.path(name), std::move(digest).error());
    return digest;
}

Result<AlertEvidence> parse_evidence(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    AlertEvidence out;
    COMITY_TRY(out.statement, alert_digest(fields, "statement"));
    COMITY_TRY(out.objects, fields.texts("objects", 1, kMaxAlertObjects));
    for (std::size_t i = 0; i < out.objects.size(); ++i) {
        const std::string where = fmt::format("{}.objects[{}]", path, i);
        if (out.objects[i].size() > kMaxAlertBodyId) return invalid(where, "is too long for an id");
        if (auto id = ObjectId::parse(out.objects[i]); !id) return within(where, std::move(id).error());
    }
    COMITY_TRY(out.values, fields.optional_texts("values", kMaxAlertValues));
    for (const std::string& text : out.values) {
        if (text.empty() || text.size() > kMaxAlertValue)
            return invalid(path + ".values",
                           fmt::format("has one that is not 1 to {} bytes", kMaxAlertValue));
    }
    COMITY_CHECK(fields.nothing_else());
    return out;
}

std::vector<std::string> in_both(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::string> out;
    std::ranges::set_intersection(a, b, std::back_inserter(out));
    return out;
}

}  // namespace

std::string_view to_string(Severity severity) {
    return kSeverities[static_cast<std::size_t>(severity)];
}

Result<Severity> parse_severity(std::string_view text, std::string where) {
    const auto found = std::ranges::find(kSeverities, text);
    if (found == kSeverities.end())
        return invalid(std::move(where), "is no severity", "write low, medium, high or critical");
    return static_cast<Severity>(found - kSeverities.begin());
}

Result<AlertBody> parse_alert(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    AlertBody out;
    COMITY_TRY(out.title, fields.text("title", 1, kMaxAlertTitle));
    COMITY_TRY(const std::string severity, fields.text("severity", 1, 20));
    COMITY_TRY(out.severity, parse_severity(severity, fields.path("severity")));
    COMITY_TRY(const auto rule, fields.optional_text("rule", 1, 64));
    if (rule) COMITY_CHECK(ledger::check_member_id(*rule, fields.path("rule")));
    out.rule = rule.value_or("");
    COMITY_TRY(const json::Array* evidence, fields.optional_array("evidence", 1, kMaxAlertEvidence));
    std::size_t objects = 0;
    std::size_t values = 0;
    for (std::size_t i = 0; evidence != nullptr && i < evidence->size(); ++i) {
        COMITY_TRY(out.evidence.emplace_back(),
                   parse_evidence((*evidence)[i], fmt::format("body.evidence[{}]", i)));
        objects += out.evidence.back().objects.size();
        values += out.evidence.back().values.size();
    }
    if (objects > kMaxAlertObjects || values > kMaxAlertValues)
        return too_large("body.evidence", fmt::format("has more than {} objects or {} values",
                                                      kMaxAlertObjects, kMaxAlertValues));
    COMITY_TRY(const auto more, fields.optional_integer("more", 1, INT64_MAX));
    out.more = more.value_or(0);
    COMITY_TRY(out.measures, fields.optional_texts("measures", kMaxAlertMeasures));
    for (const std::string& measure : out.measures) {
        if (measure.empty() || measure.size() > kMaxMeasure)
            return invalid("body.measures", fmt::format("has one that is not 1 to {} bytes", kMaxMeasure));
    }
    COMITY_TRY(const auto by, fields.optional_text("acknowledge_by", 20, 35));
    if (by) {
        auto time = parse_time(*by);
        if (!time) return within(fields.path("acknowledge_by"), std::move(time).error());
        out.acknowledge_by = *time;
    }
    if (fields.has("escalates")) {
        COMITY_TRY(out.escalates, alert_digest(fields, "escalates"));
    }
    COMITY_TRY(out.drill, fields.boolean("drill", false));
    COMITY_CHECK(fields.nothing_else());
    if (out.evidence.empty() != out.drill)
        return invalid("body.evidence", out.drill ? "a drill has none" : "is missing",
                       "name what the alert rests on, or say that it is a drill");
    return out;
}

json::Object alert_json(const AlertBody& alert) {
    json::Object body{{"title", alert.title}, {"severity", to_string(alert.severity)}};
    if (!alert.rule.empty()) body["rule"] = alert.rule;
    json::Array evidence;
    for (const AlertEvidence& each : alert.evidence) {
        json::Object one{{"statement", each.statement.hex()}, {"objects", json::array_of(each.objects)}};
        if (!each.values.empty()) one["values"] = json::array_of(each.values);
        evidence.push_back(std::move(one));
    }
    if (!evidence.empty()) body["evidence"] = std::move(evidence);
    if (alert.more > 0) body["more"] = alert.more;
    if (!alert.measures.empty()) body["measures"] = json::array_of(alert.measures);
    if (alert.acknowledge_by) body["acknowledge_by"] = format_time_micros(*alert.acknowledge_by);
    if (alert.escalates) body["escalates"] = alert.escalates->hex();
    if (alert.drill) body["drill"] = true;
    return body;
}

Result<AcknowledgementBody> parse_acknowledgement(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    AcknowledgementBody out;
    COMITY_TRY(out.alert, alert_digest(fields, "alert"));
    COMITY_TRY(const auto note, fields.optional_text("note", 1, kMaxNote));
    out.note = note.value_or("");
    COMITY_TRY(out.automatic, fields.boolean("automatic", false));
    COMITY_CHECK(fields.nothing_else());
    return out;
}

json::Object acknowledgement_json(const AcknowledgementBody& acknowledgement) {
    json::Object body{{"alert", acknowledgement.alert.hex()}};
    if (!acknowledgement.note.empty()) body["note"] = acknowledgement.note;
    if (acknowledgement.automatic) body["automatic"] = true;
    return body;
}

ledger::Audience no_laxer(const ledger::Audience& wished, const ledger::Audience& evidence,
                          std::string_view author) {
    using ledger::Tlp;
    ledger::Audience own{Tlp::kAmberStrict, {std::string(author)}, {}, {}};
    if (evidence.label == Tlp::kClear) return wished;
    if (evidence.label == Tlp::kGreen) return wished.label == Tlp::kClear ? evidence : wished;
    if (evidence.label == Tlp::kRed) return own;
    if (wished.label == Tlp::kRed) {
        // Whether a person is a client of its organisation, to whom amber+strict is closed, names do not
        // tell.
        ledger::Audience persons{Tlp::kRed, {}, {}, {}};
        for (const std::string& person : wished.persons) {
            const std::string member = person.substr(person.find('@') + 1);
            if (evidence.label == Tlp::kAmber && std::ranges::binary_search(evidence.members, member))
                persons.persons.push_back(person);
        }
        return persons.persons.empty() ? own : persons;
    }
    const Tlp label = std::max(wished.label, evidence.label);
    ledger::Audience out{label, evidence.members, evidence.groups, {}};
    if (wished.label >= Tlp::kAmber) {
        out.members = in_both(wished.members, evidence.members);
        out.groups = in_both(wished.groups, evidence.groups);
    }
    return out.members.empty() && out.groups.empty() ? own : out;
}

ledger::Audience audience_of_acknowledgement(ledger::Audience alert, const std::string& author) {
    if (alert.label == ledger::Tlp::kAmber || alert.label == ledger::Tlp::kAmberStrict) {
        const auto place = std::ranges::lower_bound(alert.members, author);
        if (place == alert.members.end() || *place != author) alert.members.insert(place, author);
    } else if (alert.label == ledger::Tlp::kRed) {
        // Persons of the author are not known by name: its people are told instead, and no one else's.
        return {ledger::Tlp::kAmberStrict, {author}, {}, {}};
    }
    return alert;
}

Result<void> apply_alert(db::Transaction& tx, const ledger::Accepted& accepted,
                         ledger::Audiences& audiences) {
    const ledger::Statement& statement = accepted.statement;
    const auto body = parse_alert(statement.body);
    if (!body) return internal("body", "was accepted but cannot be read: " + body.error().message());
    COMITY_TRY(const auto audience, audiences.id(tx, statement.author, statement.audience));
    return tx.queue(
        "INSERT INTO intelligence_alerts(seq, root, severity, drill, body, audience) VALUES($1, $2, $3, $4, "
        "$5, $6)",
        accepted.seq, body->escalates.value_or(statement.id), static_cast<int>(body->severity), body->drill,
        json::write(alert_json(*body)), audience);
}

Result<void> apply_acknowledgement(db::Transaction& tx, const ledger::Accepted& accepted,
                                   ledger::Audiences& audiences) {
    const ledger::Statement& statement = accepted.statement;
    const auto body = parse_acknowledgement(statement.body);
    if (!body) return internal("body", "was accepted but cannot be read: " + body.error().message());
    COMITY_TRY(const auto audience, audiences.id(tx, statement.author, statement.audience));
    return tx.queue(
        "INSERT INTO intelligence_acknowledgements(seq, alert, automatic, body, audience) VALUES($1, $2, $3, "
        "$4, $5)",
        accepted.seq, body->alert, body->automatic, json::write(acknowledgement_json(*body)), audience);
}

}  // namespace comity::intelligence
