#include "federation/mirror_tables.h"

namespace comity::federation {
namespace {

constexpr db::Migration kMirrorMigrations[] = {{1, R"(
CREATE TABLE federation_peers(n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, url TEXT NOT NULL, token TEXT NOT NULL,
                              log_key TEXT NOT NULL UNIQUE, added INTEGER NOT NULL, contact INTEGER, tried INTEGER,
                              error TEXT NOT NULL, failures INTEGER NOT NULL);
CREATE TABLE federation_logs(n INTEGER PRIMARY KEY, log_key TEXT NOT NULL UNIQUE, cosigner_key TEXT NOT NULL,
                             size INTEGER NOT NULL, root BLOB NOT NULL, checkpoint TEXT NOT NULL,
                             applied INTEGER NOT NULL, frontier BLOB NOT NULL, time INTEGER NOT NULL);
CREATE TABLE federation_tiles(log INTEGER NOT NULL, place INTEGER NOT NULL, data BLOB NOT NULL,
                              PRIMARY KEY(log, place));
CREATE TABLE federation_checkpoints(log INTEGER NOT NULL, size INTEGER NOT NULL, time INTEGER NOT NULL,
                                    note TEXT NOT NULL, PRIMARY KEY(log, size));
CREATE TABLE federation_missing(log INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY(log, idx));
CREATE TABLE federation_contradictions(n INTEGER PRIMARY KEY, log_key TEXT NOT NULL, earlier TEXT NOT NULL,
                                       later TEXT NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL);
)"},
                                               // Where in which log a statement stands; `placed` of a log's
                                               // entries are in it.
                                               {2, R"(
CREATE TABLE federation_places(prefix INTEGER NOT NULL, log INTEGER NOT NULL, idx INTEGER NOT NULL,
                               PRIMARY KEY(prefix, log, idx)) WITHOUT ROWID;
ALTER TABLE federation_logs ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;
)"},
                                               // Of a log that contradicts itself, as many entries are in
                                               // this node's own log too, where they are here at all.
                                               {3, R"(
ALTER TABLE federation_logs ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0;
)"},
                                               // Of what is missing: 1 where a statement says that it was
                                               // erased.
                                               {4, R"(
ALTER TABLE federation_missing ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
)"},
                                               // Of what is not whole here: the statement, where it is kept
                                               // without some of its objects (ledger/holes.h); 0: it is
                                               // missing. And which nodes, by the keys of their logs, gave
                                               // hashes of such objects; unduly: how many of them are here
                                               // since, and are for everybody.
                                               {5, R"(
ALTER TABLE federation_missing ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
CREATE TABLE federation_withheld(seq INTEGER NOT NULL, node TEXT NOT NULL, unduly INTEGER NOT NULL,
                                 PRIMARY KEY(seq, node)) WITHOUT ROWID;
)"}};

}  // namespace

std::span<const db::Migration> mirror_migrations() {
    return kMirrorMigrations;
}

}  // namespace comity::federation
