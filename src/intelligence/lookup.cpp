#include "intelligence/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace comity::intelligence {
namespace {

constexpr std::size_t kAtOnce = 32;  // uuids asked for in one query

// What a row of the answer is about.
constexpr int kRow = 1;
constexpr int kWithdrawal = 2;
constexpr int kMarksChanged = 3;

// What there is of so many uuids, $2 and on, and whether the author, $1, has changed markings: in one
// question, for PostgreSQL answers from afar.
std::string question(std::size_t count) {
    std::string places;
    for (std::size_t i = 2; i < count + 2; ++i) places += fmt::format("{}${}", i == 2 ? "" : ", ", i);
    const std::string rows =
        fmt::format("SELECT {}, i.uuid, i.contested FROM intelligence_objects i WHERE", kRow);
    // Of one, twice: for each list SQLite makes a table, which costs more than looking once more.
    const std::string found =
        count == 1
            ? fmt::format("{0} i.settled = 0 AND i.uuid = $2 UNION ALL {0} i.settled = 1 AND i.uuid = $2",
                          rows)
            : fmt::format("{} {} IN ({})", rows, kByUuid, places);
    return fmt::format(
        "{} UNION ALL SELECT {}, w.uuid, 0 FROM intelligence_withdrawn w WHERE w.uuid {} UNION ALL "
        "SELECT {}, NULL, 0 WHERE EXISTS(SELECT 1 FROM intelligence_markings WHERE author = $1)",
        found, kWithdrawal, count == 1 ? "= $2" : fmt::format("IN ({})", places), kMarksChanged);
}

}  // namespace

std::string_view contest() {
    return "UPDATE intelligence_objects SET contested = 1 WHERE settled IN (0, 1) AND uuid = $1 AND "
           "contested = 0";
}

std::size_t KnownObjects::Hash::operator()(const Uuid& uuid) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, uuid.view().data() + 8, sizeof hash);
    return hash;
}

Result<KnownObjects> KnownObjects::find(db::Transaction& tx, std::string_view author,
                                        std::span<const Object> objects) {
    KnownObjects known;
    if (objects.size() > 1) known.others_.reserve(objects.size());
    while (!objects.empty()) {
        const std::size_t count = objects.size() < kAtOnce / 4 ? 1 : std::min(objects.size(), kAtOnce);
        COMITY_CHECK(known.look(tx, author, objects.first(count)));
        objects = objects.subspan(count);
    }
    return known;
}

Result<void> KnownObjects::look(db::Transaction& tx, std::string_view author,
                                std::span<const Object> objects) {
    static const std::string of_one = question(1);
    static const std::string of_many = question(kAtOnce);
    const std::size_t places = objects.size() == 1 ? 1 : kAtOnce;
    std::vector<db::Param> params{author};
    params.reserve(places + 1);
    for (std::size_t i = 0; i < places; ++i)  // the last one again fills up what is left over
        params.emplace_back(objects[std::min(i, objects.size() - 1)].id.uuid.view());
    return tx.each(places == 1 ? of_one : of_many, params, [&](const db::Row& row) {
        if (row.integer(0) == kMarksChanged) marks_ = true;
        if (const auto uuid = Uuid::from_bytes(row.blob(1))) {
            Others& others = others_[*uuid];
            others.contest = true;
            if (row.integer(0) == kRow && row.integer(2) == 0) others.uncontested = true;
        }
        return true;
    });
}

KnownObjects::Others KnownObjects::add(const Uuid& uuid) {
    const auto [place, first] = others_.try_emplace(uuid);
    const Others before = place->second;
    // The next row of it in this statement meets this one, which is contested only if `before` says so.
    place->second = {.contest = true, .uncontested = !before.contest};
    return before;
}

Result<void> settle_objects(db::Database& database, std::size_t in_front) {
    if (database.engine() != db::Database::Engine::kSqlite) return {};
    {
        COMITY_TRY(const auto session, database.reader());
        COMITY_TRY(const auto found,
                   session->integer("SELECT COUNT(*) FROM (SELECT 1 FROM intelligence_objects WHERE "
                                    "settled = 0 LIMIT $1) AS front",
                                    {in_front}));
        if (found.value_or(0) < static_cast<std::int64_t>(in_front)) return {};
    }
    COMITY_TRY(const auto tx, database.begin());
    COMITY_CHECK(tx->run("UPDATE intelligence_objects SET settled = 1 WHERE settled = 0"));
    return tx->commit();
}

}  // namespace comity::intelligence
