#include "intelligence/alert/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "intelligence/alert/alert.h"
#include "intelligence/answer/parts.h"

namespace comity::intelligence {
namespace {

constexpr std::int64_t kMostAlerts = 1000;
constexpr std::int64_t kUsualAlerts = 100;
constexpr std::size_t kAlertsAtOnce = 500;
constexpr std::size_t kLeastPrefix = 8;

constexpr std::string_view kAlertRows =
    "SELECT l.seq, s.id, s.author, s.issued, s.witnessed, s.added, l.root, l.severity, l.drill, l.body, "
    "l.audience FROM intelligence_alerts l JOIN statements s ON s.seq = l.seq";

struct ShownAlert {
    std::int64_t seq = 0;
    Digest id;
    std::string author;
    Time issued;
    std::int64_t witnessed = 0;
    Time added;
    Digest root;
    int severity = 0;
    bool drill = false;
    std::string body;
    ledger::AudienceId audience = 0;
};

ShownAlert read_alert(const db::Row& row) {
    return {row.integer(0),
            row.digest(1),
            std::string(row.text(2)),
            Time{row.integer(3)},
            row.integer(4),
            Time{row.integer(5)},
            row.digest(6),
            static_cast<int>(row.integer(7)),
            row.integer(8) != 0,
            std::string(row.text(9)),
            row.integer(10)};
}

std::string second_of(std::int64_t witnessed) {
    return format_time_millis(Time::from_seconds(witnessed)).substr(0, 19) + "Z";
}

struct Acknowledged {
    json::Array list;
    bool by_hand = false;
    std::set<std::string> members;  // whose people have
};

// Of the chain, as far as it may be read.
Result<Acknowledged> acknowledgements_of(const Asking& asking, const ShownAlert& alert) {
    Acknowledged out;
    COMITY_CHECK(asking.session.each(
        "SELECT s.id, s.author, s.witnessed, s.added, k.automatic, k.body, k.audience FROM "
        "intelligence_acknowledgements k JOIN statements s ON s.seq = k.seq WHERE k.alert = $1 OR k.alert IN "
        "(SELECT c.id FROM intelligence_alerts l JOIN statements c ON c.seq = l.seq WHERE l.root = $1) "
        "ORDER BY k.seq",
        {alert.root}, [&](const db::Row& row) {
            if (!asking.readable.contains(row.integer(6))) return true;
            const auto body = json::parse(row.text(5));
            const auto parsed = body ? parse_acknowledgement(*body)
                                     : Result<AcknowledgementBody>(std::unexpected(body.error()));
            if (!parsed) return true;
            const bool automatic = row.integer(4) != 0;
            out.by_hand = out.by_hand || !automatic;
            if (!automatic) out.members.emplace(row.text(1));
            const std::int64_t micros = row.integer(3) - alert.added.micros;
            out.list.push_back(json::Object{{"id", row.digest(0).hex()},
                                            {"author", row.text(1)},
                                            {"witnessed", second_of(row.integer(2))},
                                            {"after_ms", std::max<std::int64_t>(0, micros / 1000)},
                                            {"automatic", automatic},
                                            {"note", parsed->note}});
            return true;
        }));
    return out;
}

// Whom the audience names, of those who are members, but the author.
json::Array awaited(const Asking& asking, const ledger::Audience& audience, const std::string& author,
                    const std::set<std::string>& answered) {
    std::set<std::string> named(audience.members.begin(), audience.members.end());
    for (const std::string& group : audience.groups) {
        const auto found = asking.roll.groups.find(group);
        if (found != asking.roll.groups.end()) named.insert(found->second.begin(), found->second.end());
    }
    for (const std::string& person : audience.persons) named.insert(person.substr(person.find('@') + 1));
    if (audience.label <= ledger::Tlp::kGreen) {
        for (const auto& [id, member] : asking.roll.members) {
            if (member.left == ledger::kNever) named.insert(id);
        }
    }
    json::Array out;
    for (const std::string& member : named) {
        if (member != author && !answered.contains(member)) out.emplace_back(member);
    }
    return out;
}

Result<json::Object> alert_form(const Asking& asking, const ShownAlert& alert, Acknowledged acknowledged) {
    COMITY_TRY(const json::Value parsed, json::parse(alert.body));
    COMITY_TRY(const AlertBody body, parse_alert(parsed));
    COMITY_TRY(const ledger::Audience audience, audience_of(asking.session, alert.audience));
    json::Object form{
        {"id", alert.id.hex()},
        {"author", alert.author},
        {"issued", format_time_millis(alert.issued)},
        {"witnessed", second_of(alert.witnessed)},
        {"audience", ledger::audience_json(audience)},
        {"title", body.title},
        {"severity", to_string(body.severity)},
        {"rule", body.rule.empty() ? json::Value(nullptr) : json::Value(body.rule)},
        {"drill", body.drill},
        {"escalates", body.escalates ? json::Value(body.escalates->hex()) : json::Value(nullptr)},
        {"acknowledge_by",
         body.acknowledge_by ? json::Value(format_time_millis(*body.acknowledge_by)) : json::Value(nullptr)}};
    json::Object stated = alert_json(body);
    for (const std::string_view list : {"evidence", "measures"}) {
        const json::Value* value = stated.if_contains(list);
        form[list] = value != nullptr ? *value : json::Value(json::Array());
    }
    form["more"] = body.more;
    form["open"] = !acknowledged.by_hand;
    if (body.drill) form["awaited"] = awaited(asking, audience, alert.author, acknowledged.members);
    form["acknowledgements"] = std::move(acknowledged.list);
    return form;
}

// With ids in that range, as far as they may be read.
Result<std::vector<ShownAlert>> alerts_in(const Asking& asking, const Digest& first, const Digest& last) {
    std::vector<ShownAlert> rows;
    COMITY_CHECK(
        asking.session.each(fmt::format("{} WHERE s.id >= $1 AND s.id <= $2 ORDER BY l.seq", kAlertRows),
                            {first, last}, [&](const db::Row& row) {
                                if (asking.readable.contains(row.integer(10)))
                                    rows.push_back(read_alert(row));
                                return true;
                            }));
    return rows;
}

// A cursor is the id of the page's last item: it tells nothing that the page does not.
Result<std::int64_t> place_of_cursor(const Asking& asking, const Parameters& parameters) {
    const auto cursor = parameter(parameters, "cursor");
    if (!cursor) return std::numeric_limits<std::int64_t>::max();
    const auto bad = invalid("cursor", "is none of this list's", "take it from the last page's 'next'");
    const auto id = Digest::from_hex(*cursor);
    if (!id) return bad;
    COMITY_TRY(const auto rows, alerts_in(asking, *id, *id));
    if (rows.empty()) return bad;
    return rows.front().seq;
}

}  // namespace

Result<json::Object> answer_alerts(const Asking& asking, const Parameters& parameters) {
    COMITY_TRY(const std::int64_t limit, number(parameters, "limit", 1, kMostAlerts, kUsualAlerts));
    COMITY_TRY(std::int64_t before, place_of_cursor(asking, parameters));
    int severity = 0;
    if (const auto text = parameter(parameters, "severity")) {
        COMITY_TRY(const Severity least, parse_severity(*text, "severity"));
        severity = static_cast<int>(least);
    }
    const bool open = parameter(parameters, "open") == "true";
    const auto drill = parameter(parameters, "drill");
    const std::string sql =
        fmt::format("{} WHERE l.seq < $1 AND l.severity >= $2 ORDER BY l.seq DESC LIMIT $3", kAlertRows);
    json::Array items;
    json::Value next = nullptr;
    for (bool more = true; more;) {
        std::vector<ShownAlert> rows;
        COMITY_CHECK(asking.session.each(sql, {before, severity, kAlertsAtOnce}, [&](const db::Row& row) {
            rows.push_back(read_alert(row));
            return true;
        }));
        more = rows.size() == kAlertsAtOnce;
        for (const ShownAlert& row : rows) {
            if (!asking.readable.contains(row.audience)) continue;
            if (drill && row.drill != (*drill == "true")) continue;
            COMITY_TRY(Acknowledged acknowledged, acknowledgements_of(asking, row));
            if (open && acknowledged.by_hand) continue;
            if (std::cmp_equal(items.size(), limit)) {
                next = items.back().at("id");
                more = false;
                break;
            }
            COMITY_TRY(json::Object form, alert_form(asking, row, std::move(acknowledged)));
            items.push_back(std::move(form));
        }
        if (more) before = rows.back().seq;
    }
    return json::Object{{"items", std::move(items)}, {"next", std::move(next)}};
}

Result<json::Object> answer_alert(const Asking& asking, std::string_view id) {
    const auto none = [&] {
        return not_found(fmt::format("there is no alert {}", id), "comity alert list shows them");
    };
    if (id.size() < kLeastPrefix || id.size() > 2 * Digest::kSize ||
        id.find_first_not_of("0123456789abcdef") != std::string_view::npos)
        return none();
    // By a range of ids: the beginning with zeros behind it, and with ones.
    const std::string rest(2 * Digest::kSize - id.size(), '0');
    const std::string ones(rest.size(), 'f');
    COMITY_TRY(const Digest first, Digest::from_hex(std::string(id) + rest));
    COMITY_TRY(const Digest last, Digest::from_hex(std::string(id) + ones));
    COMITY_TRY(const auto rows, alerts_in(asking, first, last));
    if (rows.empty()) return none();
    if (rows.size() > 1)
        return not_found(fmt::format("several alerts begin with {}", id), "give more digits");
    COMITY_TRY(Acknowledged acknowledged, acknowledgements_of(asking, rows.front()));
    return alert_form(asking, rows.front(), std::move(acknowledged));
}

}  // namespace comity::intelligence
