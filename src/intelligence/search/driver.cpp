#include "intelligence/search/driver.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <queue>

#include "intelligence/lookup.h"
#include "intelligence/search/index.h"

namespace comity::intelligence::search {
namespace {

constexpr std::size_t kMinRows = 64;        // rows read at once at first, and
constexpr std::size_t kMostRows = 4096;     // at the most, of all terms together
constexpr std::size_t kLeastOfMany = 16;    // of one term of several
constexpr std::size_t kDriverLookups = 32;  // rows asked for at once where they lie apart
constexpr std::size_t kEstimate = 1000;     // how far the objects with a term are counted
constexpr std::size_t kCounted = 16;        // of a part's terms, so many are counted
constexpr std::size_t kMaxTerms = 1000;     // of a part that is followed term by term
// From ranges come candidates in no order. More than these are too many to sort.
constexpr std::size_t kMaxCollected = 20'000;

// Of changes of markings that the index does not have yet, the objects that are in it: they may have an
// audience now that it knows nothing of. Nothing where they are too many.
Result<std::optional<std::vector<Candidate>>> marked_since(db::Session& session,
                                                           const std::set<ledger::AudienceId>& audiences) {
    COMITY_TRY(const Time objects, indexed_until(session));
    COMITY_TRY(const Time markings, markings_indexed_until(session));
    std::vector<Candidate> found;
    std::size_t rows = 0;
    static const std::string sql = fmt::format(
        "SELECT i.added, i.uuid, i.type, i.spec, i.version, i.audience FROM intelligence_markings m JOIN "
        "statements ms ON ms.seq = m.seq JOIN intelligence_objects i ON {} = m.uuid "
        "WHERE ms.added > $1 AND i.added <= $2 LIMIT $3",
        kByUuid);
    COMITY_CHECK(session.each(sql, {markings.micros, objects.micros, kMaxCollected}, [&](const db::Row& row) {
        ++rows;
        if (audiences.contains(row.integer(5))) found.push_back(read_candidate(row));
        return true;
    }));
    if (rows >= kMaxCollected) return std::nullopt;
    const auto added = [](const Candidate& each) { return each.row.added; };
    std::ranges::sort(found, std::ranges::greater(), added);
    const auto repeated = std::ranges::unique(found, {}, added);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

Result<std::vector<Driver>> drivers_of(db::Session& session, const Query& query,
                                       const std::set<ledger::AudienceId>& audiences) {
    std::vector<Driver> drivers;
    for (const auto& need : query.needs) drivers.push_back({need, {}});
    for (const auto& [path, value] : query.properties) drivers.push_back({property_ranges(path, value), {}});
    if (query.confidence)
        drivers.push_back({{{confidence_term(*query.confidence), confidence_term(100)}}, {}});
    if (!query.types.empty()) {
        Driver& any = drivers.emplace_back();
        for (const std::string& type : query.types) {
            const std::string term = make_term(Kind::kType, type);
            any.ranges.push_back({term, term});
        }
    }
    if (query.marking && audiences.size() <= kMaxTerms) {
        COMITY_TRY(auto besides, marked_since(session, audiences));
        if (besides) {
            Driver& marked = drivers.emplace_back();
            marked.besides = *std::move(besides);
            for (const ledger::AudienceId audience : audiences) {
                const std::string term = audience_term(audience);
                marked.ranges.push_back({term, term});
            }
        }
    }
    return drivers;
}

int confidence_of(std::string_view term) {
    return static_cast<unsigned char>(term.back());
}

// The terms one by one, where that is possible: then they can be followed in order.
std::optional<std::vector<std::string>> terms_of(const Driver& driver) {
    std::vector<std::string> terms;
    for (const TermRange& range : driver.ranges) {
        const bool confidence = range.first.front() == static_cast<char>(Kind::kConfidence);
        if (!range.single() && !confidence) return std::nullopt;
        if (confidence) {
            for (int n = confidence_of(range.first); n <= confidence_of(range.last); ++n)
                terms.push_back(confidence_term(n));
        } else {
            terms.push_back(range.first);
        }
    }
    std::ranges::sort(terms);
    const auto repeated = std::ranges::unique(terms);
    terms.erase(repeated.begin(), repeated.end());
    if (terms.size() > kMaxTerms) return std::nullopt;
    return terms;
}

// How many there are of it, as far as that can be told cheaply.
Result<std::size_t> estimate(db::Session& session, const Driver& driver, std::size_t enough) {
    std::size_t sum = driver.besides.size();
    std::size_t counted = 0;
    for (const TermRange& range : driver.ranges) {
        if (sum >= enough) return sum;
        if (++counted > kCounted) return std::max(sum, kEstimate / 2);
        COMITY_TRY(const auto count,
                   session.integer("SELECT COUNT(*) FROM (SELECT added FROM search_terms WHERE term >= $1 "
                                   "AND term <= $2 LIMIT $3) AS counted",
                                   {as_bytes(range.first), as_bytes(range.last), kEstimate}));
        sum += static_cast<std::size_t>(count.value_or(0));
    }
    return sum;
}

// One term's objects, the newest first, read by and by.
struct Cursor {
    std::string term;
    std::int64_t before = 0;
    std::vector<Candidate> rows;
    std::size_t next = 0;
    bool end = false;

    std::int64_t added() const { return rows[next].row.added.micros; }
};

class RowWalk {
  public:
    RowWalk(db::Session& session, std::int64_t before, std::int64_t floor)
        : session_(session), before_(before), floor_(floor) {}

    Result<void> by_terms(const Driver& driver, const std::vector<std::string>& terms,
                          const TakeCandidates& take) {
        for (const std::string& term : terms) cursors_.push_back({term, before_, {}, 0, false});
        cursors_.push_back({"", before_, {}, 0, true});
        for (const Candidate& candidate : driver.besides) {
            const std::int64_t added = candidate.row.added.micros;
            if (added < before_ && added >= floor_) cursors_.back().rows.push_back(candidate);
        }
        const std::size_t least = terms.size() > 1 ? kLeastOfMany : kMinRows;
        chunk_ = least;
        for (std::size_t i = 0; i < cursors_.size(); ++i) COMITY_CHECK(enter(i));
        std::optional<std::int64_t> last;
        for (std::size_t portion = kMinRows; !heads_.empty(); portion = std::min(portion * 2, kMostRows)) {
            chunk_ = std::max(least, portion / std::max<std::size_t>(terms.size(), 1));
            std::vector<Candidate> candidates;
            while (!heads_.empty() && candidates.size() < portion) {
                const auto [added, i] = heads_.top();
                heads_.pop();
                Cursor& cursor = cursors_[i];
                if (last != added) candidates.push_back(std::move(cursor.rows[cursor.next]));
                last = added;
                ++cursor.next;
                COMITY_CHECK(enter(i));
            }
            COMITY_TRY(const bool go_on, take(candidates));
            if (!go_on) return {};
        }
        return {};
    }

    // False: they are too many.
    Result<bool> by_ranges(const Driver& driver, const TakeCandidates& take) {
        std::vector<std::int64_t> collected;
        for (const TermRange& range : driver.ranges) {
            COMITY_CHECK(session_.each(
                "SELECT added FROM search_terms WHERE term >= $1 AND term <= $2 LIMIT $3",
                {as_bytes(range.first), as_bytes(range.last), kMaxCollected}, [&](const db::Row& row) {
                    collected.push_back(row.integer(0));
                    return true;
                }));
            if (collected.size() >= kMaxCollected) return false;
        }
        std::ranges::sort(collected, std::ranges::greater());
        const auto repeated = std::ranges::unique(collected);
        collected.erase(repeated.begin(), repeated.end());
        std::erase_if(collected, [&](std::int64_t added) { return added >= before_ || added < floor_; });
        static const std::string sql = [] {
            std::string text =
                "SELECT added, uuid, type, spec, version, audience FROM intelligence_objects WHERE added IN "
                "($1";
            for (std::size_t i = 2; i <= kDriverLookups; ++i) text += ", $" + std::to_string(i);
            return text + ") ORDER BY added DESC";
        }();
        for (std::size_t first = 0; first < collected.size(); first += kDriverLookups) {
            std::vector<db::Param> params;
            for (std::size_t i = 0; i < kDriverLookups; ++i)
                params.emplace_back(collected[std::min(first + i, collected.size() - 1)]);
            std::vector<Candidate> candidates;
            COMITY_CHECK(session_.each(sql, params, [&](const db::Row& row) {
                candidates.push_back(read_candidate(row));
                return true;
            }));
            COMITY_TRY(const bool go_on, take(candidates));
            if (!go_on) break;
        }
        return true;
    }

  private:
    // The cursor's next row takes its place among the heads, if it has one.
    Result<void> enter(std::size_t i) {
        Cursor& cursor = cursors_[i];
        while (cursor.next == cursor.rows.size()) {
            if (cursor.end) return {};
            COMITY_CHECK(read(cursor));
        }
        heads_.emplace(cursor.added(), i);
        return {};
    }

    Result<void> read(Cursor& cursor) {
        cursor.rows.clear();
        cursor.next = 0;
        std::size_t rows = 0;
        COMITY_CHECK(session_.each(
            "SELECT t.added, i.uuid, i.type, i.spec, i.version, i.audience FROM search_terms t "
            "LEFT JOIN intelligence_objects i ON i.added = t.added "
            "WHERE t.term = $1 AND t.added < $2 AND t.added >= $3 ORDER BY t.added DESC LIMIT $4",
            {as_bytes(cursor.term), cursor.before, floor_, chunk_}, [&](const db::Row& row) {
                ++rows;
                cursor.before = row.integer(0);
                if (!row.null(1)) cursor.rows.push_back(read_candidate(row));
                return true;
            }));
        cursor.end = rows < chunk_;
        return {};
    }

    db::Session& session_;
    const std::int64_t before_;
    const std::int64_t floor_;
    std::size_t chunk_ = kMinRows;
    std::vector<Cursor> cursors_;
    std::priority_queue<std::pair<std::int64_t, std::size_t>> heads_;  // (added, its cursor)
};

}  // namespace

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

Result<std::optional<Driver>> choose_driver(db::Session& session, const Query& query,
                                            const std::set<ledger::AudienceId>& audiences) {
    COMITY_TRY(auto drivers, drivers_of(session, query, audiences));
    std::optional<Driver> best;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (Driver& driver : drivers) {
        COMITY_TRY(const std::size_t count, estimate(session, driver, std::min(fewest, kEstimate)));
        if (count < fewest) {
            best = std::move(driver);
            fewest = count;
        }
    }
    return best;
}

Result<bool> follow(db::Session& session, const Driver& driver, std::int64_t before, std::int64_t floor,
                    const TakeCandidates& take) {
    RowWalk walk(session, before, floor);
    const auto terms = terms_of(driver);
    if (!terms) return walk.by_ranges(driver, take);
    COMITY_CHECK(walk.by_terms(driver, *terms, take));
    return true;
}

}  // namespace comity::intelligence::search
