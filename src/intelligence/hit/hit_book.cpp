#include "intelligence/hit/hit_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "db/migration.h"
#include "intelligence/hit/count_part.h"
#include "intelligence/stix/identifier.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr db::Migration kHitMigrations[] = {{1, R"(
    CREATE TABLE hit_policies(member TEXT PRIMARY KEY, policy TEXT NOT NULL);
    CREATE TABLE hit_reports(member TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(member, id));
    CREATE TABLE hits(
        member TEXT NOT NULL,
        object TEXT NOT NULL,
        day INTEGER NOT NULL,
        count INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        state INTEGER NOT NULL,
        PRIMARY KEY(member, object, day)
    );
    CREATE INDEX hits_by_state ON hits(member, state, last);
    CREATE INDEX hits_by_object ON hits(object, day);
    CREATE TABLE hit_sightings(
        member TEXT NOT NULL,
        object TEXT NOT NULL,
        created INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        PRIMARY KEY(member, object)
    );
    CREATE TABLE hit_counts(object TEXT NOT NULL, week INTEGER NOT NULL, members INTEGER NOT NULL, PRIMARY KEY(object, week));
)"},
                                            {2, kHitRoundsTable}};

constexpr std::array<std::string_view, 3> kModes = {"automatic", "approval", "counted"};
constexpr std::array<std::string_view, 5> kStates = {"counted", "waiting", "telling", "told", "discarded"};
constexpr std::int64_t kHitDay = 86'400;            // seconds
constexpr std::int64_t kMaxHitCount = 999'999'999;  // what a STIX sighting can say
constexpr std::int64_t kClocksApart = 300;          // seconds that a sensor's clock may be ahead

Result<Time> seen_time(json::Fields& fields, std::string_view name, Time now) {
    COMITY_TRY(const std::string text, fields.text(name, 1, 64));
    auto time = parse_time(text);
    if (!time) return within(fields.path(name), std::move(time).error());
    if (time->seconds() > now.seconds() + kClocksApart)
        return invalid(fields.path(name), "is in the future", "is the sensor's clock right?");
    return *time;
}

KeptHit read_kept(const db::Row& row) {
    return {std::string(row.text(0)), row.integer(1),       row.integer(2),
            Time{row.integer(3)},     Time{row.integer(4)}, static_cast<HitState>(row.integer(5))};
}

}  // namespace

std::string_view to_string(HitMode mode) {
    return kModes[static_cast<std::size_t>(mode)];
}
std::string_view to_string(HitState state) {
    return kStates[static_cast<std::size_t>(state)];
}

Result<HitPolicy> parse_hit_policy(const json::Value& form) {
    COMITY_TRY(json::Fields fields, json::Fields::of(form, "policy"));
    HitPolicy policy;
    COMITY_TRY(const std::string mode, fields.text("mode", 1, 20));
    const auto found = std::ranges::find(kModes, mode);
    if (found == kModes.end())
        return invalid(fields.path("mode"), fmt::format("'{}' is none", shown(mode, 20)),
                       "automatic, approval or counted");
    policy.mode = static_cast<HitMode>(found - kModes.begin());
    if (const json::Value* audience = fields.any("audience"); audience != nullptr && !audience->is_null()) {
        COMITY_TRY(policy.audience, ledger::parse_audience(*audience, fields.path("audience")));
    }
    COMITY_TRY(policy.together, fields.boolean("together", false));
    if (policy.together && policy.mode != HitMode::kCounted)
        return invalid(fields.path("together"), "goes with hits that are only counted",
                       "set the mode to counted, or leave it out");
    COMITY_CHECK(fields.nothing_else());
    return policy;
}

json::Object hit_policy_json(const HitPolicy& policy) {
    return {{"mode", to_string(policy.mode)},
            {"audience", policy.audience ? ledger::audience_json(*policy.audience) : json::Value(nullptr)},
            {"together", policy.together}};
}

Result<HitReport> parse_hit_report(const json::Value& form, Time now) {
    COMITY_TRY(json::Fields fields, json::Fields::of(form, ""));
    HitReport report;
    COMITY_TRY(report.id, fields.text("id", 8, 64));
    COMITY_TRY(const json::Array* const items, fields.array("items", 1, kMaxReportedHits));
    COMITY_CHECK(fields.nothing_else());
    for (std::size_t i = 0; i < items->size(); ++i) {
        COMITY_TRY(json::Fields item, json::Fields::of((*items)[i], fmt::format("items[{}]", i)));
        ReportedHit hit;
        COMITY_TRY(hit.object, item.text("object", 1, 300));
        const auto id = ObjectId::parse(hit.object);
        if (!id || id->type != "indicator")
            return invalid(item.path("object"), "is no indicator's identifier");
        hit.object = id->text();
        COMITY_TRY(hit.count, item.integer("count", 1, kMaxHitCount));
        COMITY_TRY(hit.first, seen_time(item, "first_seen", now));
        COMITY_TRY(hit.last, seen_time(item, "last_seen", now));
        if (hit.last < hit.first) return invalid(item.path("last_seen"), "is before first_seen");
        COMITY_CHECK(item.nothing_else());
        report.hits.push_back(std::move(hit));
    }
    return report;
}

Result<void> prepare_hits(db::Database& database) {
    return db::migrate(database, "hits", kHitMigrations);
}

Result<HitPolicy> read_hit_policy(db::Session& session, std::string_view member) {
    COMITY_TRY(const auto text, session.text("SELECT policy FROM hit_policies WHERE member = $1", {member}));
    if (!text) return HitPolicy{};
    COMITY_TRY(const json::Value form, json::parse(*text));
    return parse_hit_policy(form);
}

Result<void> write_hit_policy(db::Transaction& tx, std::string_view member, const HitPolicy& policy) {
    return tx.queue(
        "INSERT INTO hit_policies(member, policy) VALUES($1, $2) ON CONFLICT(member) DO UPDATE SET "
        "policy = excluded.policy",
        member, json::write(hit_policy_json(policy)));
}

Result<std::vector<std::string>> members_together(db::Session& session) {
    std::vector<std::string> out;
    COMITY_CHECK(
        session.each("SELECT member, policy FROM hit_policies ORDER BY member", {}, [&](const db::Row& row) {
            const auto form = json::parse(row.text(1));
            const auto policy = form ? parse_hit_policy(*form) : Result<HitPolicy>(HitPolicy{});
            if (policy && policy->together) out.emplace_back(row.text(0));
            return true;
        }));
    return out;
}

Result<std::vector<std::string>> counted_objects(db::Session& session, std::string_view member,
                                                 std::int64_t first, std::int64_t end) {
    std::vector<std::string> out;
    COMITY_CHECK(session.each(
        "SELECT DISTINCT object FROM hits WHERE member = $1 AND day >= $2 AND day < $3 AND state = $4 ORDER "
        "BY object",
        {member, first, end, static_cast<int>(HitState::kCounted)}, [&](const db::Row& row) {
            out.emplace_back(row.text(0));
            return true;
        }));
    return out;
}

Result<bool> take_report(db::Transaction& tx, std::string_view member, const HitReport& report, Time now) {
    COMITY_TRY(
        const std::int64_t rows,
        tx.run(
            "INSERT INTO hit_reports(member, id, at) VALUES($1, $2, $3) ON CONFLICT(member, id) DO NOTHING",
            member, report.id, now.micros));
    return rows > 0;
}

Result<void> add_hit(db::Transaction& tx, std::string_view member, const ReportedHit& hit, HitState state) {
    // What is told of a day, or will be, stands for the whole day.
    return tx.queue(
        "INSERT INTO hits(member, object, day, count, first, last, state) VALUES($1, $2, $3, $4, $5, $6, $7) "
        "ON "
        "CONFLICT(member, object, day) DO UPDATE SET count = hits.count + excluded.count, first = CASE WHEN "
        "hits.first < "
        "excluded.first THEN hits.first ELSE excluded.first END, last = CASE WHEN hits.last > excluded.last "
        "THEN "
        "hits.last ELSE excluded.last END, state = CASE WHEN hits.state IN (2, 3) AND excluded.state = 1 "
        "THEN 2 WHEN "
        "hits.state IN (2, 3) AND excluded.state = 0 THEN hits.state ELSE excluded.state END",
        member, hit.object, hit.last.seconds() / kHitDay, hit.count, hit.first.micros, hit.last.micros,
        static_cast<int>(state));
}

Result<std::vector<KeptHit>> read_hits(db::Session& session, std::string_view member,
                                       std::optional<HitState> state, std::size_t limit) {
    std::vector<KeptHit> out;
    COMITY_CHECK(
        session.each("SELECT object, day, count, first, last, state FROM hits WHERE member = $1 AND ($2 < 0 "
                     "OR state = $2) ORDER BY "
                     "last DESC, object LIMIT $3",
                     {member, state ? static_cast<int>(*state) : -1, limit}, [&](const db::Row& row) {
                         out.push_back(read_kept(row));
                         return true;
                     }));
    return out;
}

Result<std::vector<KeptHit>> read_hits_of(db::Session& session, std::string_view member,
                                          std::string_view object) {
    std::vector<KeptHit> out;
    COMITY_CHECK(
        session.each("SELECT object, day, count, first, last, state FROM hits WHERE member = $1 AND object = "
                     "$2 ORDER BY day",
                     {member, object}, [&](const db::Row& row) {
                         out.push_back(read_kept(row));
                         return true;
                     }));
    return out;
}

Result<std::int64_t> decide_hits(db::Transaction& tx, std::string_view member, std::string_view object,
                                 HitState to) {
    return tx.run("UPDATE hits SET state = $3 WHERE member = $1 AND state = $4 AND ($2 = '' OR object = $2)",
                  member, object, static_cast<int>(to), static_cast<int>(HitState::kWaits));
}

Result<std::vector<SightingToTell>> sightings_to_tell(db::Session& session, std::string_view member,
                                                      std::size_t limit) {
    std::vector<SightingToTell> out;
    COMITY_CHECK(
        session.each("SELECT h.object, SUM(h.count), MIN(h.first), MAX(h.last), MAX(s.created), "
                     "MAX(s.modified) FROM hits h LEFT "
                     "JOIN hit_sightings s ON s.member = h.member AND s.object = h.object WHERE h.member = "
                     "$1 AND h.state IN ($2, "
                     "$3) GROUP BY h.object HAVING SUM(CASE WHEN h.state = $2 THEN 1 ELSE 0 END) > 0 ORDER "
                     "BY h.object LIMIT $4",
                     {member, static_cast<int>(HitState::kToTell), static_cast<int>(HitState::kTold), limit},
                     [&](const db::Row& row) {
                         SightingToTell one{std::string(row.text(0)),
                                            std::min(row.integer(1), kMaxHitCount),
                                            Time{row.integer(2)},
                                            Time{row.integer(3)},
                                            std::nullopt,
                                            Time{row.integer(5)}};
                         if (!row.null(4)) one.created = Time{row.integer(4)};
                         out.push_back(std::move(one));
                         return true;
                     }));
    return out;
}

Result<void> sighting_told(db::Transaction& tx, std::string_view member, const SightingToTell& sighting,
                           Time created, Time modified) {
    COMITY_CHECK(tx.queue("UPDATE hits SET state = $3 WHERE member = $1 AND object = $2 AND state = $4",
                          member, sighting.object, static_cast<int>(HitState::kTold),
                          static_cast<int>(HitState::kToTell)));
    return tx.queue(
        "INSERT INTO hit_sightings(member, object, created, modified) VALUES($1, $2, $3, $4) ON "
        "CONFLICT(member, object) DO UPDATE SET modified = excluded.modified",
        member, sighting.object, created.micros, modified.micros);
}

}  // namespace comity::intelligence
