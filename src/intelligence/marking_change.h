// intelligence.marking: a member says anew who may read what it shared itself, stricter or laxer than the
// share said and than the object's own marking says.
//
//     body {"object":"<STIX id>", "version"?:"<RFC 3339>", "audience":{...}}
//         without a version all versions of the object are meant, those to come included
//
// It is about its author's copies alone, here already or yet to come, and in force at every door at once: the
// view's column `audience` is what all of them ask. Of several by one author that are about a copy, the one
// that was witnessed last counts; of those of one second, the last by `issued`, then by id (law 1).
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "db/database.h"
#include "intelligence/stix/identifier.h"
#include "json/value.h"
#include "ledger/access.h"
#include "ledger/audience.h"
#include "ledger/pillar.h"

namespace comity::intelligence {

inline constexpr std::string_view kMarkingChange = "intelligence.marking";

struct MarkingChange {
    ObjectId object;
    std::optional<Time> version;  // nothing: all of them
    ledger::Audience audience;
};

// kInvalid with the field.
Result<MarkingChange> parse_marking_change(const json::Value& body);
json::Object marking_change_json(const MarkingChange& change);

// Who must hear of a change: everybody who could read before or can after, as a copy may lie with any of
// them.
ledger::Audience wider(const ledger::Audience& a, const ledger::Audience& b);

// The statement comes into the view.
Result<void> apply_marking_change(db::Transaction& tx, const ledger::Accepted& accepted,
                                  ledger::Audiences& audiences);
// Has the member ever changed a marking? What it shares needs no more than this question otherwise.
Result<bool> changes_markings(db::Session& session, std::string_view author);
// Gives the author's copies of the object the audiences that are in force.
Result<void> settle_markings(db::Transaction& tx, std::string_view author, const ObjectId& object);

// The statement by which the author's copies of that version have their audience; nothing where none is in
// force or the reader may not read it.
Result<std::optional<Digest>> marking_in_force(db::Session& session, const ledger::Readable& readable,
                                               std::string_view author, const ObjectId& object,
                                               std::optional<Time> version);

// The table, for the pillar's migrations and view.
inline constexpr std::string_view kMarkingsTable = R"(
    CREATE TABLE intelligence_markings(
        seq INTEGER PRIMARY KEY,
        author TEXT NOT NULL,
        uuid BLOB NOT NULL,
        type TEXT NOT NULL,
        version INTEGER,
        audience INTEGER NOT NULL
    );
    CREATE INDEX intelligence_markings_by_author ON intelligence_markings(author, uuid);
)";
inline constexpr ledger::Pillar::ViewTable kMarkingsView{"intelligence_markings", R"(
    SELECT s.id, m.author, m.uuid, m.type, m.version, a.author, a.audience
    FROM intelligence_markings m JOIN statements s ON s.seq = m.seq JOIN audiences a ON a.n = m.audience
    ORDER BY s.id)"};

}  // namespace comity::intelligence
