// Rounds of counting (count_round.h) as the view has them. A round's sum is a function of the statements that
// belong to it: for each of its keys a contribution by the key's author that names the same keys; of several
// by one author the one that was witnessed first counts, of one second the one issued first, then the one
// with the least id. Whether the keys were said in time is for each contributor to see: it masks with those
// alone, so a round that others make of other keys tells nothing of it.
//
// The view:
//     intelligence_count_keys(seq, id, week, author, key)
//     intelligence_counts(seq, week, round, author, added)     added: the object with the cells
//     intelligence_count_rounds(round, week, keys)             keys: ids, 32 bytes each
//     intelligence_count_sums(round, part, week, members, cells)    of rounds that are whole; part: 256 cells
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "intelligence/hit/count_round.h"
#include "ledger/pillar.h"

namespace comity::intelligence {

Result<void> apply_count_key(db::Transaction& tx, const ledger::Accepted& accepted);
Result<void> apply_count(db::Transaction& tx, const ledger::Accepted& accepted);
// One of them turns out to have been witnessed earlier.
Result<void> rewitness_count(db::Transaction& tx, const ledger::Statement& statement);

// The keys of a week that were witnessed in its day: one a member, its first; by their ids.
Result<std::vector<CountKey>> count_electorate(db::Session& session, CountWeek week);

// The week's round with the most members, as far as it has come; nothing where nobody has contributed.
struct RoundState {
    std::vector<std::string> members;  // whose keys it has, as far as they are known here; sorted
    std::vector<std::string> awaited;  // of those, who has not contributed
};
Result<std::optional<RoundState>> round_state(db::Session& session, CountWeek week);

// Which indicator a cell of a week is for: the one that was shared last before the week's end, in a statement
// that every member may read. `counted`: all may read the indicator itself, too.
struct CellOwner {
    ObjectId object;
    bool counted = false;
};
class CellOwners {  // of one cell
  public:
    static Result<CellOwners> read(db::Session& session, std::size_t cell);
    std::optional<CellOwner> at(CountWeek week) const;

  private:
    struct Row {
        ledger::Witnessed witnessed;
        Digest statement;
        CellOwner owner;
        friend bool operator<(const Row& a, const Row& b) {
            return std::tie(a.witnessed, a.statement, a.owner.object) <
                   std::tie(b.witnessed, b.statement, b.owner.object);
        }
    };
    std::vector<Row> rows_;  // in order
};

struct CountTogether {
    std::int64_t members = 0;  // 0 to `among`
    std::int64_t among = 0;    // how many were counted together
};
// Of the weeks [first, end), those whose round is whole and counts the object.
Result<std::map<CountWeek, CountTogether>> counts_together(db::Session& session, const ObjectId& object,
                                                           CountWeek first, CountWeek end);

// For the pillar's migrations and view.
inline constexpr std::string_view kCountTables = R"(
    CREATE TABLE intelligence_count_keys(
        seq INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
        week INTEGER NOT NULL,
        author TEXT NOT NULL,
        key BLOB NOT NULL
    );
    CREATE INDEX intelligence_count_keys_by_week ON intelligence_count_keys(week);
    CREATE TABLE intelligence_counts(
        seq INTEGER PRIMARY KEY,
        week INTEGER NOT NULL,
        round BLOB NOT NULL,
        author TEXT NOT NULL,
        added INTEGER NOT NULL
    );
    CREATE INDEX intelligence_counts_by_round ON intelligence_counts(round);
    CREATE TABLE intelligence_count_rounds(
        round BLOB PRIMARY KEY,
        week INTEGER NOT NULL,
        keys BLOB NOT NULL
    );
    CREATE INDEX intelligence_count_rounds_by_week ON intelligence_count_rounds(week);
    CREATE TABLE intelligence_count_sums(
        round BLOB NOT NULL,
        part INTEGER NOT NULL,
        week INTEGER NOT NULL,
        members INTEGER NOT NULL,
        cells BLOB NOT NULL,
        PRIMARY KEY(round, part)
    ) WITHOUT ROWID;
    CREATE INDEX intelligence_count_sums_by_part ON intelligence_count_sums(part, week);
)";
inline constexpr ledger::Pillar::ViewTable kCountKeysView{"intelligence_count_keys", R"(
    SELECT id, week, author, key FROM intelligence_count_keys ORDER BY id)"};
inline constexpr ledger::Pillar::ViewTable kCountsView{"intelligence_counts", R"(
    SELECT s.id, c.week, c.round, c.author FROM intelligence_counts c JOIN statements s ON s.seq = c.seq
    ORDER BY s.id)"};
inline constexpr ledger::Pillar::ViewTable kCountRoundsView{"intelligence_count_rounds", R"(
    SELECT round, week, keys FROM intelligence_count_rounds ORDER BY round)"};
inline constexpr ledger::Pillar::ViewTable kCountSumsView{"intelligence_count_sums", R"(
    SELECT round, part, week, members, cells FROM intelligence_count_sums ORDER BY round, part)"};

}  // namespace comity::intelligence
