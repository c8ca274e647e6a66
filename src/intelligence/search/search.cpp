#include "intelligence/search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "intelligence/lookup.h"
#include "intelligence/search/driver.h"
#include "intelligence/search/index.h"
#include "intelligence/withdrawal.h"
#include "json/value.h"

namespace comity::intelligence::search {
namespace {

constexpr std::size_t kMinChunk = 64;    // candidates looked at together at first, and
constexpr std::size_t kMaxChunk = 4096;  // at the most
constexpr std::size_t kLookups = 32;     // rows asked for at once where they lie apart
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
            COMITY_TRY(const std::optional<Driver> driver, choose_driver(session_, query_, labelled_));
            if (!driver) {
                COMITY_CHECK(scan(floor_));
            } else {
                COMITY_CHECK(scan(std::max(floor_, mark.micros + 1)));
                if (!full_) COMITY_CHECK(go_by(*driver, mark.micros));
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
            if (audience && audience->label == *query_.marking && readable_.contains(row.integer(0)))
                labelled_.insert(row.integer(0));
            return true;
        });
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

    Result<void> go_by(const Driver& driver, std::int64_t mark) {
        before_ = std::min(before_, mark + 1);
        COMITY_TRY(const bool followed,
                   follow(session_, driver, before_, floor_, [&](auto& candidates) -> Result<bool> {
                       std::erase_if(candidates, [&](const Candidate& each) { return !may_be(each); });
                       COMITY_CHECK(examine(candidates));
                       return !full_;
                   }));
        return followed ? Result<void>() : scan(floor_);
    }

    // What can be told from the row.
    bool may_be(ledger::AudienceId audience, std::string_view type) const {
        return readable_.contains(audience) && (!query_.marking || labelled_.contains(audience)) &&
               (query_.types.empty() || std::ranges::find(query_.types, type) != query_.types.end());
    }
    bool may_be(const Candidate& each) const { return may_be(each.audience, each.row.id.type); }
    void consider(const db::Row& row, std::vector<Candidate>& candidates) const {
        if (may_be(row.integer(5), row.text(2))) candidates.push_back(read_candidate(row));
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
    std::set<ledger::AudienceId> labelled_;  // that have the marking asked for, and may be read
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
