// Statements by their ids: how they are found quickly however many there are.
//
// An id is looked up by its first 8 bytes as a number, its prefix: a third of the index that the whole id
// would need, and the beginnings that people type are ranges of it. Two ids may share a prefix; whoever looks
// up compares the id itself.
//
// Ids are random. In one index over a million of them each new statement dirties a page of its own, and a
// page is written whole, to SQLite's log and later to the file: many times the statement's own bytes. So the
// index begins with an age: the newest thousand lie together on a few pages, and move on by the thousand
// among the recent, and from there by the ten thousands to where all others are, in the prefixes' order, many
// to a page. PostgreSQL, which logs changes and not pages, has them all in the last place at once.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"

namespace comity::ledger {

// First bytes of an id as the index has them.
std::int64_t id_prefix(const Digest& id);

// "SELECT ..." of those rows of statements whose id has the prefix $1, or one of $1 to $count.
std::string of_prefix(std::string_view select);
std::string of_prefixes(std::string_view select, std::size_t count);
// Of those with a prefix from $1 to $2.
std::string of_prefix_range(std::string_view select);

// Of the statements with these ids each row that is found, with the number of its id. `look_up` is
// of_prefixes("SELECT id, ...", kLookUp).
inline constexpr std::size_t kLookUp = 32;
template <typename OnRow>
Result<void> look_up_each(db::Session& session, const std::string& look_up, std::span<const Digest> ids,
                          const OnRow& on_row) {
    for (std::size_t first = 0; first < ids.size(); first += kLookUp) {
        const std::size_t end = std::min(first + kLookUp, ids.size());
        std::vector<db::Param> prefixes;  // the last one again fills up what is left over
        for (std::size_t i = 0; i < kLookUp; ++i)
            prefixes.emplace_back(id_prefix(ids[std::min(first + i, end - 1)]));
        COMITY_CHECK(session.each(look_up, prefixes, [&](const db::Row& row) {
            const Digest id = row.digest(0);
            for (std::size_t i = first; i < end; ++i) {
                if (ids[i] == id) on_row(i, row);
            }
            return true;
        }));
    }
    return {};
}

// A statement enters the table under this number, which rises by one each.
Result<void> index_id(db::Transaction& tx, db::Database::Engine engine, const Digest& id, std::int64_t seq);
// To be called once a transaction, when the last number has gone from `before` to `now`: moves those on that
// have come of age.
Result<void> age_ids(db::Transaction& tx, db::Database::Engine engine, std::int64_t before, std::int64_t now);

}  // namespace comity::ledger
