#include "ledger/erasure.h"

#include <algorithm>

#include "ledger/holes.h"
#include "ledger/id_index.h"
#include "ledger/views.h"

namespace comity::ledger {
namespace {

constexpr int kErasurePage = 500;

bool erasable(const Statement& statement, const Pillars& pillars) {
    const Pillar* owner = pillars.owner(statement.type);
    return owner == nullptr || owner->erasable(statement.type);
}

// Attachments that no other statement has.
Result<void> drop_attachments(db::Transaction& tx, std::vector<AttachmentRef> refs) {
    std::int64_t last = 0;
    while (!refs.empty()) {
        std::vector<std::string> envelopes;
        COMITY_CHECK(tx.each("SELECT seq, envelope FROM statements WHERE seq > $1 ORDER BY seq LIMIT $2",
                             {last, kErasurePage}, [&](const db::Row& row) {
                                 last = row.integer(0);
                                 envelopes.emplace_back(row.text(1));
                                 return true;
                             }));
        if (envelopes.empty()) break;
        for (const std::string& envelope : envelopes) {
            COMITY_TRY(const Act act, parse_kept(envelope));
            for (const AttachmentRef& kept : act.statement.attachments)
                std::erase_if(refs, [&](const AttachmentRef& ref) { return ref.sha256 == kept.sha256; });
        }
    }
    for (const AttachmentRef& ref : refs)
        COMITY_CHECK(tx.run("DELETE FROM attachments WHERE sha256 = $1", ref.sha256));
    return {};
}

}  // namespace

Result<bool> any_erasure(db::Session& session) {
    COMITY_TRY(const auto one, session.integer("SELECT done FROM ledger_erased LIMIT 1"));
    return one.has_value();
}

Result<bool> has_erased(db::Session& session, const Statement& statement, const Pillars& pillars) {
    COMITY_TRY(const auto claimed,
               session.integer("SELECT done FROM ledger_erased WHERE id = $1 AND author = $2",
                               {statement.id, statement.author}));
    return claimed.has_value() && erasable(statement, pillars);
}

Result<bool> turn_away(db::Transaction& tx, const Statement& statement, const Pillars& pillars) {
    COMITY_TRY(const bool erased, has_erased(tx, statement, pillars));
    if (!erased) return false;
    COMITY_CHECK(tx.run("UPDATE ledger_erased SET done = 1 WHERE id = $1 AND author = $2", statement.id,
                        statement.author));
    return true;
}

Result<bool> erase(db::Transaction& tx, const Erasure& erasure, const Pillars& pillars) {
    // Of several that one author has said, the first is kept.
    COMITY_CHECK(
        tx.run("INSERT INTO ledger_erased(id, author, eraser, done, idx, first_added, last_added) VALUES($1, "
               "$2, $3, 0, NULL, 0, -1) "
               "ON CONFLICT(id, author) DO NOTHING",
               erasure.target, erasure.author, erasure.by));
    struct Found {
        std::int64_t seq = 0;
        std::optional<std::uint64_t> index;
        std::int64_t added = 0;
        bool effective = true;
        std::string envelope;
    };
    std::optional<Found> found;
    static const std::string by_prefix = of_prefix("SELECT id, seq, idx, added, effective, envelope");
    COMITY_CHECK(tx.each(by_prefix, {id_prefix(erasure.target)}, [&](const db::Row& row) {
        if (row.digest(0) != erasure.target) return true;
        found = {row.integer(1), std::nullopt, row.integer(3), row.integer(4) != 0, std::string(row.text(5))};
        if (!row.null(2)) found->index = static_cast<std::uint64_t>(row.integer(2));
        return false;
    }));
    if (!found) return false;
    COMITY_TRY(const Act act, parse_kept(found->envelope));
    if (act.statement.author != erasure.author || !erasable(act.statement, pillars)) return false;
    const std::uint64_t count = act.statement.objects ? act.statement.objects->count : 0;
    const std::int64_t last = found->added + static_cast<std::int64_t>(count) - 1;
    COMITY_CHECK(tx.run("DELETE FROM objects WHERE added >= $1 AND added <= $2", found->added, last));
    COMITY_CHECK(erase_holes(tx, found->seq));
    COMITY_CHECK(tx.run("DELETE FROM ledger_ids WHERE age IN (0, 1, 2) AND prefix = $1 AND statement = $2",
                        id_prefix(erasure.target), found->seq));
    COMITY_CHECK(tx.run("DELETE FROM statements WHERE seq = $1", found->seq));
    COMITY_CHECK(drop_attachments(tx, act.statement.attachments));
    COMITY_CHECK(
        tx.run("UPDATE ledger_erased SET done = 1, idx = $1, first_added = $2, last_added = $3 WHERE id = $4 "
               "AND author = $5",
               found->index, found->added, last, erasure.target, erasure.author));
    return found->effective;
}

Result<std::optional<Erased>> find_erased(db::Session& session, const Digest& id) {
    std::optional<Erased> erased;
    COMITY_CHECK(session.each("SELECT eraser, idx FROM ledger_erased WHERE id = $1 AND done = 1", {id},
                              [&](const db::Row& row) {
                                  erased = Erased{row.digest(0), std::nullopt};
                                  if (!row.null(1))
                                      erased->index = static_cast<std::uint64_t>(row.integer(1));
                                  return false;
                              }));
    return erased;
}

Result<std::vector<Digest>> claimed_erased(db::Session& session) {
    std::vector<Digest> ids;
    COMITY_CHECK(
        session.each("SELECT DISTINCT id FROM ledger_erased WHERE done = 0", {}, [&](const db::Row& row) {
            ids.push_back(row.digest(0));
            return true;
        }));
    return ids;
}

}  // namespace comity::ledger
