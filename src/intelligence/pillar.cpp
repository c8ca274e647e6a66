#include "intelligence/pillar.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxTitle = 200;
constexpr std::size_t kMaxDescription = 4000;

constexpr std::string_view kTypes[] = {"intelligence.share"};

// One index only: each statement pays for it on its way in. Pages go by the primary key, everything of one
// object by the index.
constexpr db::Migration kMigrations[] = {{1, R"(
    CREATE TABLE intelligence_objects(
        added INTEGER PRIMARY KEY,
        seq INTEGER NOT NULL,
        uuid BLOB NOT NULL,
        type TEXT NOT NULL,
        spec INTEGER NOT NULL,
        version INTEGER,
        revoked INTEGER NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE INDEX intelligence_objects_by_uuid ON intelligence_objects(uuid);
)"}};

constexpr ledger::Pillar::ViewTable kView[] = {
    {"intelligence_objects", R"(
        SELECT s.id, i.added - s.added AS position, i.uuid, i.type, i.spec, i.version, i.revoked, a.author, a.audience
        FROM intelligence_objects i JOIN statements s ON s.seq = i.seq JOIN audiences a ON a.n = i.audience
        ORDER BY s.id, position)"},
};

class Intelligence final : public ledger::Pillar {
  public:
    std::string_view name() const override { return "intelligence"; }
    std::span<const std::string_view> types() const override { return kTypes; }
    std::span<const db::Migration> migrations() const override { return kMigrations; }
    std::span<const ViewTable> view() const override { return kView; }

    Result<void> validate(const ledger::Statement& statement,
                          std::span<const std::string_view> objects) const override {
        COMITY_TRY(json::Fields body, json::Fields::of(statement.body, "body"));
        COMITY_CHECK(body.object("objects"));  // its form is the ledger's to check
        COMITY_CHECK(body.optional_text("title", 1, kMaxTitle));
        COMITY_CHECK(body.optional_text("description", 1, kMaxDescription));
        COMITY_CHECK(body.nothing_else());
        if (objects.empty()) return invalid("body.objects.count", "a share carries at least one object");
        std::set<std::tuple<ObjectId, std::optional<Time>>> seen;
        for (std::size_t i = 0; i < objects.size(); ++i) {
            auto object = parse_object(objects[i]);
            if (!object) return within(fmt::format("objects[{}]", i), std::move(object).error());
            if (objects.size() > 1 && !seen.emplace(object->id, object->version).second) {
                return invalid(
                    fmt::format("objects[{}]", i),
                    fmt::format("{} stands in the statement twice in one version", object->id.text()));
            }
        }
        return {};
    }

    Result<void> apply(db::Transaction& tx, const ledger::Accepted& accepted,
                       ledger::Audiences& audiences) override {
        // By marking; the last place is for no marking.
        std::array<std::optional<ledger::AudienceId>, 6> numbers;
        for (std::size_t i = 0; i < accepted.objects.size(); ++i) {
            auto object = parse_object(accepted.objects[i]);
            if (!object)
                return internal(fmt::format("objects[{}]", i),
                                "was accepted but cannot be read: " + object.error().message());
            auto& number =
                numbers[object->marking ? static_cast<std::size_t>(*object->marking) : numbers.size() - 1];
            if (!number) {
                const auto audience = effective_audience(accepted.statement.audience, object->marking);
                COMITY_TRY(number, audiences.id(tx, accepted.statement.author, audience));
            }
            const std::optional<std::int64_t> version =
                object->version ? std::optional(object->version->micros) : std::nullopt;
            COMITY_CHECK(tx.queue(
                "INSERT INTO intelligence_objects(added, seq, uuid, type, spec, version, revoked, audience) "
                "VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
                accepted.added.micros + static_cast<std::int64_t>(i), accepted.seq, object->id.uuid.view(),
                object->id.type, static_cast<int>(object->spec), version, object->revoked, *number));
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<ledger::Pillar> make_pillar() {
    return std::make_unique<Intelligence>();
}

}  // namespace comity::intelligence
