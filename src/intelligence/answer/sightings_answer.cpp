#include "intelligence/answer/sightings.h"

#include <algorithm>
#include <map>
#include <set>

#include "intelligence/answer/parts.h"
#include "json/members.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kSightingsAtOnce = 1000;
constexpr std::size_t kMostSightings = 10'000;

struct SeenBy {
    std::int64_t count = 0;
    std::optional<Time> first;
    std::optional<Time> last;
};

std::optional<Time> time_in(const json::Object& object, std::string_view name) {
    const auto time = parse_time(json::text_of(object, name));
    return time ? std::optional(*time) : std::nullopt;
}

// Every sighting of it that may be read, the newest first.
Result<void> each_sighting(const Asking& asking, const std::string& id, bool all_versions,
                           const std::function<void(const search::Hit&, const json::Object&)>& take) {
    search::Query query;
    query.types = {"sighting"};
    query.all_versions = all_versions;
    query.need(search::make_term(search::Kind::kReference, id));
    search::Page page{.before = {}, .limit = kSightingsAtOnce, .max_bytes = SIZE_MAX};
    std::size_t seen = 0;
    for (bool more = true; more && seen < kMostSightings;) {
        COMITY_TRY(const search::Hits hits, search::find(asking.session, asking.readable, query, page));
        for (const search::Hit& hit : hits.found) {
            const auto value = json::parse(hit.data, kMaxObjectDepth);
            if (hit.facts.revoked || !value || !value->is_object()) continue;
            if (json::text_of(value->get_object(), "sighting_of_ref") != id) continue;
            take(hit, value->get_object());
        }
        seen += hits.found.size();
        more = hits.more && !hits.found.empty();
        if (more) page.before = hits.found.back().row.added;
    }
    return {};
}

json::Value time_or_null(const std::optional<Time>& time) {
    return time ? json::Value(format_time_millis(*time)) : json::Value(nullptr);
}

void earlier(std::optional<Time>& into, const std::optional<Time>& time) {
    if (time && (!into || *time < *into)) into = time;
}
void later(std::optional<Time>& into, const std::optional<Time>& time) {
    if (time && (!into || *time > *into)) into = time;
}

}  // namespace

Result<json::Object> answer_sightings(const Asking& asking, std::string_view id) {
    COMITY_TRY(const auto copies, copies_of(asking, id));
    if (copies.empty()) return no_object(id);
    const std::string object = copies.front().row.id.text();
    COMITY_TRY(const auto verdicts,
               search::find_verdicts(asking.session, asking.readable, std::span(&object, 1)));
    std::set<std::string> doubting;
    for (const auto& member : verdicts.at(object).members) {
        if (member.disagrees()) doubting.insert(member.member);
    }
    std::map<std::string, SeenBy> members;
    COMITY_CHECK(
        each_sighting(asking, object, false, [&](const search::Hit& hit, const json::Object& fields) {
            if (doubting.contains(hit.source)) return;
            SeenBy& seen = members[hit.source];
            seen.count += hit.facts.count.value_or(1);
            auto first = time_in(fields, "first_seen");
            auto last = time_in(fields, "last_seen");
            if (!first) first = last ? last : hit.row.version;
            if (!last) last = first;
            earlier(seen.first, first);
            later(seen.last, last);
        }));
    std::map<std::string, std::set<std::string>> days;
    COMITY_CHECK(each_sighting(asking, object, true, [&](const search::Hit& hit, const json::Object&) {
        const Time said = hit.row.version.value_or(hit.row.added);
        if (!doubting.contains(hit.source)) days[format_time_millis(said).substr(0, 10)].insert(hit.source);
    }));
    SeenBy all;
    json::Array list;
    for (const auto& [member, seen] : members) {
        all.count += seen.count;
        earlier(all.first, seen.first);
        later(all.last, seen.last);
        list.push_back(json::Object{{"member", member},
                                    {"count", seen.count},
                                    {"first_seen", time_or_null(seen.first)},
                                    {"last_seen", time_or_null(seen.last)}});
    }
    json::Array by_day;
    for (const auto& [day, who] : days) by_day.push_back(json::Object{{"day", day}, {"members", who.size()}});
    return json::Object{{"id", object},
                        {"count", all.count},
                        {"sighted_by", members.size()},
                        {"false_by", doubting.size()},
                        {"first_seen", time_or_null(all.first)},
                        {"last_seen", time_or_null(all.last)},
                        {"members", std::move(list)},
                        {"days", std::move(by_day)}};
}

}  // namespace comity::intelligence
