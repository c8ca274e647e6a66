#include "intelligence/search/index.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/logging.h"
#include "db/migration.h"
#include "intelligence/lookup.h"
#include "intelligence/marking_change.h"
#include "intelligence/search/facts.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "json/value.h"

namespace comity::intelligence::search {
namespace {

constexpr db::Migration kIndexMigrations[] = {
    {1, R"(
    CREATE TABLE search_mark(n INTEGER PRIMARY KEY, added INTEGER NOT NULL);
    CREATE TABLE search_terms(term BLOB NOT NULL, added INTEGER NOT NULL, PRIMARY KEY(term, added)) WITHOUT ROWID;
)"},
    // Properties, confidence and audiences joined the terms: made anew.
    {2, "DELETE FROM search_terms; DELETE FROM search_mark;"}};

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

// Rows of search_mark; the last says of how many erased statements the terms are gone.
constexpr int kObjects = 1;
constexpr int kMarkingTerms = 2;
constexpr int kMarkingsSeq = 3;
constexpr int kErased = 4;

Result<std::int64_t> mark_of(db::Session& session, int n) {
    COMITY_TRY(const auto mark, session.integer("SELECT added FROM search_mark WHERE n = $1", {n}));
    return mark.value_or(0);
}

// The numbers of the audiences that objects were shared with: that of the statement, or a narrower one of the
// object's own marking, stored when it was shared.
class SharedWith {
  public:
    explicit SharedWith(db::Session& session) : session_(session) {}

    // Nothing where there is no such object in the view: its statement does not count.
    Result<std::optional<ledger::AudienceId>> find(const std::string& author, ledger::AudienceId statement,
                                                   std::optional<ledger::Tlp> marking) {
        const std::tuple key(author, statement, marking);
        if (const auto known = known_.find(key); known != known_.end()) return known->second;
        COMITY_TRY(const auto text,
                   session_.text("SELECT audience FROM audiences WHERE n = $1", {statement}));
        if (!text) return corrupt("audiences", "one that a statement has is not there", "run comity check");
        COMITY_TRY(const json::Value form, json::parse(*text));
        COMITY_TRY(const ledger::Audience audience, ledger::parse_audience(form, "audiences"));
        const ledger::Audience own = effective_audience(audience, marking);
        // As ledger/audience_book.h stores them.
        const bool whoever = own.label == ledger::Tlp::kClear || own.label == ledger::Tlp::kGreen;
        COMITY_TRY(const auto number,
                   session_.integer("SELECT n FROM audiences WHERE author = $1 AND audience = $2",
                                    {whoever ? std::string_view() : std::string_view(author),
                                     json::write(ledger::audience_json(own))}));
        known_.emplace(key, number);
        return number;
    }

  private:
    db::Session& session_;
    std::map<std::tuple<std::string, ledger::AudienceId, std::optional<ledger::Tlp>>,
             std::optional<ledger::AudienceId>>
        known_;
};

// What one short transaction puts into the index, read before it begins.
class Step {
  public:
    Result<void> read(db::Session& session, std::size_t most) {
        COMITY_TRY(mark_, mark_of(session, kObjects));
        COMITY_TRY(markings_mark_, mark_of(session, kMarkingTerms));
        last_ = mark_;
        last_marking_ = markings_mark_;
        COMITY_CHECK(read_objects(session, most));
        COMITY_TRY(const auto newest, session.integer("SELECT MAX(seq) FROM intelligence_markings"));
        newest_marking_ = newest.value_or(0);
        COMITY_TRY(const std::int64_t known, mark_of(session, kMarkingsSeq));
        // Going through the changes costs as many steps as there are: not while nothing happens.
        markings_ = newest_marking_ != known || objects_ > 0;
        if (markings_) COMITY_CHECK(read_markings(session));
        std::ranges::sort(rows_);  // neighbours go into the same page
        return {};
    }

    bool empty() const { return objects_ == 0 && !markings_; }
    std::size_t objects() const { return objects_; }

    Result<bool> still_next(db::Session& session) const {
        COMITY_TRY(const std::int64_t mark, mark_of(session, kObjects));
        COMITY_TRY(const std::int64_t markings, mark_of(session, kMarkingTerms));
        return mark == mark_ && markings == markings_mark_;
    }

    Result<void> write(db::Transaction& tx) const {
        for (const auto& [term, added] : rows_) {
            COMITY_CHECK(tx.queue(
                "INSERT INTO search_terms(term, added) VALUES($1, $2) ON CONFLICT(term, added) DO NOTHING",
                as_bytes(term), added));
        }
        for (const auto& [n, added] : {std::pair(kObjects, last_), std::pair(kMarkingTerms, last_marking_),
                                       std::pair(kMarkingsSeq, newest_marking_)}) {
            COMITY_CHECK(
                tx.run("INSERT INTO search_mark(n, added) VALUES($1, $2) ON CONFLICT(n) DO UPDATE SET "
                       "added = excluded.added",
                       n, added));
        }
        return {};
    }

  private:
    Result<void> read_objects(db::Session& session, std::size_t most) {
        struct Shared {
            std::int64_t added;
            std::string author;
            ledger::AudienceId audience;
            std::optional<Object> object;
        };
        std::vector<Shared> shared;
        COMITY_CHECK(session.each(
            "SELECT o.added, o.data, s.author, s.audience FROM objects o JOIN statements s ON "
            "s.seq = o.seq WHERE o.added > $1 ORDER BY o.added LIMIT $2",
            {mark_, most}, [&](const db::Row& row) {
                const std::string_view data = as_text(row.blob(1));
                last_ = row.integer(0);
                ++objects_;
                auto facts = facts_of(data, row.text(2));
                if (!facts) return true;
                for (std::string& term : facts->terms) add(last_, std::move(term));
                for (std::string& term : property_terms(data)) add(last_, std::move(term));
                if (facts->confidence) add(last_, confidence_term(*facts->confidence));
                if (auto object = parse_object(data))
                    shared.push_back({last_, std::string(row.text(2)), row.integer(3), *std::move(object)});
                return true;
            }));
        SharedWith with(session);
        std::map<std::string, bool> changes;
        for (const Shared& each : shared) {
            COMITY_TRY(const auto audience, with.find(each.author, each.audience, each.object->marking));
            if (audience) add(each.added, audience_term(*audience));
            auto [known, fresh] = changes.try_emplace(each.author, false);
            if (fresh) {
                COMITY_TRY(known->second, changes_markings(session, each.author));
            }
            if (!known->second) continue;
            COMITY_CHECK(
                session.each("SELECT audience FROM intelligence_markings WHERE author = $1 AND uuid = $2",
                             {each.author, each.object->id.uuid.view()}, [&](const db::Row& row) {
                                 add(each.added, audience_term(row.integer(0)));
                                 return true;
                             }));
        }
        return {};
    }

    // Of what was in the index before.
    Result<void> read_markings(db::Session& session) {
        static const std::string sql = fmt::format(
            "SELECT m.audience, ms.added, i.added FROM intelligence_markings m CROSS JOIN statements ms "
            "LEFT JOIN intelligence_objects i ON {} = m.uuid AND i.added <= $2 WHERE ms.seq = m.seq AND "
            "ms.added > $1",
            kByUuid);
        COMITY_CHECK(session.each(sql, {markings_mark_, mark_}, [&](const db::Row& row) {
            last_marking_ = std::max(last_marking_, row.integer(1));
            if (!row.null(2)) add(row.integer(2), audience_term(row.integer(0)));
            return true;
        }));
        return {};
    }

    void add(std::int64_t added, std::string term) { rows_.emplace_back(std::move(term), added); }

    std::int64_t mark_ = 0;
    std::int64_t markings_mark_ = 0;
    std::int64_t last_ = 0;
    std::int64_t last_marking_ = 0;
    std::int64_t newest_marking_ = 0;
    std::size_t objects_ = 0;
    bool markings_ = false;
    std::vector<std::pair<std::string, std::int64_t>> rows_;  // (term, added), in the table's order once read
};

// Terms of objects whose author has erased them since (ledger/erasure.h).
Result<void> forget_erased(db::Database& database) {
    constexpr std::string_view kCount = "SELECT COUNT(*) FROM ledger_erased WHERE done = 1";
    {
        COMITY_TRY(const auto session, database.reader());
        COMITY_TRY(const auto erased, session->integer(kCount));
        COMITY_TRY(const std::int64_t forgotten, mark_of(*session, kErased));
        if (erased.value_or(0) == forgotten) return {};
    }
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const auto erased, tx->integer(kCount));
    COMITY_CHECK(
        tx->run("DELETE FROM search_terms WHERE EXISTS (SELECT 1 FROM ledger_erased WHERE done = 1 AND "
                "search_terms.added BETWEEN first_added AND last_added) OR added IN (SELECT added FROM "
                "ledger_erased_apart)"));
    COMITY_CHECK(
        tx->run("INSERT INTO search_mark(n, added) VALUES($1, $2) ON CONFLICT(n) DO UPDATE SET added = "
                "excluded.added",
                kErased, erased.value_or(0)));
    return tx->commit();
}

}  // namespace

Result<void> prepare_index(db::Database& database) {
    return db::migrate(database, "search", kIndexMigrations);
}

Result<Time> indexed_until(db::Session& session) {
    COMITY_TRY(const std::int64_t mark, mark_of(session, kObjects));
    return Time{mark};
}

Result<Time> markings_indexed_until(db::Session& session) {
    COMITY_TRY(const std::int64_t mark, mark_of(session, kMarkingTerms));
    return Time{mark};
}

Result<std::size_t> advance_index(db::Database& database, std::size_t most) {
    COMITY_CHECK(forget_erased(database));
    Step step;
    {
        COMITY_TRY(const auto session, database.snapshot());
        COMITY_CHECK(step.read(*session, most));
    }
    if (step.empty()) return std::size_t{0};
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const bool mine, step.still_next(*tx));
    // Where another process was faster there may be more.
    if (mine) {
        COMITY_CHECK(step.write(*tx));
        COMITY_CHECK(tx->commit());
    }
    return step.objects();
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
