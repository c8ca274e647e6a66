#include "intelligence/standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "intelligence/lookup.h"
#include "intelligence/withdrawal.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kStandingsAtOnce = 32;  // objects asked for at once

const std::string& look_up() {
    static const std::string sql = [] {
        std::string places;
        for (std::size_t i = 0; i < kStandingsAtOnce; ++i)
            places += fmt::format("{}${}", i == 0 ? "" : ", ", i + 3);
        return fmt::format(
            "SELECT i.uuid, i.type, i.version, i.added, a.audience, "
            "CASE WHEN p.added IS NULL THEN 0 ELSE 1 END "
            "FROM intelligence_objects i JOIN statements s ON s.seq = i.seq "
            "JOIN audiences a ON a.n = i.audience "
            "LEFT JOIN intelligence_posted p ON p.collection = $2 AND p.added = i.added "
            "WHERE {} IN ({}) AND s.author = $1 AND {}",
            kByUuid, places, kNotWithdrawn);
    }();
    return sql;
}

struct Known {
    std::int64_t added;
    std::string audience;  // JSON
    bool posted;
};
using Key = std::tuple<Uuid, std::string, std::optional<std::int64_t>>;

Key key_of(const Offered& offered) {
    return {offered.id.uuid, offered.id.type,
            offered.version ? std::optional(offered.version->micros) : std::nullopt};
}

}  // namespace

Result<std::vector<Standing>> find_standing(db::Session& session, std::string_view author,
                                            std::optional<Uuid> collection,
                                            std::span<const Offered> offered) {
    std::map<Key, std::vector<Known>> known;
    const Uuid wanted = collection.value_or(Uuid{});
    for (std::size_t first = 0; first < offered.size(); first += kStandingsAtOnce) {
        std::vector<db::Param> params{author, wanted.view()};
        for (std::size_t i = 0; i < kStandingsAtOnce; ++i) {  // the last one again fills up what is left over
            params.emplace_back(offered[std::min(first + i, offered.size() - 1)].id.uuid.view());
        }
        COMITY_CHECK(session.each(look_up(), params, [&](const db::Row& row) {
            const auto uuid = Uuid::from_bytes(row.blob(0));
            const auto version = row.null(2) ? std::nullopt : std::optional(row.integer(2));
            if (uuid) {
                known[{*uuid, std::string(row.text(1)), version}].push_back(
                    {row.integer(3), std::string(row.text(4)), !collection || row.integer(5) != 0});
            }
            return true;
        }));
    }
    std::vector<Standing> standing(offered.size(), Standing::kNew);
    if (known.empty()) return standing;
    for (std::size_t i = 0; i < offered.size(); ++i) {
        const auto it = known.find(key_of(offered[i]));
        if (it == known.end()) continue;
        const std::string audience = json::write(ledger::audience_json(offered[i].audience));
        for (const Known& copy : it->second) {
            COMITY_TRY(const auto data,
                       session.blob("SELECT data FROM objects WHERE added = $1", {copy.added}));
            if (!data || as_text(*data) != offered[i].data) {
                standing[i] = Standing::kDiffers;
                break;
            }
            if (copy.posted && copy.audience == audience) standing[i] = Standing::kThere;
        }
    }
    return standing;
}

Result<std::vector<Copy>> find_copies(db::Session& session, std::string_view author, const ObjectId& id) {
    static const std::string sql = fmt::format(
        "SELECT i.added, i.type, i.spec, i.version, a.audience FROM intelligence_objects i "
        "JOIN statements s ON s.seq = i.seq JOIN audiences a ON a.n = i.audience "
        "WHERE {} = $1 AND s.author = $2 AND {} ORDER BY i.added",
        kByUuid, kNotWithdrawn);
    std::vector<Copy> copies;
    Result<void> parsed;
    COMITY_CHECK(session.each(sql, {id.uuid.view(), author}, [&](const db::Row& row) {
        if (row.text(1) != id.type) return true;
        auto value = json::parse(row.text(4));
        auto audience = value ? ledger::parse_audience(*value, "audiences") : std::unexpected(value.error());
        if (!audience) {
            parsed = std::unexpected(std::move(audience).error());
            return false;
        }
        Copy copy{{{row.integer(0)}, id, static_cast<Spec>(row.integer(2)), std::nullopt},
                  *std::move(audience)};
        if (!row.null(3)) copy.row.version = Time{row.integer(3)};
        copies.push_back(std::move(copy));
        return true;
    }));
    COMITY_CHECK(parsed);
    return copies;
}

}  // namespace comity::intelligence
