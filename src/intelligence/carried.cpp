#include "intelligence/carried.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "intelligence/share.h"
#include "intelligence/withdrawal.h"

namespace comity::intelligence {
namespace {

// Of a share's, those that came later than it.
Result<std::vector<CarriedObject>> carried_later(db::Session& session, const ledger::Readable& readable,
                                                 const ledger::Kept& kept, std::uint64_t first) {
    static const std::string sql =
        "SELECT f.position, i.audience, o.data FROM ledger_fills f JOIN intelligence_objects i ON i.added = "
        "f.added JOIN objects o ON o.added = f.added WHERE f.seq = $1 AND f.position >= $2 AND " +
        std::string(kNotWithdrawn) + " ORDER BY f.position";
    std::vector<CarriedObject> found;
    COMITY_CHECK(session.each(sql, {kept.seq, first}, [&](const db::Row& row) {
        if (readable.contains(row.integer(1)))
            found.push_back({static_cast<std::uint64_t>(row.integer(0)), std::string(as_text(row.blob(2)))});
        return true;
    }));
    return found;
}

}  // namespace

Result<std::vector<CarriedObject>> find_carried(db::Session& session, const ledger::Readable& readable,
                                                const ledger::Kept& kept, std::uint64_t first,
                                                std::size_t limit) {
    std::vector<CarriedObject> found;
    if (!kept.statement.objects) return found;
    const std::int64_t start = kept.added.micros;
    const std::int64_t end = start + static_cast<std::int64_t>(kept.statement.objects->count);
    std::int64_t next = start + static_cast<std::int64_t>(first);
    // What is no STIX object has no marking of its own: who may read the statement may read it.
    if (kept.statement.type != kShare) {
        COMITY_CHECK(session.each(
            "SELECT o.added, s.audience, o.data FROM objects o JOIN statements s ON s.seq = o.seq "
            "WHERE o.added >= $1 AND o.added < $2 ORDER BY o.added LIMIT $3",
            {next, end, limit}, [&](const db::Row& row) {
                if (readable.contains(row.integer(1)))
                    found.push_back({static_cast<std::uint64_t>(row.integer(0) - start),
                                     std::string(as_text(row.blob(2)))});
                return true;
            }));
        return found;
    }
    static const std::string sql =
        "SELECT i.added, i.audience, o.data FROM intelligence_objects i JOIN objects o ON o.added = i.added "
        "WHERE i.added >= $1 AND i.added < $2 AND " +
        std::string(kNotWithdrawn) + " ORDER BY i.added LIMIT $3";
    for (bool exhausted = false; !exhausted && found.size() < limit;) {
        std::size_t rows = 0;
        COMITY_CHECK(session.each(sql, {next, end, limit}, [&](const db::Row& row) {
            ++rows;
            next = row.integer(0) + 1;
            if (readable.contains(row.integer(1))) {
                found.push_back(
                    {static_cast<std::uint64_t>(row.integer(0) - start), std::string(as_text(row.blob(2)))});
            }
            return found.size() < limit;
        }));
        exhausted = rows < limit;
    }
    COMITY_TRY(auto later, carried_later(session, readable, kept, first));
    if (later.empty()) return found;
    std::ranges::move(later, std::back_inserter(found));
    std::ranges::sort(found, {}, &CarriedObject::position);
    if (found.size() > limit) found.resize(limit);
    return found;
}

Result<std::optional<Carrier>> find_carrier(db::Session& session, const ledger::Readable& readable,
                                            Time added) {
    std::optional<Carrier> carrier;
    bool found = false;
    COMITY_CHECK(
        session.each("SELECT s.id, o.position, s.audience FROM objects o JOIN statements s ON s.seq = o.seq "
                     "WHERE o.added = $1",
                     {added.micros}, [&](const db::Row& row) {
                         found = true;
                         if (readable.contains(row.integer(2)))
                             carrier = {row.digest(0), static_cast<std::uint64_t>(row.integer(1))};
                         return false;
                     }));
    if (!found) return not_found("there is no such object");
    return carrier;
}

}  // namespace comity::intelligence
