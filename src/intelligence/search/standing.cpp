#include "intelligence/search/standing.h"

#include <algorithm>
#include <tuple>

namespace comity::intelligence::search {
namespace {

constexpr std::size_t kMaxVerdicts = 10'000;  // sightings and opinions that are read for one answer
constexpr std::int64_t kDay = 86'400;

std::int64_t decayed(const Facts& facts, const ObjectRow& row, Time now) {
    const std::int64_t stated = facts.confidence.value_or(kUnstated);
    if (!facts.valid_from) return stated;
    const std::int64_t begin = facts.valid_from->seconds();
    const std::int64_t end =
        facts.valid_until
            ? facts.valid_until->seconds()
            : std::max(begin, row.version.value_or(*facts.valid_from).seconds()) + kLifetimeDays * kDay;
    const std::int64_t at = now.seconds();
    if (at >= end) return 0;
    if (at <= begin) return stated;
    // Years are some 10^8 seconds, even ten thousand of them some 10^11: this cannot overflow.
    return (2 * stated * (end - at) + (end - begin)) / (2 * (end - begin));
}

struct Last {
    std::tuple<std::optional<Time>, std::string> order;  // the later version, then the greater id
    std::string opinion;
};

}  // namespace

std::int64_t Verdicts::sighted_by() const {
    return std::ranges::count_if(members,
                                 [](const OfMember& m) { return m.sightings > 0 && !m.disagrees(); });
}
std::int64_t Verdicts::false_by() const {
    return std::ranges::count_if(members, &OfMember::disagrees);
}

int confidence_now(const Facts& facts, const ObjectRow& row, const Verdicts& verdicts, Time now) {
    if (facts.revoked) return 0;
    const std::int64_t left = decayed(facts, row, now);
    if (left == 0) return 0;
    const std::int64_t sighted = verdicts.sighted_by();
    const std::int64_t raised = left + (100 - left) * sighted / (sighted + 4);
    return static_cast<int>(raised * 2 / (2 + verdicts.false_by()));
}

Result<std::map<std::string, Verdicts>> find_verdicts(db::Session& session, const ledger::Readable& readable,
                                                      std::span<const std::string> ids) {
    std::map<std::string, Verdicts> found;
    if (ids.empty()) return found;
    Query query;
    query.types = {"sighting", "opinion"};
    std::vector<TermRange>& any = query.needs.emplace_back();
    for (const std::string& id : ids) {
        const std::string term = make_term(Kind::kReference, id);
        any.push_back({term, term});
        found[id];
    }
    COMITY_TRY(const Hits hits,
               find(session, readable, query, {.before = {}, .limit = kMaxVerdicts, .max_bytes = SIZE_MAX}));
    std::map<std::pair<std::string, std::string>, std::int64_t> sightings;  // (object, member)
    std::map<std::pair<std::string, std::string>, Last> opinions;
    for (const Hit& hit : hits.found) {
        if (hit.facts.revoked) continue;
        const bool sighting = hit.row.id.type == "sighting";
        for (const Reference& reference : hit.facts.references) {
            if (reference.property != (sighting ? "sighting_of_ref" : "object_refs")) continue;
            if (!found.contains(reference.id)) continue;
            const std::pair key(reference.id, hit.source);
            if (sighting) {
                sightings[key] += hit.facts.count.value_or(1);
                continue;
            }
            Last last{{hit.row.version, hit.row.id.text()}, hit.facts.opinion};
            Last& kept = opinions[key];
            if (kept.opinion.empty() || kept.order < last.order) kept = std::move(last);
        }
    }
    std::map<std::pair<std::string, std::string>, Verdicts::OfMember> members;
    for (const auto& [key, count] : sightings) members[key].sightings = count;
    for (const auto& [key, last] : opinions) members[key].opinion = last.opinion;
    for (auto& [key, member] : members) {
        member.member = key.second;
        found[key.first].members.push_back(std::move(member));
    }
    for (auto& [id, verdicts] : found) verdicts.more = hits.more;
    return found;
}

}  // namespace comity::intelligence::search
