#include <algorithm>
#include <map>
#include <set>

#include "intelligence/answer/parts.h"
#include "intelligence/answer/sightings.h"
#include "json/members.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kOverviewPage = 1000;
constexpr std::size_t kMostInOverview = 50'000;  // sightings
constexpr std::size_t kObjectsTold = 20;

// One version of a sighting, as far as the overview is about it.
struct SaidSighting {
    std::string object;
    std::string member;
    std::string day;
};

}  // namespace

Result<json::Object> answer_sightings_since(const Asking& asking, Time since) {
    search::Query query;
    query.types = {"sighting"};
    query.since = since;
    query.all_versions = true;
    search::Page page{.before = {}, .limit = kOverviewPage, .max_bytes = SIZE_MAX};
    std::vector<SaidSighting> said;
    std::set<std::string> objects;
    bool more = true;
    while (more && said.size() < kMostInOverview) {
        COMITY_TRY(const search::Hits hits, search::find(asking.session, asking.readable, query, page));
        for (const search::Hit& hit : hits.found) {
            const auto value = json::parse(hit.data, kMaxObjectDepth);
            if (hit.facts.revoked || !value || !value->is_object()) continue;
            std::string object = json::text_of(value->get_object(), "sighting_of_ref");
            if (object.empty()) continue;
            objects.insert(object);
            said.push_back({std::move(object), hit.source,
                            format_time_millis(hit.row.version.value_or(hit.row.added)).substr(0, 10)});
        }
        more = hits.more && !hits.found.empty();
        if (more) page.before = hits.found.back().row.added;
    }
    const std::vector<std::string> ids(objects.begin(), objects.end());
    COMITY_TRY(const auto verdicts,
               search::find_verdicts(asking.session, asking.readable, ids, kMostInOverview));
    // Who reports an object to be false has not seen it.
    std::erase_if(said, [&](const SaidSighting& one) {
        const auto of_object = verdicts.find(one.object);
        return of_object != verdicts.end() &&
               std::ranges::any_of(of_object->second.members, [&](const search::Verdicts::OfMember& member) {
                   return member.member == one.member && member.disagrees();
               });
    });
    std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> days;  // members, objects
    std::map<std::string, std::set<std::string>> by_member, by_object;
    for (const SaidSighting& one : said) {
        days[one.day].first.insert(one.member);
        days[one.day].second.insert(one.object);
        by_member[one.member].insert(one.object);
        by_object[one.object].insert(one.member);
    }
    json::Array by_day, members, seen;
    for (const auto& [day, what] : days) {
        by_day.push_back(
            json::Object{{"day", day}, {"members", what.first.size()}, {"objects", what.second.size()}});
    }
    for (const auto& [member, what] : by_member)
        members.push_back(json::Object{{"member", member}, {"objects", what.size()}});
    std::vector<std::pair<std::size_t, std::string>> most;
    for (const auto& [object, who] : by_object) most.emplace_back(who.size(), object);
    std::ranges::sort(most, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (std::size_t i = 0; i < std::min(most.size(), kObjectsTold); ++i)
        seen.push_back(json::Object{{"id", most[i].second}, {"members", most[i].first}});
    return json::Object{{"since", format_time_millis(since)},
                        {"objects", by_object.size()},
                        {"sighted_by", by_member.size()},
                        {"days", std::move(by_day)},
                        {"members", std::move(members)},
                        {"seen", std::move(seen)},
                        {"more", more}};
}

}  // namespace comity::intelligence
