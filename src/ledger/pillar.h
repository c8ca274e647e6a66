// A pillar as the ledger sees it: the types it owns, how its view is made from them. To add one: a folder
// under src/, a class that implements this, and one line in node/pillars.cpp.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "db/migration.h"
#include "ledger/quorum_time.h"
#include "ledger/roll.h"
#include "ledger/statement.h"

namespace comity::ledger {

// What a pillar has read of a statement's objects at the door, on its way to apply(): it is parsed once.
struct Reading {
    virtual ~Reading() = default;
};

// Of a statement's objects, by their places in it, those that came later than the rest: when.
using Later = std::map<std::size_t, Time>;

// A statement that the ledger has accepted, on its way into the view. When it was witnessed is not told: that
// may still become earlier (another node's log held it first), so a view that needs the time joins the table
// `statements`.
struct Accepted {
    const Statement& statement;
    std::int64_t seq = 0;  // this node's order of acceptance: local, decides nothing, serves paging
    Time added;            // this node's time of acceptance, unique: see added_of()
    // Its objects' bytes, in order; empty where it carries none. One that is empty is not here (holes.h).
    std::span<const std::string_view> objects;
    const Reading* reading = nullptr;  // what read() made of it; null where the view is made again
    const Later* later = nullptr;      // null: all came with it

    // Under which number `objects` has that one.
    Time added_of(std::size_t position) const {
        if (later != nullptr) {
            if (const auto it = later->find(position); it != later->end()) return it->second;
        }
        return Time{added.micros + static_cast<std::int64_t>(position)};
    }
};

// Stored audiences get small numbers, so that a view can keep "who may read this" in a column and a query can
// filter by it: same author and audience, same number. Numbers are local to a node's database.
using AudienceId = std::int64_t;
class Audiences {
  public:
    virtual ~Audiences() = default;
    virtual Result<AudienceId> id(db::Transaction& tx, std::string_view author, const Audience& audience) = 0;
};

class RollMaker;

class Pillar {
  public:
    virtual ~Pillar() = default;
    virtual RollMaker* roll_maker() { return nullptr; }  // governance alone answers itself

    virtual std::string_view name() const = 0;                    // the types' first part: "intelligence"
    virtual std::span<const std::string_view> types() const = 0;  // "intelligence.share", ...
    virtual std::span<const db::Migration> migrations() const = 0;
    // The tables of the view, each with a query that yields its rows in an order and with columns that depend
    // on the set of statements alone (no seq, no added, no audience numbers). Rebuilding empties the tables;
    // two nodes compare the queries.
    struct ViewTable {
        std::string_view table;
        std::string_view canonical_query;
    };
    virtual std::span<const ViewTable> view() const = 0;

    // Are there objects of that type which fewer may read than the statement? Then it may come from another
    // node without some of them (holes.h): these are empty wherever objects are given, until they come.
    virtual bool divisible(std::string_view /*type*/) const { return false; }

    // The form of a statement of one of its types, as far as it can be told from the statement and its
    // objects alone. Thread-safe.
    virtual Result<void> validate(const Statement& statement,
                                  std::span<const std::string_view> objects) const = 0;
    // The same, and what was read on the way, where apply() has a use for it. Thread-safe.
    virtual Result<std::unique_ptr<const Reading>> read(const Statement& statement,
                                                        std::span<const std::string_view> objects) const {
        if (auto valid = validate(statement, objects); !valid) {
            return std::unexpected(std::move(valid).error());
        }
        return nullptr;
    }
    // What its author would want to be told before it is logged: that the act would have no effect. Asked
    // where a member submits, not of what comes from other nodes; governance is asked of all types.
    // Thread-safe.
    virtual Result<void> check_effect(const Statement&, const Roll&) const { return {}; }
    // Brings the view up to date; called once for each statement that counts, in any order. Fails only as the
    // database fails.
    virtual Result<void> apply(db::Transaction& tx, const Accepted& accepted, Audiences& audiences) = 0;
    // Objects come of a statement that was applied without them: `accepted` has these alone. The view is then
    // as if they had come with it.
    virtual Result<void> fill(db::Transaction&, const Accepted& /*accepted*/, Audiences&) { return {}; }
    // A statement that was applied turns out to have been witnessed earlier (the table `statements` has the
    // time already): where the view keeps what follows from its order by that time, it is brought up to date.
    virtual Result<void> rewitnessed(db::Transaction&, const Statement&) { return {}; }
    // May the author of a statement of one of its types take back what it carried (erasure.h)? Not where
    // others' acts rest on it.
    virtual bool erasable(std::string_view /*type*/) const { return true; }
    // The statement that this one erases, where it is such a one and its form is right.
    virtual std::optional<Digest> erases(const Statement&) const { return std::nullopt; }
    // The seconds up to `now` that decide something and for which a witness may still have to speak:
    // federation asks those that the policies name (quorum_time.h). Asked every few seconds.
    virtual Result<std::vector<Close>> closes(db::Session&, Witnessed /*now*/) {
        return std::vector<Close>();
    }
};

// What governance does besides: it makes the roll.
class RollMaker : public Pillar {
  public:
    // Is this a type that changes the roll (charter, admission, key, ...)?
    virtual bool makes_roll(std::string_view type) const = 0;
    // The roll from the whole set of such statements, in any order. Pure.
    struct Source {
        const Statement* statement;
        const crypto::Envelope* envelope;
        Witnessed witnessed;
        // Where it has been verified already: the one key that has signed it, and no other has; the envelope
        // may be empty then. Null: not known.
        const crypto::PublicKey* signer = nullptr;
    };
    virtual Roll make(std::span<const Source> sources) = 0;
    // The roll as tables, and back: so that a start need not read the statements again.
    virtual Result<void> store(db::Transaction& tx, const Roll& roll) = 0;
    virtual Result<Roll> load(db::Session& session) = 0;
};

}  // namespace comity::ledger
