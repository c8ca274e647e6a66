// The index that searches go by: which object has which terms. It is local, not a view: no statement's way in
// pays for it. A table of (term, added) pairs is brought up to date behind a mark, in steps of its own; what
// came after the mark is searched object by object (search.h), so answers are complete at any moment, and the
// same. It can be dropped and is made again from the store.
//
// Who may read an object is no term of it: a change of its marking takes effect at once, in its row. The
// index has, for each object, the audience that it was shared with and each that its author's changes of
// markings gave it, whichever of them is in force; search.h asks the row.
//
// Tables: search_mark(n, added): 1: objects with `added` up to it are in; 2: so are changes of markings; 3:
// the greatest `seq` of those at the time. search_terms(term, added).
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/time.h"
#include "db/database.h"

namespace comity::intelligence::search {

// Makes the tables where they are not there. As db::migrate.
Result<void> prepare_index(db::Database& database);

// Objects up to then are in the index.
Result<Time> indexed_until(db::Session& session);
// Changes of markings up to then are.
Result<Time> markings_indexed_until(db::Session& session);

// Takes the next objects in, `most` at the most, in one short transaction; reads and parses them before it
// begins. Returns how many there were: fewer than `most` when it has caught up. Several processes may do it
// at the same time.
Result<std::size_t> advance_index(db::Database& database, std::size_t most);

// Empties it.
Result<void> drop_index(db::Database& database);

// Keeps the index up to date in the background, from a thread of its own, until it goes. Errors are logged
// and tried again. The database must outlive it.
class Indexer {
  public:
    explicit Indexer(db::Database& database);
    ~Indexer();
    Indexer(const Indexer&) = delete;
    Indexer& operator=(const Indexer&) = delete;

  private:
    void run();
    bool wait(std::chrono::milliseconds time);  // false: it is to stop

    db::Database& database_;
    std::mutex mutex_;  // guards stopping_
    std::condition_variable stop_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace comity::intelligence::search
