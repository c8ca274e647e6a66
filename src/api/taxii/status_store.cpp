#include "api/taxii/status_store.h"

#include "db/migration.h"

namespace comity::api::taxii {
namespace {

// The specification wants a day at least.
constexpr std::int64_t kKept = std::int64_t{48} * 3600 * 1'000'000;  // microseconds

constexpr db::Migration kMigrations[] = {{1, R"(
    CREATE TABLE taxii_status(
        id TEXT PRIMARY KEY,
        root TEXT NOT NULL,
        account TEXT NOT NULL,
        made INTEGER NOT NULL,
        body TEXT NOT NULL
    );
    CREATE INDEX taxii_status_made ON taxii_status(made);
)"}};

}  // namespace

Result<void> StatusStore::prepare() {
    const std::lock_guard lock(mutex_);
    if (prepared_) return {};
    COMITY_CHECK(db::migrate(database_, "taxii", kMigrations));
    prepared_ = true;
    return {};
}

Result<void> StatusStore::keep(std::string_view id, std::string_view root, std::string_view account,
                               Time made, std::string_view json) {
    COMITY_CHECK(prepare());
    COMITY_TRY(const auto tx, database_.begin());
    COMITY_CHECK(tx->run("DELETE FROM taxii_status WHERE made < $1", made.micros - kKept));
    COMITY_CHECK(tx->run("INSERT INTO taxii_status(id, root, account, made, body) VALUES($1, $2, $3, $4, $5)",
                         id, root, account, made.micros, json));
    return tx->commit();
}

Result<std::string> StatusStore::find(std::string_view id, std::string_view root, std::string_view account,
                                      Time now) {
    COMITY_CHECK(prepare());
    COMITY_TRY(const auto session, database_.reader());
    COMITY_TRY(auto body, session->text("SELECT body FROM taxii_status WHERE id = $1 AND root = $2 AND "
                                        "account = $3 AND made >= $4",
                                        {id, root, account, now.micros - kKept}));
    if (!body) return not_found("there is no such status, or it is no longer kept");
    return *std::move(body);
}

}  // namespace comity::api::taxii
