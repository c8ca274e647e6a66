#include "intelligence/search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "intelligence/lookup.h"
#include "intelligence/search/index.h"
#include "intelligence/withdrawal.h"
#include "json/value.h"

namespace comity::intelligence::search {
namespace {

constexpr std::size_t kMinChunk = 64;    // candidates looked at together at first, and
constexpr std::size_t kMaxChunk = 4096;  // at the most
constexpr std::size_t kLookups = 32;     // rows asked for at once where they lie apart
constexpr std::size_t kEstimate = 1000;  // how far the objects with a term are counted
// From ranges come candidates in no order. More than these are too many to sort: then they are so common
// that a page of them is found by going through all.
constexpr std::size_t kMaxCollected = 20'000;

struct Candidate {
    ObjectRow row;
    ledger::AudienceId audience = 0;
};

Candidate read_candidate(const db::Row& row) {
    Candidate out;
    out.row.added = {row.integer(0)};
    if (const auto uuid = Uuid::from_bytes(row.blob(1))) out.row.id.uuid = *uuid;
    out.row.id.type = row.text(2);
    out.row.spec = static_cast<Spec>(row.integer(3));
    if (!row.null(4)) out.row.version = Time{row.integer(4)};
    out.audience = row.integer(5);
    return out;
}

std::string in_list(std::string_view before, std::string_view after) {
    std::string sql(before);
    for (std::size_t i = 1; i <= kLookups; ++i) sql += (i == 1 ? "$" : ", $") + std::to_string(i);
    return sql.append(after);
}

bool meets(const Facts& facts, const std::vector<TermRange>& need) {
    return std::ranges::any_of(need, [&](const TermRange& range) {
        const auto at = std::ranges::lower_bound(facts.terms, range.first);
        return at != facts.terms.end() && range.holds(*at);
    });
}

class Search {
  public:
    Search(db::Session& session, const ledger::Readable& readable, const Query& query, const Page& page)
        : session_(session), readable_(readable), query_(query), page_(page) {}

    Result<Hits> run() {
        before_ = page_.before ? page_.before->micros : std::numeric_limits<std::int64_t>::max();
        if (query_.until) before_ = std::min(before_, query_.until->micros + 1);
        floor_ = query_.since ? query_.since->micros : std::numeric_limits<std::int64_t>::min();
        if (query_.marking) COMITY_CHECK(read_labels());
        if (query_.id) {
            COMITY_CHECK(look_at_one());
        } else {
            COMITY_TRY(const Time mark, indexed_until(session_));
            const std::vector<TermRange>* driver = nullptr;
            COMITY_TRY(driver, choose_driver());
            if (driver == nullptr) {
                COMITY_CHECK(scan(floor_));
            } else {
                COMITY_CHECK(scan(std::max(floor_, mark.micros + 1)));
                if (!full_) COMITY_CHECK(follow(*driver, mark.micros));
            }
        }
        return std::move(hits_);
    }

  private:
    Result<void> read_labels() {
        return session_.each("SELECT n, audience FROM audiences", {}, [&](const db::Row& row) {
            const auto value = json::parse(row.text(1));
            const auto audience = value ? ledger::parse_audience(*value, "audiences")
                                        : Result<ledger::Audience>(std::unexpected(value.error()));
            if (audience && audience->label == *query_.marking) labelled_.insert(row.integer(0));
            return true;
        });
    }

    // The need that the fewest objects meet, as far as that can be told cheaply; null: none.
    Result<const std::vector<TermRange>*> choose_driver() {
        const std::vector<TermRange>* best = nullptr;
        std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
        for (const auto& need : query_.needs) {
            std::int64_t count = kEstimate / 2;
            if (need.size() == 1 && need.front().single()) {
                COMITY_TRY(
                    const auto counted,
                    session_.integer("SELECT COUNT(*) FROM (SELECT added FROM search_terms WHERE term = "
                                     "$1 LIMIT $2) AS counted",
                                     {as_bytes(need.front().first), kEstimate}));
                count = counted.value_or(0);
            }
            if (count < fewest) best = &need;
            fewest = std::min(fewest, count);
        }
        return best;
    }

    Result<void> look_at_one() {
        std::vector<Candidate> candidates;
        static const std::string sql = fmt::format(
            "SELECT i.added, i.uuid, i.type, i.spec, i.version, i.audience FROM intelligence_objects i "
            "WHERE {} = $1 AND {}",
            kByUuid, kNotWithdrawn);
        COMITY_CHECK(session_.each(sql, {query_.id->uuid.view()}, [&](const db::Row& row) {
            consider(row, candidates);
            return true;
        }));
        std::ranges::sort(candidates, std::ranges::greater(), [](const Candidate& c) { return c.row.added; });
        std::erase_if(candidates, [&](const Candidate& c) {
            return c.row.id.type != query_.id->type || c.row.added.micros >= before_ ||
                   c.row.added.micros < floor_;
        });
        return examine(candidates);
    }

    // Goes through everything that was added since, down from before_.
    Result<void> scan(std::int64_t since) {
        std::size_t chunk = kMinChunk;
        for (bool end = false; !end && !full_;) {
            std::vector<Candidate> candidates;
            std::size_t rows = 0;
            COMITY_CHECK(
                session_.each("SELECT added, uuid, type, spec, version, audience FROM intelligence_objects "
                              "WHERE added < $1 AND added >= $2 ORDER BY added DESC LIMIT $3",
                              {before_, since, chunk}, [&](const db::Row& row) {
                                  ++rows;
                                  before_ = row.integer(0);
                                  consider(row, candidates);
                                  return true;
                              }));
            end = rows < chunk;
            chunk = std::min(chunk * 2, kMaxChunk);
            COMITY_CHECK(examine(candidates));
        }
        return {};
    }

    Result<void> follow(const std::vector<TermRange>& driver, std::int64_t mark) {
        before_ = std::min(before_, mark + 1);
        if (driver.size() == 1 && driver.front().single()) return follow_one(driver.front().first);
        std::vector<std::int64_t> collected;
        for (const TermRange& range : driver) {
            COMITY_CHECK(session_.each(
                "SELECT added FROM search_terms WHERE term >= $1 AND term <= $2 LIMIT $3",
                {as_bytes(range.first), as_bytes(range.last), kMaxCollected}, [&](const db::Row& row) {
                    collected.push_back(row.integer(0));
                    return true;
                }));
            if (collected.size() >= kMaxCollected) return scan(floor_);
        }
        std::ranges::sort(collected, std::ranges::greater());
        const auto repeated = std::ranges::unique(collected);
        collected.erase(repeated.begin(), repeated.end());
        std::erase_if(collected, [&](std::int64_t added) { return added >= before_ || added < floor_; });
        static const std::string sql = in_list(
            "SELECT added, uuid, type, spec, version, audience FROM intelligence_objects WHERE added IN (",
            ") ORDER BY added DESC");
        for (std::size_t first = 0; first < collected.size() && !full_; first += kLookups) {
            std::vector<db::Param> params;
            for (std::size_t i = 0; i < kLookups; ++i)
                params.emplace_back(collected[std::min(first + i, collected.size() - 1)]);
            std::vector<Candidate> candidates;
            COMITY_CHECK(session_.each(sql, params, [&](const db::Row& row) {
                consider(row, candidates);
                return true;
            }));
            COMITY_CHECK(examine(candidates));
        }
        return {};
    }

    Result<void> follow_one(const std::string& term) {
        std::size_t chunk = kMinChunk;
        for (bool end = false; !end && !full_;) {
            std::vector<Candidate> candidates;
            std::size_t rows = 0;
            COMITY_CHECK(session_.each(
                "SELECT t.added, i.uuid, i.type, i.spec, i.version, i.audience FROM search_terms t "
                "LEFT JOIN intelligence_objects i ON i.added = t.added "
                "WHERE t.term = $1 AND t.added < $2 AND t.added >= $3 ORDER BY t.added DESC LIMIT $4",
                {as_bytes(term), before_, floor_, chunk}, [&](const db::Row& row) {
                    ++rows;
                    before_ = row.integer(0);
                    if (!row.null(1)) consider(row, candidates);
                    return true;
                }));
            end = rows < chunk;
            chunk = std::min(chunk * 2, kMaxChunk);
            COMITY_CHECK(examine(candidates));
        }
        return {};
    }

    // What can be told from the row.
    void consider(const db::Row& row, std::vector<Candidate>& candidates) {
        if (!readable_.contains(row.integer(5))) return;
        if (query_.marking && !labelled_.contains(row.integer(5))) return;
        const std::string_view type = row.text(2);
        if (!query_.types.empty() && std::ranges::find(query_.types, type) == query_.types.end()) return;
        candidates.push_back(read_candidate(row));
    }

    // What can be told from the object. `candidates` fall by `added`.
    Result<void> examine(std::vector<Candidate>& candidates) {
        static const std::string sql = in_list(
            "SELECT o.added, o.data, s.author FROM objects o JOIN statements s ON s.seq = o.seq WHERE "
            "o.added IN (",
            ") ORDER BY o.added DESC");
        for (std::size_t first = 0; first < candidates.size() && !full_; first += kLookups) {
            const std::size_t end = std::min(first + kLookups, candidates.size());
            std::vector<db::Param> params;
            for (std::size_t i = 0; i < kLookups; ++i)
                params.emplace_back(candidates[std::min(first + i, end - 1)].row.added.micros);
            std::vector<Hit> matching;
            std::size_t next = first;
            COMITY_CHECK(session_.each(sql, params, [&](const db::Row& row) {
                while (next < end && candidates[next].row.added.micros > row.integer(0)) ++next;
                if (next == end || candidates[next].row.added.micros != row.integer(0)) return true;
                const std::string_view data = as_text(row.blob(1));
                auto facts = facts_of(data, row.text(2));
                if (facts && matches(data, *facts)) {
                    matching.push_back({candidates[next].row, candidates[next].audience,
                                        std::string(row.text(2)), std::string(data), *std::move(facts)});
                }
                return true;
            }));
            for (Hit& hit : matching) {
                COMITY_TRY(const bool chosen, is_chosen(hit.row));
                if (chosen && !take(std::move(hit))) break;
            }
        }
        return {};
    }

    bool matches(std::string_view data, const Facts& facts) const {
        if (query_.confidence && facts.confidence.value_or(-1) < *query_.confidence) return false;
        return std::ranges::all_of(query_.needs, [&](const auto& need) { return meets(facts, need); }) &&
               std::ranges::all_of(query_.properties, [&](const auto& pair) {
                   return property_is(data, pair.first, pair.second);
               });
    }

    Result<bool> is_chosen(const ObjectRow& row) {
        if (query_.every_copy) return true;  // an object's own rows, of which none is withdrawn
        auto known = chosen_.find(row.id);
        if (known == chosen_.end()) {
            ObjectFilter filter;
            filter.versions.all = query_.all_versions;
            COMITY_TRY(const std::vector<ObjectRow> rows, find_rows(session_, readable_, filter, row.id));
            std::vector<Time> chosen;
            for (const ObjectRow& each : rows) chosen.push_back(each.added);
            std::ranges::sort(chosen);
            known = chosen_.emplace(row.id, std::move(chosen)).first;
        }
        return std::ranges::binary_search(known->second, row.added);
    }

    // False: the page is full, and there is at least this one more.
    bool take(Hit hit) {
        const bool fits = hits_.found.size() < page_.limit &&
                          (hits_.found.empty() || bytes_ + hit.data.size() <= page_.max_bytes);
        if (!fits) {
            hits_.more = full_ = true;
            return false;
        }
        bytes_ += hit.data.size();
        hits_.found.push_back(std::move(hit));
        return true;
    }

    db::Session& session_;
    const ledger::Readable& readable_;
    const Query& query_;
    const Page& page_;
    std::set<ledger::AudienceId> labelled_;
    std::int64_t before_ = 0;
    std::int64_t floor_ = 0;
    Hits hits_;
    std::size_t bytes_ = 0;
    bool full_ = false;
    std::map<ObjectId, std::vector<Time>> chosen_;
};

}  // namespace

Result<Hits> find(db::Session& session, const ledger::Readable& readable, const Query& query,
                  const Page& page) {
    return Search(session, readable, query, page).run();
}

}  // namespace comity::intelligence::search
