#include "ledger/checker.h"

#include <fmt/format.h>
#include <set>

#include "crypto/sha256.h"
#include "ledger/audience_book.h"
#include "ledger/holes.h"
#include "ledger/id_index.h"
#include "ledger/log_edge.h"
#include "ledger/queries.h"
#include "ledger/views.h"

namespace comity::ledger {
namespace {

constexpr int kRowsAtOnce = 500;
constexpr std::size_t kMaxFaults = 100;

class Checker {
  public:
    Checker(db::Session& session, const LogIdentity& identity, const Pillars& pillars,
            const Progress& progress)
        : session_(session), identity_(identity), pillars_(pillars), progress_(progress) {}

    Result<CheckReport> check() {
        COMITY_TRY(roll_, pillars_.roll_maker().load(session_));
        COMITY_CHECK(check_statements());
        COMITY_CHECK(check_holes());
        COMITY_CHECK(check_log());
        return std::move(report_);
    }

  private:
    void fault(std::string text) {
        if (report_.faults.size() < kMaxFaults) report_.faults.push_back(std::move(text));
    }

    struct Row {
        std::int64_t seq = 0;
        Digest id;
        std::optional<std::uint64_t> index;
        std::string type, author, audience, envelope;
        std::int64_t issued = 0, added = 0;
        Witnessed witnessed = 0;
        bool effective = true;
    };

    Result<void> check_statements() {
        COMITY_TRY(const auto total, session_.integer("SELECT COUNT(*) FROM statements"));
        std::int64_t last = 0;
        for (std::vector<Row> page;; page.clear()) {
            COMITY_CHECK(
                session_.each("SELECT s.seq, s.id, s.idx, s.type, s.author, s.issued, s.added, "
                              "s.witnessed, s.effective, s.envelope, "
                              "a.audience FROM statements s LEFT JOIN audiences a ON a.n = s.audience WHERE "
                              "s.seq > $1 ORDER BY s.seq LIMIT $2",
                              {last, kRowsAtOnce}, [&](const db::Row& row) {
                                  Row kept;
                                  kept.seq = row.integer(0);
                                  kept.id = row.digest(1);
                                  if (!row.null(2)) kept.index = static_cast<std::uint64_t>(row.integer(2));
                                  kept.type = row.text(3);
                                  kept.author = row.text(4);
                                  kept.issued = row.integer(5);
                                  kept.added = row.integer(6);
                                  kept.witnessed = row.integer(7);
                                  kept.effective = row.integer(8) != 0;
                                  kept.envelope = row.text(9);
                                  kept.audience = row.text(10);
                                  page.push_back(std::move(kept));
                                  return true;
                              }));
            if (page.empty()) return {};
            for (const Row& row : page) COMITY_CHECK(check_statement(row));
            last = page.back().seq;
            if (progress_)
                progress_("statements", report_.statements, static_cast<std::uint64_t>(total.value_or(0)));
        }
    }

    Result<void> check_statement(const Row& row) {
        ++report_.statements;
        const std::string name = "statement " + row.id.hex();
        const auto act = parse_kept(row.envelope);
        if (!act) {
            fault(name + ": its envelope is damaged: " + act.error().message());
            return {};
        }
        const Statement& statement = act->statement;
        if (statement.id != row.id)
            fault(name + ": its envelope is another statement's, " + statement.id.hex());
        COMITY_TRY(
            const auto found,
            session_.integer(
                "SELECT COUNT(*) FROM ledger_ids WHERE age IN (0, 1, 2) AND prefix = $1 AND statement = $2",
                {id_prefix(row.id), row.seq}));
        if (found != 1) fault(name + ": is not found by its id");
        if (statement.type != row.type || statement.author != row.author ||
            statement.issued.micros != row.issued ||
            json::write(audience_json(statement.audience)) != row.audience) {
            fault(name + ": its columns do not say what its envelope says");
        }
        const auto signer = check_signer(statement, act->envelope, pillars_, roll_, row.witnessed);
        ++report_.signatures;
        if (signer.has_value() != row.effective) {
            fault(name + (signer ? ": counts, but is kept as if it did not"
                                 : ": does not count: " + signer.error().message()));
        }
        const std::uint64_t count = statement.objects ? statement.objects->count : 0;
        COMITY_TRY(const KeptObjects objects, load_objects(session_, row.seq, row.added, count));
        const std::vector<std::string_view> views(objects.list.data.begin(), objects.list.data.end());
        const std::vector<Hole>& holes = objects.list.holes;
        report_.objects += count - holes.size();
        report_.holes += holes.size();
        const auto leaves = leaf_hashes(views, holes);
        if (!leaves || (count > 0 && log::root_of(*leaves) != statement.objects->root)) {
            fault(name + ": its objects are not those that it binds");
        }
        const Pillar* owner = pillars_.owner(statement.type);
        if (!holes.empty() && (owner == nullptr || !owner->divisible(statement.type)))
            fault(name + ": is kept without some of its objects, which its type does not allow");
        for (const AttachmentRef& ref : statement.attachments) {
            COMITY_TRY(const auto data,
                       session_.blob("SELECT data FROM attachments WHERE sha256 = $1", {ref.sha256}));
            if (!data || crypto::sha256(*data) != ref.sha256)
                fault(name + ": its attachment " + ref.sha256.hex() + " is damaged or gone");
        }
        return {};
    }

    // Those of no statement that is here; and what came later under a number that says otherwise.
    Result<void> check_holes() {
        COMITY_TRY(
            const auto lost,
            session_.integer("SELECT COUNT(*) FROM ledger_holes h LEFT JOIN statements s ON s.seq = h.seq "
                             "WHERE s.seq IS NULL"));
        if (lost.value_or(0) > 0) fault(fmt::format("{} holes are of no statement that is here", *lost));
        COMITY_TRY(
            const auto astray,
            session_.integer("SELECT COUNT(*) FROM ledger_fills f LEFT JOIN objects o ON o.added = f.added "
                             "AND o.seq = f.seq AND o.position = f.position WHERE o.added IS NULL"));
        if (astray.value_or(0) > 0)
            fault(fmt::format("{} objects that came later are not where they should be", *astray));
        return {};
    }

    // The log made again from its entries: every tile, every checkpoint, and that every entry is a kept
    // statement's.
    Result<void> check_log() {
        COMITY_TRY(const LogState state, LogEdge::read_state(session_));
        TileCache cache(64);
        LogReader reader(session_, cache);
        LogEdge edge;
        log::Frontier frontier;
        COMITY_CHECK(check_checkpoint(frontier));
        while (frontier.size() < state.size) {
            auto ids = reader.entries(frontier.size(), log::kTileWidth, state.size);
            if (!ids) {
                fault(fmt::format("the log's entries from {} on are gone: {}", frontier.size(),
                                  ids.error().message()));
                return {};
            }
            for (const Digest& id : *ids) {
                COMITY_TRY(const auto index, index_of(session_, id));
                if (!index) {
                    fault(fmt::format("entry {} of the log, {}, is no statement kept here", frontier.size(),
                                      id.hex()));
                } else if (*index != frontier.size()) {
                    fault(fmt::format("statement {} stands at {} in the log, not at {}", id.hex(),
                                      frontier.size(), *index));
                }
                frontier.append(log::leaf_hash(id.view()));
                edge.append(id);
                if (known_sizes_.contains(frontier.size())) COMITY_CHECK(check_checkpoint(frontier));
            }
            COMITY_CHECK(check_tiles(edge.take_full()));
            if (progress_) progress_("log entries", frontier.size(), state.size);
        }
        // Those of entries and level 0 are made of the entries just read.
        std::map<std::int64_t, Bytes> partial = edge.partial();
        partial.erase(partial.begin(), partial.lower_bound(tile_place(1, 0)));
        COMITY_CHECK(check_tiles(partial));
        COMITY_TRY(const auto newest,
                   session_.text("SELECT note FROM ledger_checkpoints WHERE size = $1", {state.size}));
        COMITY_TRY(const auto shown, session_.text("SELECT checkpoint FROM ledger_log WHERE n = 1"));
        if (!newest || newest != shown) fault("the newest checkpoint is not the log's");
        return {};
    }

    Result<void> check_tiles(const std::map<std::int64_t, Bytes>& tiles) {
        for (const auto& [place, data] : tiles) {
            ++report_.tiles;
            COMITY_TRY(const auto stored,
                       session_.blob("SELECT data FROM ledger_tiles WHERE place = $1", {place}));
            if (!stored || *stored != data) {
                fault(fmt::format("tile {} of level {} is damaged or gone", place & ((1LL << 56) - 1),
                                  (place >> 56) - 1));
            }
        }
        return {};
    }

    Result<void> check_checkpoint(const log::Frontier& frontier) {
        if (frontier.size() == 0) {
            COMITY_CHECK(session_.each("SELECT size FROM ledger_checkpoints", {}, [&](const db::Row& row) {
                known_sizes_.insert(static_cast<std::uint64_t>(row.integer(0)));
                return true;
            }));
        }
        COMITY_TRY(const auto note,
                   session_.text("SELECT note FROM ledger_checkpoints WHERE size = $1", {frontier.size()}));
        const auto open = log::open_checkpoint(note.value_or(""), identity_.key.public_part());
        ++report_.signatures;
        if (!open) {
            fault(fmt::format("the checkpoint at {} entries: {}", frontier.size(), open.error().message()));
        } else if (open->checkpoint.size != frontier.size() || open->checkpoint.root != frontier.root()) {
            fault(
                fmt::format("the checkpoint at {} entries is not of the log that is here", frontier.size()));
        }
        return {};
    }

    db::Session& session_;
    const LogIdentity& identity_;
    const Pillars& pillars_;
    const Progress& progress_;
    Roll roll_;
    std::set<std::uint64_t> known_sizes_;
    CheckReport report_;
};

}  // namespace

Result<CheckReport> check_store(db::Database& database, const LogIdentity& identity, const Pillars& pillars,
                                const Progress& progress) {
    CheckReport report;
    {
        COMITY_TRY(const auto session, database.snapshot());
        COMITY_TRY(report, Checker(*session, identity, pillars, progress).check());
    }
    COMITY_TRY(const auto tx, database.begin());
    COMITY_TRY(const Digest kept, digest_views(*tx, pillars));
    AudienceBook audiences;
    if (auto rebuilt = rebuild_views(*tx, pillars, audiences, progress); !rebuilt) {
        report.faults.push_back("the views cannot be made again: " + rebuilt.error().message());
        return report;
    }
    COMITY_TRY(const Digest made, digest_views(*tx, pillars));
    if (kept != made)
        report.faults.emplace_back("the views are not what the statements make: run comity rebuild");
    return report;
}

}  // namespace comity::ledger
