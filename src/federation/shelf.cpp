#include "federation/shelf.h"

#include <fmt/format.h>

#include "intelligence/carried.h"
#include "ledger/access.h"
#include "ledger/id_index.h"
#include "ledger/queries.h"
#include "ledger/views.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

constexpr std::size_t kInlineObjects = 4u << 20;  // bytes of objects that go with a package at the most
constexpr std::size_t kHashSize = 67;             // of one that is withheld, in JSON

Result<std::uint64_t> size_of(const std::string& note, const crypto::NamedKey& key) {
    COMITY_TRY(const auto open, log::open_checkpoint(note, key));
    return open.checkpoint.size;
}

}  // namespace

Result<ledger::ObjectList> objects_for(db::Session& session, const ledger::Readable& readable,
                                       const ledger::Kept& kept, std::uint64_t first, std::uint64_t limit) {
    ledger::ObjectList list;
    const std::uint64_t count = kept.statement.objects ? kept.statement.objects->count : 0;
    const std::uint64_t size = std::min(limit, count - std::min(first, count));
    if (size == 0) return list;
    list.data.resize(size);
    COMITY_TRY(auto carried, intelligence::find_carried(session, readable, kept, first, size));
    std::size_t found = 0;
    for (auto& object : carried) {
        if (object.position >= first + size) break;
        list.data[object.position - first] = std::move(object.data);
        ++found;
    }
    if (found == size) return list;
    COMITY_TRY(ledger::KeptObjects all,
               ledger::load_objects(session, kept.seq, kept.added.micros, count, first, size));
    auto hole = all.list.holes.begin();
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::string& object = all.list.data[i];
        const std::uint64_t position = first + i;
        const bool lacks = hole != all.list.holes.end() && hole->position == position;
        if (list.data[i].empty())
            list.holes.push_back({position, lacks ? hole->hash : log::leaf_hash(as_bytes(object))});
        if (lacks) ++hole;
    }
    return list;
}

std::string package_item_json(const OfferedStatement& statement) {
    std::string item = fmt::format(R"({{"index":{},"envelope":{})", statement.index, statement.envelope);
    if (!statement.objects.empty())
        item.append(",\"objects\":").append(objects_json(statement.objects, statement.holes));
    if (statement.apart) item += ",\"apart\":true";
    return item + '}';
}

Result<HeldLog> Shelf::own() {
    const ledger::LogIdentity& identity = ledger_.identity();
    HeldLog held{std::nullopt, {identity.key.public_part(), identity.cosigner.public_part(), {}, true}, 0};
    COMITY_TRY(held.offer.checkpoint, ledger_.checkpoint());
    COMITY_TRY(held.size, size_of(held.offer.checkpoint, held.offer.key));
    return held;
}

Result<std::optional<HeldLog>> Shelf::mirrored(const MirroredLog& log) {
    HeldLog held{log.n, {log.key, log.cosigner, log.checkpoint, false}, log.size};
    if (log.applied.size() < log.size) {
        COMITY_TRY(const auto last, store_.last_checkpoint(log.n));
        if (!last) return std::nullopt;
        held.offer.checkpoint = last->note;
        held.size = last->size;
    }
    if (held.size == 0) return std::nullopt;
    return held;
}

Result<std::vector<HeldLog>> Shelf::logs() {
    std::vector<HeldLog> logs;
    COMITY_TRY(HeldLog mine, own());
    logs.push_back(std::move(mine));
    COMITY_TRY(const auto mirrors, store_.logs());
    for (const MirroredLog& mirror : mirrors) {
        COMITY_TRY(auto held, mirrored(mirror));
        if (held) logs.push_back(*std::move(held));
    }
    return logs;
}

Result<HeldLog> Shelf::find(const Digest& name) {
    if (name == log_name(ledger_.identity().key.public_part())) return own();
    COMITY_TRY(const auto mirrors, store_.logs());
    for (const MirroredLog& mirror : mirrors) {
        if (log_name(mirror.key) != name) continue;
        COMITY_TRY(auto held, mirrored(mirror));
        if (held) return *std::move(held);
    }
    return not_found("no log of that name is held here", "list them: GET /api/v1/logs");
}

Result<Bytes> Shelf::tile(const HeldLog& log, const log::TilePath& path) {
    return log.mirror ? store_.tile(*log.mirror, path) : ledger_.tile(path);
}

Result<std::vector<TimedCheckpoint>> Shelf::checkpoints(const HeldLog& log, std::uint64_t after,
                                                        std::size_t limit) {
    if (log.mirror) return store_.checkpoints(*log.mirror, after, limit);
    // Their times never fall, so the last of a second is the one before the next second's first.
    COMITY_TRY(const auto session, ledger_.database().reader());
    std::vector<TimedCheckpoint> found;
    COMITY_CHECK(
        session->each("SELECT size, time, note FROM ledger_checkpoints WHERE size > $1 ORDER BY size",
                      {after}, [&](const db::Row& row) {
                          TimedCheckpoint next{static_cast<std::uint64_t>(row.integer(0)), row.integer(1),
                                               std::string(row.text(2))};
                          if (!found.empty() && found.back().time == next.time) {
                              found.back() = std::move(next);
                              return true;
                          }
                          if (found.size() == limit) return false;
                          found.push_back(std::move(next));
                          return true;
                      }));
    return found;
}

Result<std::vector<Digest>> Shelf::entries(const HeldLog& log, std::uint64_t package) {
    const std::uint64_t first = package * log::kTileWidth;
    if (first >= log.size) return std::vector<Digest>();
    const std::uint64_t count = std::min<std::uint64_t>(log::kTileWidth, log.size - first);
    if (log.mirror) return store_.entries(*log.mirror, first, count);
    const log::TilePath path{
        .entries = true, .level = 0, .index = package, .width = static_cast<unsigned>(count)};
    COMITY_TRY(const Bytes bundle, ledger_.tile(path));
    COMITY_TRY(const auto views, log::bundle_entries(bundle));
    std::vector<Digest> ids;
    for (const ByteView entry : views) {
        COMITY_TRY(const Digest id, Digest::from_bytes(entry));
        ids.push_back(id);
    }
    return ids;
}

Result<std::vector<OfferedStatement>> Shelf::package(const HeldLog& log, std::uint64_t package,
                                                     const ledger::Viewer& viewer) {
    COMITY_TRY(const auto ids, entries(log, package));
    COMITY_TRY(const auto session, ledger_.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, viewer));
    struct Row {
        std::uint64_t index;
        std::string envelope;
        std::int64_t added;
        std::int64_t seq;
    };
    static const std::string by_prefix = ledger::of_prefix("SELECT id, audience, added, envelope, seq");
    std::vector<Row> rows;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        COMITY_CHECK(session->each(by_prefix, {ledger::id_prefix(ids[i])}, [&](const db::Row& row) {
            if (row.digest(0) != ids[i]) return true;
            if (readable.contains(row.integer(1))) {
                rows.push_back({package * log::kTileWidth + i, std::string(row.text(3)), row.integer(2),
                                row.integer(4)});
            }
            return false;
        }));
    }
    std::vector<OfferedStatement> offered;
    std::size_t bytes = 0;
    for (Row& row : rows) {
        COMITY_TRY(ledger::Act act, ledger::parse_kept(row.envelope));
        OfferedStatement statement{row.index, std::move(row.envelope), {}, false};
        statement.apart = !act.statement.attachments.empty();
        if (act.statement.objects && !statement.apart) {
            const std::uint64_t count = act.statement.objects->count;
            ledger::Kept kept;
            kept.statement = std::move(act.statement);
            kept.added = Time{row.added};
            kept.seq = row.seq;
            if (bytes < kInlineObjects) {
                COMITY_TRY(auto list, objects_for(*session, readable, kept, 0, count));
                std::size_t more = list.holes.size() * kHashSize;
                for (const std::string& object : list.data) more += object.size();
                if (bytes + more <= kInlineObjects) {
                    bytes += more;
                    statement.objects = std::move(list.data);
                    statement.holes = std::move(list.holes);
                }
            }
            statement.apart = statement.objects.size() != count;
        }
        offered.push_back(std::move(statement));
    }
    return offered;
}

Result<ledger::ObjectList> Shelf::objects(const Digest& statement, const ledger::Viewer& viewer) {
    COMITY_TRY(const auto session, ledger_.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, viewer));
    COMITY_TRY(const ledger::Kept kept, ledger::find_statement(*session, viewer, statement));
    return objects_for(*session, readable, kept, 0, ledger::kMaxObjects);
}

}  // namespace comity::federation
