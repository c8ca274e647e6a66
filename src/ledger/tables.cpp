#include "ledger/tables.h"

namespace comity::ledger {
namespace {

constexpr db::Migration kMigrations[] = {{1, R"(
CREATE TABLE ledger_log(n INTEGER PRIMARY KEY, origin TEXT NOT NULL, log_key TEXT NOT NULL, cosigner_key TEXT NOT NULL,
                        size INTEGER NOT NULL, seq INTEGER NOT NULL, added INTEGER NOT NULL, time INTEGER NOT NULL,
                        roll INTEGER NOT NULL, frontier BLOB NOT NULL, checkpoint TEXT NOT NULL);
CREATE TABLE ledger_tiles(place INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE ledger_checkpoints(size INTEGER PRIMARY KEY, time INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TABLE ledger_waiting(n INTEGER PRIMARY KEY, id BLOB NOT NULL, author TEXT NOT NULL, witnessed INTEGER NOT NULL,
                            envelope TEXT NOT NULL, payloads BLOB NOT NULL);
CREATE INDEX ledger_waiting_id ON ledger_waiting(id);
CREATE TABLE audiences(n INTEGER PRIMARY KEY, author TEXT NOT NULL, audience TEXT NOT NULL, UNIQUE(author, audience));
CREATE TABLE statements(seq INTEGER PRIMARY KEY, prefix INTEGER NOT NULL, id BLOB NOT NULL, idx INTEGER,
                        type TEXT NOT NULL, author TEXT NOT NULL, issued INTEGER NOT NULL, added INTEGER NOT NULL,
                        witnessed INTEGER NOT NULL, audience INTEGER NOT NULL, effective INTEGER NOT NULL,
                        envelope TEXT NOT NULL);
CREATE INDEX statements_prefix ON statements(prefix);
CREATE INDEX statements_type ON statements(type, seq);
CREATE INDEX statements_author ON statements(author, seq);
CREATE TABLE objects(added INTEGER PRIMARY KEY, seq INTEGER NOT NULL, position INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE attachments(sha256 BLOB PRIMARY KEY, size INTEGER NOT NULL, data BLOB NOT NULL);
)"},
                                         // See shown_state.h.
                                         {2, R"(
ALTER TABLE ledger_log ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
)"},
                                         // See id_index.h and log_edge.h.
                                         {3, R"(
CREATE TABLE ledger_ids(age INTEGER NOT NULL, prefix INTEGER NOT NULL, statement INTEGER NOT NULL,
                        PRIMARY KEY(age, prefix, statement)) WITHOUT ROWID;
INSERT INTO ledger_ids(age, prefix, statement) SELECT 2, prefix, seq FROM statements ORDER BY prefix, seq;
CREATE TABLE ledger_entries(idx INTEGER PRIMARY KEY, ids BLOB NOT NULL);
INSERT INTO ledger_entries(idx, ids) SELECT idx, id FROM statements
    WHERE idx >= (SELECT size / 256 * 256 FROM ledger_log WHERE n = 1);
DELETE FROM ledger_tiles WHERE place IN (SELECT size / 256 FROM ledger_log UNION ALL
                                         SELECT size / 256 + 72057594037927936 FROM ledger_log);
DROP INDEX statements_prefix;
ALTER TABLE statements DROP COLUMN prefix;
)"},
                                         // A log that must not grow any more, and why.
                                         {4, R"(
CREATE TABLE ledger_closed(n INTEGER PRIMARY KEY, why TEXT NOT NULL);
)"},
                                         // See erasure.h.
                                         {5, R"(
CREATE TABLE ledger_erased(id BLOB NOT NULL, author TEXT NOT NULL, eraser BLOB NOT NULL, done INTEGER NOT NULL, idx INTEGER,
                           first_added INTEGER NOT NULL, last_added INTEGER NOT NULL, PRIMARY KEY(id, author));
)"},
                                         // See holes.h.
                                         {6, R"(
CREATE TABLE ledger_holes(seq INTEGER NOT NULL, position INTEGER NOT NULL, hash BLOB NOT NULL,
                          PRIMARY KEY(seq, position)) WITHOUT ROWID;
CREATE TABLE ledger_fills(seq INTEGER NOT NULL, position INTEGER NOT NULL, added INTEGER NOT NULL,
                          PRIMARY KEY(seq, position)) WITHOUT ROWID;
CREATE TABLE ledger_erased_apart(added INTEGER PRIMARY KEY);
)"}};

}  // namespace

std::span<const db::Migration> ledger_migrations() {
    return kMigrations;
}

}  // namespace comity::ledger
