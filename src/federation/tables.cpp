#include "federation/tables.h"

namespace comity::federation {
namespace {

// witness_logs: what this witness has cosigned last of each log; origin is its SHA-256. witness_seen: what
// logs were seen to sign, by the SHA-256 of the log's key. witness_cosignatures: others' on this node's own
// checkpoints. witness_asked: how it goes with each witness that this node asks. witness_history: what this
// witness had cosigned last in each second; witness_sealed: the last second that it has sealed.
constexpr db::Migration kNodeMigrations[] = {{1, R"(
CREATE TABLE witness_logs(origin BLOB PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, time INTEGER NOT NULL,
                          note TEXT NOT NULL);
CREATE TABLE witness_seen(log BLOB NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, vkey TEXT NOT NULL,
                          seen INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY(log, size, root));
CREATE TABLE witness_evidence(id BLOB PRIMARY KEY, kind TEXT NOT NULL, origin TEXT NOT NULL, found INTEGER NOT NULL,
                              data TEXT NOT NULL);
CREATE TABLE witness_cosignatures(size INTEGER NOT NULL, root BLOB NOT NULL, witness TEXT NOT NULL,
                                  time INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY(size, root, witness));
CREATE TABLE witness_asked(witness TEXT PRIMARY KEY, size INTEGER NOT NULL, contacted INTEGER NOT NULL,
                           answered INTEGER NOT NULL, failures INTEGER NOT NULL, error TEXT NOT NULL);
)"},
                                             {2, R"(
CREATE TABLE witness_history(origin BLOB NOT NULL, time INTEGER NOT NULL, log TEXT NOT NULL, size INTEGER NOT NULL,
                             root BLOB NOT NULL, PRIMARY KEY(origin, time));
CREATE TABLE witness_sealed(n INTEGER PRIMARY KEY, close INTEGER NOT NULL);
)"}};

}  // namespace

Result<void> migrate_witness_tables(db::Database& database) {
    return db::migrate(database, "witness", kNodeMigrations);
}

}  // namespace comity::federation
