#include "intelligence/search/index.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/logging.h"
#include "db/migration.h"
#include "intelligence/lookup.h"
#include "intelligence/search/facts.h"

namespace comity::intelligence::search {
namespace {

constexpr db::Migration kMigrations[] = {{1, R"(
    CREATE TABLE search_mark(n INTEGER PRIMARY KEY, added INTEGER NOT NULL);
    CREATE TABLE search_terms(term BLOB NOT NULL, added INTEGER NOT NULL, PRIMARY KEY(term, added)) WITHOUT ROWID;
)"}};

constexpr std::size_t kStep = 2000;  // objects: the writers' turn is held some 20 ms
constexpr auto kBetweenSteps = std::chrono::milliseconds(5);
constexpr auto kIdle = std::chrono::milliseconds(1000);
// While objects come in, the index takes this part of the time only: to accept what is shared comes first,
// and what is not indexed yet is found all the same. The longest pause bounds what is left to do afterwards.
constexpr int kBusyShare = 10;
constexpr auto kLongestPause = std::chrono::milliseconds(2000);

std::int64_t newest_object(db::Database& database) {
    const auto session = database.reader();
    if (!session) return 0;
    const auto added = (*session)->integer("SELECT MAX(added) FROM objects");
    return added ? added->value_or(0) : 0;
}

}  // namespace

Result<void> prepare_index(db::Database& database) {
    return db::migrate(database, "search", kMigrations);
}

Result<Time> indexed_until(db::Session& session) {
    COMITY_TRY(const auto mark, session.integer("SELECT added FROM search_mark WHERE n = 1"));
    return Time{mark.value_or(0)};
}

Result<std::size_t> advance_index(db::Database& database, std::size_t most) {
    struct Read {
        std::int64_t added;
        std::vector<std::string> terms;
    };
    std::vector<Read> objects;
    std::int64_t mark = 0;
    {
        COMITY_TRY(const auto session, database.snapshot());
        COMITY_TRY(const Time until, indexed_until(*session));
        mark = until.micros;
        COMITY_CHECK(session->each(
            "SELECT o.added, o.data, s.author FROM objects o JOIN statements s ON "
            "s.seq = o.seq WHERE o.added > $1 ORDER BY o.added LIMIT $2",
            {mark, most}, [&](const db::Row& row) {
                auto facts = facts_of(as_text(row.blob(1)), row.text(2));
                objects.push_back(
                    {row.integer(0), facts ? std::move(facts->terms) : std::vector<std::string>()});
                return true;
            }));
    }
    if (objects.empty()) return std::size_t{0};
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const Time now, indexed_until(*tx));
    if (now.micros != mark) return objects.size();  // another process was faster; there may be more
    // In the table's order: neighbours go into the same page.
    std::vector<std::pair<std::string_view, std::int64_t>> rows;
    for (const Read& object : objects) {
        for (const std::string& term : object.terms) rows.emplace_back(term, object.added);
    }
    std::ranges::sort(rows);
    for (const auto& [term, added] : rows) {
        COMITY_CHECK(
            tx->queue("INSERT INTO search_terms(term, added) VALUES($1, $2)", as_bytes(term), added));
    }
    COMITY_CHECK(
        tx->run("INSERT INTO search_mark(n, added) VALUES(1, $1) ON CONFLICT(n) DO UPDATE SET added = "
                "excluded.added",
                objects.back().added));
    COMITY_CHECK(tx->commit());
    return objects.size();
}

Result<void> drop_index(db::Database& database) {
    COMITY_TRY(const auto tx, database.begin());
    COMITY_CHECK(tx->run("DELETE FROM search_mark"));
    COMITY_CHECK(tx->run("DELETE FROM search_terms"));
    return tx->commit();
}

Indexer::Indexer(db::Database& database) : database_(database), thread_([this] { run(); }) {}

Indexer::~Indexer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
}

bool Indexer::wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !stop_.wait_for(lock, time, [&] { return stopping_; });
}

void Indexer::run() {
    using std::chrono::steady_clock;
    bool failing = false;
    std::int64_t newest = 0;
    for (auto pause = kBetweenSteps; wait(pause);) {
        const auto begun = steady_clock::now();
        const auto settled = settle_objects(database_);
        if (!settled) logging::warning("objects are not settled", {{"cause", settled.error().message()}});
        const auto advanced = advance_index(database_, kStep);
        if (!advanced && !failing)
            logging::warning("search index stands still", {{"cause", advanced.error().message()}});
        failing = !advanced;
        pause = kIdle;
        if (!advanced || *advanced < kStep) continue;
        const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begun);
        const std::int64_t last = std::exchange(newest, newest_object(database_));
        pause = newest == last ? kBetweenSteps : std::min(taken * (kBusyShare - 1), kLongestPause);
    }
}

}  // namespace comity::intelligence::search
