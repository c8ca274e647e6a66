// Objects by their uuids: how the view finds them quickly however many there are, and how to ask.
//
// UUIDs are random. In one index over a million of them each new object dirties a page of its own, and a page
// is written whole, to SQLite's log and later to the file: ten times the object's own bytes. So the index
// begins with `settled`: new objects lie together at its front (0), and some tens of thousands at a time move
// to their places behind (1), in the uuids' order, many to a page. PostgreSQL, which logs changes and not
// pages, leaves them all in front.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/database.h"
#include "intelligence/stix/object.h"

namespace comity::intelligence {

// The migration that brings it.
inline constexpr std::string_view kSettledColumn = R"(
    ALTER TABLE intelligence_objects ADD COLUMN settled INTEGER NOT NULL DEFAULT 1;
    DROP INDEX intelligence_objects_by_uuid;
    CREATE INDEX intelligence_objects_by_uuid ON intelligence_objects(settled, uuid);
)";

// The condition on a row `i` of intelligence_objects that goes by the index, before "= $1" or "IN (...)".
inline constexpr std::string_view kByUuid = "i.settled IN (0, 1) AND i.uuid";

// Marks every row with the uuid $1 as contested.
std::string_view contest();

// What is known of a share's objects before they enter: asked for many at once.
class KnownObjects {
  public:
    static Result<KnownObjects> find(db::Transaction& tx, std::string_view author,
                                     std::span<const Object> objects);

    struct Others {
        bool contest = false;      // there is another row of this uuid, or a withdrawal
        bool uncontested = false;  // and a row of them is not marked so yet
    };
    // A row with this uuid enters now.
    Others add(const Uuid& uuid);
    // Has the author changed markings of any object?
    bool marks() const { return marks_; }

  private:
    struct Hash {
        std::size_t operator()(const Uuid& uuid) const noexcept;
    };
    Result<void> look(db::Transaction& tx, std::string_view author, std::span<const Object> objects);

    std::unordered_map<Uuid, Others, Hash> others_;
    bool marks_ = false;
};

// Rows that lie in front before they move: their part of the index is some hundred pages.
inline constexpr std::size_t kInFront = std::size_t{32} * 1024;

// Moves new objects to their places in the index where so many have come, in a transaction of its own. Called
// now and then by whoever keeps house beside the sharers (search/index.h); not at all, and the answers are
// the same.
Result<void> settle_objects(db::Database& database, std::size_t in_front = kInFront);

}  // namespace comity::intelligence
