#include "intelligence/search/standing.h"

#include <algorithm>
#include <tuple>

namespace comity::intelligence::search {
namespace {

constexpr std::size_t kPage = 10'000;  // sightings and opinions that are held at once
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

// Sightings and opinions counted, in any order.
class Count {
  public:
    explicit Count(std::span<const std::string> ids) {
        for (const std::string& id : ids) found_[id];
    }

    void add(const Hit& hit) {
        if (hit.facts.revoked) return;
        const bool sighting = hit.row.id.type == "sighting";
        for (const Reference& reference : hit.facts.references) {
            if (reference.property != (sighting ? "sighting_of_ref" : "object_refs")) continue;
            if (!found_.contains(reference.id)) continue;
            const std::pair key(reference.id, hit.source);
            if (sighting) {
                Verdicts::OfMember& member = members_[key];
                member.sightings += hit.facts.count.value_or(1);
                const auto seen = hit.facts.seen ? hit.facts.seen : hit.row.version;
                member.sighted = std::max(member.sighted, seen);
                continue;
            }
            Last last{{hit.row.version, hit.row.id.text()}, hit.facts.opinion};
            Last& kept = opinions_[key];
            if (kept.opinion.empty() || kept.order < last.order) kept = std::move(last);
        }
    }

    std::map<std::string, Verdicts> finish(bool more) {
        for (const auto& [key, last] : opinions_) members_[key].opinion = last.opinion;
        for (auto& [key, member] : members_) {
            member.member = key.second;
            found_[key.first].members.push_back(std::move(member));
        }
        for (auto& [id, verdicts] : found_) verdicts.more = more;
        return std::move(found_);
    }

  private:
    using Key = std::pair<std::string, std::string>;  // (object, member)
    std::map<std::string, Verdicts> found_;
    std::map<Key, Verdicts::OfMember> members_;
    std::map<Key, Last> opinions_;
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

std::optional<Time> Verdicts::last_sighted() const {
    std::optional<Time> last;
    for (const OfMember& member : members) {
        if (member.sightings > 0 && !member.disagrees()) last = std::max(last, member.sighted);
    }
    return last;
}

Result<std::map<std::string, Verdicts>> find_verdicts(db::Session& session, const ledger::Readable& readable,
                                                      std::span<const std::string> ids, std::size_t most) {
    Count count(ids);
    if (ids.empty()) return count.finish(false);
    Query query;
    query.types = {"sighting", "opinion"};
    std::vector<TermRange>& any = query.needs.emplace_back();
    for (const std::string& id : ids) {
        const std::string term = make_term(Kind::kReference, id);
        any.push_back({term, term});
    }
    Page page{.before = {}, .limit = std::min(most, kPage), .max_bytes = SIZE_MAX};
    bool more = true;
    for (std::size_t left = most; more && left > 0; page.limit = std::min(left, kPage)) {
        COMITY_TRY(const Hits hits, find(session, readable, query, page));
        for (const Hit& hit : hits.found) count.add(hit);
        left -= hits.found.size();
        more = hits.more;
        if (more) page.before = hits.found.back().row.added;
    }
    return count.finish(more);
}

}  // namespace comity::intelligence::search
