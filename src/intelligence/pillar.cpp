#include "intelligence/pillar.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "intelligence/alert/alert.h"
#include "intelligence/collection.h"
#include "intelligence/hit/count_view.h"
#include "intelligence/lookup.h"
#include "intelligence/marking_change.h"
#include "intelligence/override.h"
#include "intelligence/share.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "intelligence/withdrawal.h"
#include "json/fields.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxTitle = 200;
constexpr std::size_t kMaxDescription = 4000;

constexpr std::string_view kTypes[] = {kShare, kWithdrawal,      kCollection, kMarkingChange, kOverride,
                                       kAlert, kAcknowledgement, kCountKey,   kCount};

// One index only of the objects: each statement pays for it on its way in. Pages go by the primary key,
// everything of one object by the index.
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
)"},
                                         {2, R"(
    ALTER TABLE intelligence_objects ADD COLUMN contested INTEGER NOT NULL DEFAULT 0;
    UPDATE intelligence_objects SET contested = 1 WHERE EXISTS(
        SELECT 1 FROM intelligence_objects o
        WHERE o.uuid = intelligence_objects.uuid AND o.added <> intelligence_objects.added);
    CREATE TABLE intelligence_posted(
        collection BLOB NOT NULL,
        added INTEGER NOT NULL,
        PRIMARY KEY(collection, added)
    ) WITHOUT ROWID;
    CREATE TABLE intelligence_collections(
        seq INTEGER PRIMARY KEY,
        uuid BLOB NOT NULL,
        body TEXT NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE TABLE intelligence_withdrawn(
        seq INTEGER NOT NULL,
        position INTEGER NOT NULL,
        uuid BLOB NOT NULL,
        type TEXT NOT NULL,
        version INTEGER,
        PRIMARY KEY(seq, position)
    ) WITHOUT ROWID;
    CREATE INDEX intelligence_withdrawn_by_uuid ON intelligence_withdrawn(uuid);
)"},
                                         {3, kMarkingsTable},
                                         {4, kSettledColumn},
                                         {5, kAlertTables},
                                         {6, kCountTables}};

constexpr ledger::Pillar::ViewTable kView[] = {
    {"intelligence_objects", R"(
        SELECT s.id, o.position, i.uuid, i.type, i.spec, i.version, i.revoked, a.author, a.audience, i.contested
        FROM intelligence_objects i JOIN statements s ON s.seq = i.seq JOIN audiences a ON a.n = i.audience
            JOIN objects o ON o.added = i.added
        ORDER BY s.id, o.position)"},
    {"intelligence_posted", R"(
        SELECT s.id, o.position, p.collection
        FROM intelligence_posted p JOIN intelligence_objects i ON i.added = p.added
            JOIN statements s ON s.seq = i.seq JOIN objects o ON o.added = i.added
        ORDER BY s.id, o.position)"},
    {"intelligence_collections", R"(
        SELECT s.id, c.uuid, c.body, a.author, a.audience
        FROM intelligence_collections c JOIN statements s ON s.seq = c.seq JOIN audiences a ON a.n = c.audience
        ORDER BY s.id)"},
    {"intelligence_withdrawn", R"(
        SELECT s.id, w.position, w.uuid, w.type, w.version
        FROM intelligence_withdrawn w JOIN statements s ON s.seq = w.seq
        ORDER BY s.id, w.position)"},
    kMarkingsView,
    {"intelligence_alerts", R"(
        SELECT s.id, l.root, l.severity, l.drill, l.body, a.author, a.audience
        FROM intelligence_alerts l JOIN statements s ON s.seq = l.seq JOIN audiences a ON a.n = l.audience
        ORDER BY s.id)"},
    {"intelligence_acknowledgements", R"(
        SELECT s.id, k.alert, k.automatic, k.body, a.author, a.audience
        FROM intelligence_acknowledgements k JOIN statements s ON s.seq = k.seq
            JOIN audiences a ON a.n = k.audience
        ORDER BY s.id)"},
    kCountKeysView,
    kCountsView,
    kCountRoundsView,
    kCountSumsView,
};

// The objects of a share that are here, in order.
struct Shared final : ledger::Reading {
    std::vector<Object> objects;
};

class Intelligence final : public ledger::Pillar {
  public:
    std::string_view name() const override { return "intelligence"; }
    std::span<const std::string_view> types() const override { return kTypes; }
    std::span<const db::Migration> migrations() const override { return kMigrations; }
    std::span<const ViewTable> view() const override { return kView; }

    bool divisible(std::string_view type) const override { return type == kShare; }

    Result<void> validate(const ledger::Statement& statement,
                          std::span<const std::string_view> objects) const override {
        return dropped(read(statement, objects));
    }

    Result<std::unique_ptr<const ledger::Reading>> read(
        const ledger::Statement& statement, std::span<const std::string_view> objects) const override {
        if (statement.type == kCount) {
            if (auto valid = check_count(statement, objects); !valid)
                return std::unexpected(std::move(valid).error());
            return nullptr;
        }
        if (statement.type != kShare) {
            if (!objects.empty()) return invalid("objects", "do not go with this type of statement");
            if (auto valid = check_body(statement); !valid) return std::unexpected(std::move(valid).error());
            return nullptr;
        }
        COMITY_TRY(json::Fields body, json::Fields::of(statement.body, "body"));
        COMITY_CHECK(body.object("objects"));  // its form is the ledger's to check
        COMITY_CHECK(body.optional_text("title", 1, kMaxTitle));
        COMITY_CHECK(body.optional_text("description", 1, kMaxDescription));
        COMITY_TRY(const auto collection, body.optional_text("collection", 36, 36));
        if (collection) COMITY_CHECK(parse_collection_id(*collection, "body.collection"));
        COMITY_CHECK(body.nothing_else());
        if (objects.empty()) return invalid("body.objects.count", "a share carries at least one object");
        auto shared = std::make_unique<Shared>();
        COMITY_TRY(shared->objects, parse_objects(objects));
        std::set<std::tuple<ObjectId, std::optional<Time>>> seen;
        auto here = shared->objects.begin();
        for (std::size_t i = 0; i < objects.size() && objects.size() > 1; ++i) {
            if (objects[i].empty()) continue;
            const Object& object = *here++;
            if (!seen.emplace(object.id, object.version).second) {
                return invalid(
                    fmt::format("objects[{}]", i),
                    fmt::format("{} stands in the statement twice in one version", object.id.text()));
            }
        }
        return shared;
    }

    Result<void> apply(db::Transaction& tx, const ledger::Accepted& accepted,
                       ledger::Audiences& audiences) override {
        if (accepted.statement.type == kWithdrawal) return apply_withdrawal(tx, accepted);
        if (accepted.statement.type == kCollection) return apply_collection(tx, accepted, audiences);
        if (accepted.statement.type == kMarkingChange) return apply_marking_change(tx, accepted, audiences);
        if (accepted.statement.type == kOverride) return {};  // it stands there, that is all
        if (accepted.statement.type == kAlert) return apply_alert(tx, accepted, audiences);
        if (accepted.statement.type == kAcknowledgement)
            return apply_acknowledgement(tx, accepted, audiences);
        if (accepted.statement.type == kCountKey) return apply_count_key(tx, accepted);
        if (accepted.statement.type == kCount) return apply_count(tx, accepted);
        return apply_share(tx, accepted, audiences);
    }

    // A share is divisible alone.
    Result<void> fill(db::Transaction& tx, const ledger::Accepted& accepted,
                      ledger::Audiences& audiences) override {
        return apply_share(tx, accepted, audiences);
    }

    Result<void> rewitnessed(db::Transaction& tx, const ledger::Statement& statement) override {
        if (statement.type == kCount) return rewitness_count(tx, statement);
        if (statement.type != kMarkingChange) return {};
        auto change = parse_marking_change(statement.body);
        if (!change) return unreadable(change.error());
        return settle_markings(tx, statement.author, change->object);
    }

    // A week's sum is made of all contributions to it.
    bool erasable(std::string_view type) const override { return type != kCountKey && type != kCount; }

  private:
    static Result<void> check_count(const ledger::Statement& statement,
                                    std::span<const std::string_view> objects) {
        COMITY_CHECK(parse_count(statement));
        if (objects.size() != 1)
            return invalid("objects", fmt::format("are {}", objects.size()), "send one, with all the cells");
        if (auto cells = parse_cells(objects.front()); !cells)
            return within("objects[0]", std::move(cells).error());
        return {};
    }

    static Result<void> check_body(const ledger::Statement& statement) {
        if (statement.type == kMarkingChange) return dropped(parse_marking_change(statement.body));
        if (statement.type == kOverride) return dropped(parse_override(statement.body));
        if (statement.type == kCollection) return dropped(parse_collection(statement.body));
        if (statement.type == kAlert) return dropped(parse_alert(statement.body));
        if (statement.type == kCountKey) return dropped(parse_count_key(statement));
        if (statement.type == kAcknowledgement) return dropped(parse_acknowledgement(statement.body));
        return dropped(parse_withdrawal(statement.body));
    }

    static Result<std::vector<Object>> parse_objects(std::span<const std::string_view> objects) {
        std::vector<Object> parsed;
        parsed.reserve(objects.size());
        for (std::size_t i = 0; i < objects.size(); ++i) {
            if (objects[i].empty()) continue;
            auto object = parse_object(objects[i]);
            if (!object) return within(fmt::format("objects[{}]", i), std::move(object).error());
            parsed.push_back(*std::move(object));
        }
        return parsed;
    }

    template <typename T>
    static Result<void> dropped(Result<T> parsed) {
        if (!parsed) return std::unexpected(std::move(parsed).error());
        return {};
    }

    static Result<void> apply_withdrawal(db::Transaction& tx, const ledger::Accepted& accepted) {
        auto body = parse_withdrawal(accepted.statement.body);
        if (!body) return unreadable(std::move(body).error());
        std::int64_t position = 0;
        for (const Withdrawn& one : body->objects) {
            const std::optional<std::int64_t> version =
                one.version ? std::optional(one.version->micros) : std::nullopt;
            COMITY_CHECK(tx.queue(contest(), one.id.uuid.view()));
            COMITY_CHECK(
                tx.queue("INSERT INTO intelligence_withdrawn(seq, position, uuid, type, version) "
                         "VALUES($1, $2, $3, $4, $5)",
                         accepted.seq, position++, one.id.uuid.view(), one.id.type, version));
        }
        return {};
    }

    static Result<void> apply_collection(db::Transaction& tx, const ledger::Accepted& accepted,
                                         ledger::Audiences& audiences) {
        const ledger::Statement& statement = accepted.statement;
        auto body = parse_collection(statement.body);
        if (!body) return unreadable(std::move(body).error());
        COMITY_TRY(const auto audience, audiences.id(tx, statement.author, statement.audience));
        return tx.queue(
            "INSERT INTO intelligence_collections(seq, uuid, body, audience) VALUES($1, $2, $3, $4)",
            accepted.seq, body->id.view(), json::write(collection_json(*body)), audience);
    }

    static Failure unreadable(const Error& error) {
        return internal("body", "was accepted but cannot be read: " + error.message());
    }

    static Result<void> apply_share(db::Transaction& tx, const ledger::Accepted& accepted,
                                    ledger::Audiences& audiences) {
        std::optional<Uuid> collection;
        const json::Object* body = accepted.statement.body.if_object();
        if (const json::Value* named = body == nullptr ? nullptr : body->if_contains("collection")) {
            auto id = parse_collection_id(named->as_string(), "body.collection");
            if (!id) return unreadable(id.error());
            collection = *id;
        }
        // By marking; the last place is for no marking.
        std::array<std::optional<ledger::AudienceId>, 6> numbers;
        std::vector<Object> made;  // where they come without having been read at the door
        const auto* shared = static_cast<const Shared*>(accepted.reading);
        if (shared == nullptr) {
            auto parsed = parse_objects(accepted.objects);
            if (!parsed) return unreadable(parsed.error());
            made = *std::move(parsed);
        }
        const std::vector<Object>& objects = shared == nullptr ? made : shared->objects;
        COMITY_TRY(KnownObjects known, KnownObjects::find(tx, accepted.statement.author, objects));
        auto here = objects.begin();
        for (std::size_t i = 0; i < accepted.objects.size(); ++i) {
            if (accepted.objects[i].empty()) continue;
            const Object& object = *here++;
            auto& number =
                numbers[object.marking ? static_cast<std::size_t>(*object.marking) : numbers.size() - 1];
            if (!number) {
                const auto audience = effective_audience(accepted.statement.audience, object.marking);
                COMITY_TRY(number, audiences.id(tx, accepted.statement.author, audience));
            }
            const std::optional<std::int64_t> version =
                object.version ? std::optional(object.version->micros) : std::nullopt;
            const std::int64_t added = accepted.added_of(i).micros;
            const KnownObjects::Others others = known.add(object.id.uuid);
            if (others.uncontested) {
                COMITY_CHECK(tx.queue(contest(), object.id.uuid.view()));
            }
            COMITY_CHECK(tx.queue(
                "INSERT INTO intelligence_objects(added, seq, uuid, type, spec, version, revoked, audience, "
                "contested, settled) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
                added, accepted.seq, object.id.uuid.view(), object.id.type, static_cast<int>(object.spec),
                version, object.revoked, *number, others.contest));
            if (known.marks()) COMITY_CHECK(settle_markings(tx, accepted.statement.author, object.id));
            if (!collection) continue;
            COMITY_CHECK(tx.queue("INSERT INTO intelligence_posted(collection, added) VALUES($1, $2)",
                                  collection->view(), added));
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<ledger::Pillar> make_pillar() {
    return std::make_unique<Intelligence>();
}

}  // namespace comity::intelligence
