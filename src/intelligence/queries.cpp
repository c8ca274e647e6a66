#include "intelligence/queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "intelligence/lookup.h"
#include "intelligence/withdrawal.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMinPage = 64;  // rows read at once at first, and
constexpr std::size_t kMostRowsAPage =
    16384;  // at the most: rows that are passed over are read in ever larger steps
constexpr std::size_t kObjectsAtOnce = 32;  // objects' bytes asked for at once where they lie apart
constexpr std::size_t kUsualSize = 1024;    // of an object, in bytes

struct ScannedRow {
    ObjectRow row;
    bool alone = true;  // no other row has its UUID
};

// The columns of a row, in this order in every query here.
constexpr std::string_view kColumns = "i.added, i.uuid, i.type, i.spec, i.version, i.audience, i.contested";
// And two more where a collection is asked for.
constexpr std::string_view kOfCollection = ", s.author, CASE WHEN p.added IS NULL THEN 0 ELSE 1 END";

ObjectRow read_row(const db::Row& row) {
    ObjectRow out;
    out.added = {row.integer(0)};
    if (const auto uuid = Uuid::from_bytes(row.blob(1))) out.id.uuid = *uuid;
    out.id.type = row.text(2);
    out.spec = static_cast<Spec>(row.integer(3));
    if (!row.null(4)) out.version = Time{row.integer(4)};
    return out;
}

// The one place that decides whether a row is there for the reader and in the collection.
bool takes(const db::Row& row, const ledger::Readable& readable, const ObjectFilter& filter) {
    if (!readable.contains(row.integer(5))) return false;
    return !filter.collection || filter.collection->contains(row.text(2), row.text(7), row.integer(8) != 0);
}

// Every row of one object that may be read.
Result<std::vector<ObjectRow>> rows_of(db::Session& session, const ledger::Readable& readable,
                                       const ObjectFilter& filter, const ObjectId& id) {
    static const std::string all = fmt::format("SELECT {} FROM intelligence_objects i WHERE {} = $1 AND {}",
                                               kColumns, kByUuid, kNotWithdrawn);
    static const std::string of_collection = fmt::format(
        "SELECT {}{} FROM intelligence_objects i JOIN statements s ON s.seq = i.seq LEFT JOIN "
        "intelligence_posted p ON p.collection = $2 AND p.added = i.added WHERE {} = $1 AND {}",
        kColumns, kOfCollection, kByUuid, kNotWithdrawn);
    std::vector<ObjectRow> rows;
    const auto take = [&](const db::Row& row) {
        if (row.text(2) == id.type && takes(row, readable, filter)) rows.push_back(read_row(row));
        return true;
    };
    if (filter.collection) {
        COMITY_CHECK(session.each(of_collection, {id.uuid.view(), filter.collection->id.view()}, take));
    } else {
        COMITY_CHECK(session.each(all, {id.uuid.view()}, take));
    }
    return rows;
}

// The rows after $1 in the order of `added`, $2 at the most.
const std::string& scan_sql(const std::optional<CollectionScope>& collection) {
    const auto make = [](std::string_view more, std::string_view from, std::string_view when) {
        return fmt::format("SELECT {}{} FROM {} WHERE {} AND {} ORDER BY {} LIMIT $2", kColumns, more, from,
                           when, kNotWithdrawn, when.substr(0, when.find(' ')));
    };
    static const std::string all = make("", "intelligence_objects i", "i.added > $1");
    static const std::string filtered =
        make(kOfCollection,
             "intelligence_objects i JOIN statements s ON s.seq = i.seq LEFT JOIN intelligence_posted p ON "
             "p.collection = $3 AND p.added = i.added",
             "i.added > $1");
    static const std::string posted =
        make(kOfCollection,
             "intelligence_posted p JOIN intelligence_objects i ON i.added = p.added JOIN statements s ON "
             "s.seq = i.seq",
             "p.added > $1 AND p.collection = $3");
    return !collection ? all : collection->filtered ? filtered : posted;
}

// Goes through the view in the order of `added` and keeps what the filter is for, until there is enough.
class Scan {
  public:
    Scan(db::Session& session, const ledger::Readable& readable, const ObjectFilter& filter)
        : session_(session), readable_(readable), filter_(filter) {}

    Result<std::vector<ObjectRow>> run(Time after, std::size_t enough) {
        std::vector<ObjectRow> found;
        std::size_t chunk = std::clamp(enough, kMinPage, kMostRowsAPage);
        bool end = false;
        while (!end && found.size() < enough) {
            std::vector<ScannedRow> candidates;
            COMITY_TRY(const std::size_t rows, read(after, chunk, candidates));
            end = rows < chunk;
            for (ScannedRow& candidate : candidates) {
                COMITY_TRY(const bool chosen, is_chosen(candidate));
                if (chosen) found.push_back(std::move(candidate.row));
                if (found.size() == enough) break;
            }
            chunk = std::min(chunk * 2, kMostRowsAPage);
        }
        return found;
    }

  private:
    // Moves `after` to the last row read; returns how many were.
    Result<std::size_t> read(Time& after, std::size_t chunk, std::vector<ScannedRow>& candidates) {
        std::size_t rows = 0;
        std::vector<db::Param> params{after.micros, chunk};
        if (filter_.collection) params.emplace_back(filter_.collection->id.view());
        COMITY_CHECK(session_.each(scan_sql(filter_.collection), params, [&](const db::Row& row) {
            ++rows;
            after = {row.integer(0)};
            if (takes(row, readable_, filter_) && wanted(row)) {
                candidates.push_back({read_row(row), row.integer(6) == 0});
            }
            return true;
        }));
        return rows;
    }

    bool wanted(const db::Row& row) const {
        return filter_.types.empty() || std::ranges::find(filter_.types, row.text(2)) != filter_.types.end();
    }

    Result<bool> is_chosen(const ScannedRow& candidate) {
        if (candidate.alone) return is_for(candidate.row, filter_);
        auto known = chosen_.find(candidate.row.id);
        if (known == chosen_.end()) {
            COMITY_TRY(const std::vector<ObjectRow> rows,
                       rows_of(session_, readable_, filter_, candidate.row.id));
            known = chosen_.emplace(candidate.row.id, choose(rows, filter_)).first;
        }
        return std::ranges::binary_search(known->second, candidate.row.added);
    }

    db::Session& session_;
    const ledger::Readable& readable_;
    const ObjectFilter& filter_;
    std::map<ObjectId, std::vector<Time>> chosen_;  // of objects with several rows
};

Result<std::vector<ObjectRow>> find_by_id(db::Session& session, const ledger::Readable& readable,
                                          const ObjectFilter& filter, Time after) {
    std::vector<ObjectId> ids = *filter.ids;
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    std::vector<ObjectRow> found;
    for (const ObjectId& id : ids) {
        if (!filter.types.empty() && std::ranges::find(filter.types, id.type) == filter.types.end()) continue;
        COMITY_TRY(std::vector<ObjectRow> rows, rows_of(session, readable, filter, id));
        const std::vector<Time> chosen = choose(rows, filter);
        for (ObjectRow& row : rows) {
            if (row.added > after && std::ranges::binary_search(chosen, row.added))
                found.push_back(std::move(row));
        }
    }
    std::ranges::sort(found, {}, &ObjectRow::added);
    return found;
}

// Reads the objects' bytes into the page, in order, until there are too many.
class DataReader {
  public:
    DataReader(ObjectPage& page, std::size_t max_bytes) : page_(page), max_bytes_(max_bytes) {}

    Result<void> read(db::Session& session, std::string_view before) {
        auto& objects = page_.objects;
        out_.reserve(before.size() + objects.size() * kUsualSize);
        out_ = before;
        for (std::size_t i = 0; i < objects.size() && !full_; i = next_) {
            // All that is left in one go, where it lies together.
            std::size_t end = objects.size();
            if (span(i, end) >= 2 * (end - i)) end = std::min(end, i + kObjectsAtOnce);
            if (span(i, end) < 4 * (end - i)) {
                COMITY_CHECK(read_range(session, i, end));
            } else {
                COMITY_CHECK(read_each(session, i, end));
            }
            if (!full_ && next_ != end)
                return corrupt("objects", "an object of the view has no bytes", "run comity check");
        }
        if (full_) {
            objects.resize(next_);
            page_.more = true;
        }
        std::size_t at = before.size();
        for (std::size_t i = 0; i < objects.size(); ++i) {
            objects[i].data = std::string_view(out_).substr(at, ends_[i] - at);
            at = ends_[i] + 1;
        }
        return {};
    }

  private:
    std::size_t span(std::size_t begin, std::size_t end) const {
        const auto& objects = page_.objects;
        return static_cast<std::size_t>(objects[end - 1].row.added.micros - objects[begin].row.added.micros);
    }

    bool take(const db::Row& row) {
        auto& objects = page_.objects;
        if (next_ == objects.size() || row.integer(0) != objects[next_].row.added.micros) return true;
        const ByteView data = row.blob(1);
        if (next_ > 0 && bytes_ + data.size() > max_bytes_) {
            full_ = true;
            return false;
        }
        bytes_ += data.size();
        if (next_ > 0) out_ += ',';
        out_ += as_text(data);
        ends_.push_back(out_.size());
        ++next_;
        return true;
    }

    Result<void> read_range(db::Session& session, std::size_t begin, std::size_t end) {
        return session.each("SELECT added, data FROM objects WHERE added BETWEEN $1 AND $2 ORDER BY added",
                            {page_.objects[begin].row.added.micros, page_.objects[end - 1].row.added.micros},
                            [&](const db::Row& row) { return take(row); });
    }

    Result<void> read_each(db::Session& session, std::size_t begin, std::size_t end) {
        static const std::string sql = [] {
            std::string text = "SELECT added, data FROM objects WHERE added IN ($1";
            for (std::size_t i = 2; i <= kObjectsAtOnce; ++i) text += ", $" + std::to_string(i);
            return text + ") ORDER BY added";
        }();
        std::vector<db::Param> params;
        for (std::size_t i = 0; i < kObjectsAtOnce; ++i) {
            params.emplace_back(page_.objects[std::min(begin + i, end - 1)].row.added.micros);
        }
        return session.each(sql, params, [&](const db::Row& row) { return take(row); });
    }

    ObjectPage& page_;
    const std::size_t max_bytes_;
    std::string& out_ = *page_.bytes;
    std::vector<std::size_t> ends_;  // of the objects in `out_`
    std::size_t bytes_ = 0;
    std::size_t next_ = 0;  // the first object without its bytes
    bool full_ = false;
};

}  // namespace

Result<ObjectPage> find_objects(db::Session& session, const ledger::Readable& readable,
                                const ObjectFilter& filter, const PageRequest& request) {
    const std::size_t enough = request.limit + 1;
    std::vector<ObjectRow> rows;
    if (filter.ids) {
        COMITY_TRY(rows, find_by_id(session, readable, filter, request.after));
    } else {
        Scan scan(session, readable, filter);
        const Time start = filter.added_after ? std::max(request.after, *filter.added_after) : request.after;
        COMITY_TRY(rows, scan.run(start, enough));
    }
    ObjectPage page;
    page.more = rows.size() > request.limit;
    if (page.more) rows.resize(request.limit);
    page.objects.reserve(rows.size());
    for (ObjectRow& row : rows) page.objects.push_back({std::move(row), {}});
    COMITY_CHECK(DataReader(page, request.max_bytes).read(session, request.before));
    return page;
}

Result<bool> has_object(db::Session& session, const ledger::Readable& readable, const ObjectFilter& filter,
                        const ObjectId& id) {
    COMITY_TRY(const std::vector<ObjectRow> rows, rows_of(session, readable, filter, id));
    return !rows.empty();
}

Result<std::vector<ObjectRow>> find_rows(db::Session& session, const ledger::Readable& readable,
                                         const ObjectFilter& filter, const ObjectId& id) {
    COMITY_TRY(std::vector<ObjectRow> rows, rows_of(session, readable, filter, id));
    const std::vector<Time> chosen = choose(rows, filter);
    std::erase_if(rows, [&](const ObjectRow& row) { return !std::ranges::binary_search(chosen, row.added); });
    return rows;
}

}  // namespace comity::intelligence
