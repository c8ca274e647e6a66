#include "intelligence/marking_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "intelligence/lookup.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

struct InForce {
    std::optional<std::int64_t> version;
    ledger::AudienceId audience = 0;
    Digest statement;
    ledger::AudienceId readers = 0;  // of the statement
};

// All of one author's about one object, the one that counts first in front.
Result<std::vector<InForce>> changes_of(db::Session& session, std::string_view author,
                                        const ObjectId& object) {
    std::vector<InForce> changes;
    COMITY_CHECK(
        session.each("SELECT m.version, m.audience, s.id, s.audience, m.type FROM intelligence_markings m "
                     "JOIN statements s ON "
                     "s.seq = m.seq WHERE m.author = $1 AND m.uuid = $2 "
                     "ORDER BY s.witnessed DESC, s.issued DESC, s.id DESC",
                     {author, object.uuid.view()}, [&](const db::Row& row) {
                         if (row.text(4) != object.type) return true;
                         changes.push_back({row.null(0) ? std::nullopt : std::optional(row.integer(0)),
                                            row.integer(1), row.digest(2), row.integer(3)});
                         return true;
                     }));
    return changes;
}

const InForce* in_force(const std::vector<InForce>& changes, std::optional<std::int64_t> version) {
    const auto found = std::ranges::find_if(
        changes, [&](const InForce& change) { return !change.version || change.version == version; });
    return found == changes.end() ? nullptr : &*found;
}

void unite(std::vector<std::string>& into, const std::vector<std::string>& more) {
    into.insert(into.end(), more.begin(), more.end());
    std::ranges::sort(into);
    const auto repeated = std::ranges::unique(into);
    into.erase(repeated.begin(), repeated.end());
}

}  // namespace

Result<MarkingChange> parse_marking_change(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    MarkingChange change;
    COMITY_TRY(const std::string id, fields.text("object", 1, 300));
    auto object = ObjectId::parse(id);
    if (!object) return within("body.object", std::move(object).error());
    change.object = *std::move(object);
    COMITY_TRY(const auto version, fields.optional_text("version", 20, 40));
    if (version) {
        auto time = parse_time(*version);
        if (!time) return within("body.version", std::move(time).error());
        change.version = *time;
    }
    const json::Value* audience = fields.any("audience");
    if (audience == nullptr) return invalid("body.audience", "is missing");
    COMITY_TRY(change.audience, ledger::parse_audience(*audience, "body.audience"));
    COMITY_CHECK(fields.nothing_else());
    return change;
}

json::Object marking_change_json(const MarkingChange& change) {
    json::Object body{{"object", change.object.text()}};
    if (change.version) body["version"] = format_time_micros(*change.version);
    body["audience"] = ledger::audience_json(change.audience);
    return body;
}

ledger::Audience wider(const ledger::Audience& a, const ledger::Audience& b) {
    using ledger::Tlp;
    ledger::Audience both;
    both.label = std::min(a.label, b.label);
    if (both.label == Tlp::kClear || both.label == Tlp::kGreen) return both;
    for (const ledger::Audience* each : {&a, &b}) {
        if (both.label == Tlp::kRed) {
            unite(both.persons, each->persons);
            continue;
        }
        unite(both.members, each->members);
        unite(both.groups, each->groups);
        for (const std::string& person : each->persons)
            unite(both.members, {person.substr(person.find('@') + 1)});
    }
    return both;
}

Result<void> apply_marking_change(db::Transaction& tx, const ledger::Accepted& accepted,
                                  ledger::Audiences& audiences) {
    auto change = parse_marking_change(accepted.statement.body);
    if (!change) return internal("body", "was accepted but cannot be read: " + change.error().message());
    const std::string& author = accepted.statement.author;
    COMITY_TRY(const ledger::AudienceId audience, audiences.id(tx, author, change->audience));
    const std::optional<std::int64_t> version =
        change->version ? std::optional(change->version->micros) : std::nullopt;
    COMITY_CHECK(
        tx.run("INSERT INTO intelligence_markings(seq, author, uuid, type, version, audience) "
               "VALUES($1, $2, $3, $4, $5, $6)",
               accepted.seq, author, change->object.uuid.view(), change->object.type, version, audience));
    return settle_markings(tx, author, change->object);
}

Result<bool> changes_markings(db::Session& session, std::string_view author) {
    COMITY_TRY(const auto one,
               session.integer("SELECT seq FROM intelligence_markings WHERE author = $1 LIMIT 1", {author}));
    return one.has_value();
}

Result<void> settle_markings(db::Transaction& tx, std::string_view author, const ObjectId& object) {
    COMITY_TRY(const std::vector<InForce> changes, changes_of(tx, author, object));
    if (changes.empty()) return {};
    std::vector<std::pair<std::int64_t, ledger::AudienceId>> copies;
    static const std::string sql = fmt::format(
        "SELECT i.added, i.version, i.audience, i.type FROM intelligence_objects i JOIN statements s ON "
        "s.seq "
        "= i.seq WHERE {} = $1 AND s.author = $2",
        kByUuid);
    COMITY_CHECK(tx.each(sql, {object.uuid.view(), author}, [&](const db::Row& row) {
        if (row.text(3) != object.type) return true;
        const InForce* change = in_force(changes, row.null(1) ? std::nullopt : std::optional(row.integer(1)));
        if (change != nullptr && change->audience != row.integer(2))
            copies.emplace_back(row.integer(0), change->audience);
        return true;
    }));
    for (const auto& [added, audience] : copies) {
        COMITY_CHECK(
            tx.queue("UPDATE intelligence_objects SET audience = $1 WHERE added = $2", audience, added));
    }
    return {};
}

Result<std::optional<Digest>> marking_in_force(db::Session& session, const ledger::Readable& readable,
                                               std::string_view author, const ObjectId& object,
                                               std::optional<Time> version) {
    COMITY_TRY(const std::vector<InForce> changes, changes_of(session, author, object));
    const InForce* change = in_force(changes, version ? std::optional(version->micros) : std::nullopt);
    if (change == nullptr || !readable.contains(change->readers)) return std::nullopt;
    return change->statement;
}

}  // namespace comity::intelligence
