#include "federation/follow.h"

#include <fmt/format.h>
#include <algorithm>
#include <deque>
#include <future>

#include "base/logging.h"
#include "crypto/sha256.h"
#include "federation/mirror_edge.h"
#include "federation/tree_tiles.h"
#include "log/checkpoint.h"

namespace comity::federation {
namespace {

// Was it the payloads that were not the statement's? Then another node may have the right ones; what is wrong
// with the statement itself stays so.
bool payload_fault(const Error& error) {
    return error.where.starts_with("envelope") || error.where == "objects" ||
           error.where == "body.objects.root" || error.where.starts_with("attachments");
}

// A log's checkpoints in their order, read as they are needed, ending with the newest.
class Times {
  public:
    using More = std::function<Result<std::vector<TimedCheckpoint>>(std::uint64_t after)>;
    Times(std::uint64_t after, TimedCheckpoint newest, More more)
        : after_(after), newest_(std::move(newest)), more_(std::move(more)) {}

    // The first that holds the entry. Precondition: the newest holds it; indexes rise from call to call.
    Result<const TimedCheckpoint*> holding(std::uint64_t index) {
        for (;;) {
            while (!ahead_.empty() && ahead_.front().size <= index) ahead_.pop_front();
            if (!ahead_.empty()) return &ahead_.front();
            if (exhausted_) return &newest_;
            COMITY_TRY(auto page, more_(after_));
            exhausted_ = page.empty();
            for (TimedCheckpoint& checkpoint : page) {
                after_ = checkpoint.size;
                if (checkpoint.size >= newest_.size) {
                    exhausted_ = true;
                    break;
                }
                ahead_.push_back(std::move(checkpoint));
            }
        }
    }

  private:
    std::uint64_t after_;
    TimedCheckpoint newest_;
    More more_;
    std::deque<TimedCheckpoint> ahead_;
    bool exhausted_ = false;
};

}  // namespace

Digest log_name(const crypto::NamedKey& log_key) {
    return crypto::sha256(as_bytes(log_key.text()));
}

Result<TimedCheckpoint> Follow::read_timed(const MirroredLog& log, const std::string& note, Digest& root) {
    auto open = log::open_checkpoint(note, log.key);
    if (!open) return within("checkpoint", std::move(open).error());
    std::optional<Time> time;
    for (const crypto::NoteSignature& signature : open->note.signatures) {
        if (signature.name != log.cosigner.name || signature.id != log.cosigner.id()) continue;
        auto verified = log::verify_cosignature(open->note.text, signature, log.cosigner);
        if (!verified) return within("checkpoint", std::move(verified).error());
        if (!time || *verified < *time) time = *verified;
    }
    if (!time) return refused("checkpoint", "bears no time by the log's cosigner " + log.cosigner.name);
    root = open->checkpoint.root;
    return TimedCheckpoint{open->checkpoint.size, time->seconds(), note};
}

Result<void> Follow::contradiction(const MirroredLog& log, const std::string& earlier,
                                   const std::string& later, std::string_view what, TreeTiles* larger) {
    COMITY_CHECK(store_.keep_contradiction(log.key, earlier, later, what, options_.clock->now().seconds()));
    if (auto kept = keep_evidence(log, earlier, later, larger); !kept)
        logging::warning("evidence could not be kept", {{"cause", kept.error().message()}});
    return conflict(log.key.name, std::string(what),
                    "both signed checkpoints are kept: comity node check, and show them to the community");
}

// What the two notes prove to anybody: by themselves, or by the larger tree's own hashes.
Result<void> Follow::keep_evidence(const MirroredLog& log, const std::string& earlier,
                                   const std::string& later, TreeTiles* larger) {
    if (options_.sightings == nullptr) return {};
    const crypto::NamedKey cosigners[] = {log.cosigner};
    COMITY_CHECK(options_.sightings->saw(log.key, earlier, cosigners));
    COMITY_CHECK(options_.sightings->saw(log.key, later, cosigners));
    if (larger == nullptr) return {};
    COMITY_TRY(const auto evidence, compare_with_tree(earlier, later, log.key, larger->reader()));
    if (evidence) COMITY_CHECK(options_.sightings->keep(*evidence));
    return {};
}

Result<MirroredLog> Follow::verify_newest(const OfferedLog& offered) {
    COMITY_TRY(MirroredLog log, store_.log(offered.key, offered.cosigner));
    COMITY_TRY(const std::string note, source_.checkpoint(offered));
    Digest root;
    COMITY_TRY(const TimedCheckpoint newest, read_timed(log, note, root));
    if (newest.size == log.size) {
        if (root != log.root && !log.checkpoint.empty()) {
            COMITY_CHECK(contradiction(log, log.checkpoint, note, "shows two histories of one size"));
        }
        if (log.size == 0 && root != log::empty_root())
            return refused("checkpoint", "an empty log has another root");
        return log;
    }
    if (newest.size < log.size) {
        // An old copy, if nobody signed it later; but it must be of the same log.
        if (newest.size <= log.applied.size()) {
            COMITY_TRY(const auto same, store_.checkpoints(log.n, newest.size - 1, 1));
            if (newest.size > 0 && !same.empty() && same.front().size == newest.size) {
                Digest known;
                COMITY_CHECK(read_timed(log, same.front().note, known));
                if (known != root) {
                    COMITY_CHECK(
                        contradiction(log, same.front().note, note, "shows two histories of one size"));
                }
            }
        }
        Digest unused;
        COMITY_TRY(const TimedCheckpoint verified, read_timed(log, log.checkpoint, unused));
        if (newest.time > verified.time) {
            COMITY_CHECK(contradiction(log, log.checkpoint, note, "was rolled back: it became shorter"));
        }
        return log;
    }
    COMITY_TRY(TreeTiles tiles, TreeTiles::open(newest.size, root, [&](const log::TilePath& path) {
                   return source_.tile(offered, path);
               }));
    if (log.size > 0) {
        COMITY_TRY(const Digest before, tiles.root_at(log.size));
        if (before != log.root) {
            COMITY_CHECK(contradiction(log, log.checkpoint, note,
                                       "rewrote its history: what it signed before is not its beginning",
                                       &tiles));
        }
    }
    COMITY_CHECK(store_.verified(log, newest.size, root, note));
    return store_.log(offered.key, offered.cosigner);
}

Result<Followed> Follow::follow(const OfferedLog& offered) {
    Followed followed;
    COMITY_TRY(MirroredLog log, verify_newest(offered));
    if (log.applied.size() >= log.size) return followed;

    Digest root;
    COMITY_TRY(TimedCheckpoint newest, read_timed(log, log.checkpoint, root));
    COMITY_TRY(TreeTiles tiles, TreeTiles::open(log.size, log.root, [&](const log::TilePath& path) {
                   return source_.tile(offered, path);
               }));
    std::map<std::uint64_t, Digest> roots;  // of the checkpoints ahead, to compare when they are reached
    std::int64_t time = log.time;
    Times times(log.applied.size(), newest, [&](std::uint64_t after) -> Result<std::vector<TimedCheckpoint>> {
        COMITY_TRY(const auto notes, source_.checkpoints(offered, after));
        std::vector<TimedCheckpoint> page;
        for (const std::string& note : notes) {
            Digest known;
            COMITY_TRY(TimedCheckpoint checkpoint, read_timed(log, note, known));
            if (checkpoint.size <= after || checkpoint.time < time ||
                (checkpoint.size < log.size && checkpoint.time > newest.time))
                return refused("checkpoints", "are not in the order of their sizes and times");
            after = checkpoint.size;
            time = checkpoint.time;
            if (checkpoint.size < log.size) roots.emplace(checkpoint.size, known);
            page.push_back(std::move(checkpoint));
        }
        return page;
    });
    COMITY_TRY(MirrorEdge edge, MirrorEdge::load(store_, log));

    while (log.applied.size() < log.size) {
        if (options_.stopped && options_.stopped()) return followed;
        const std::uint64_t first = log.applied.size();
        const std::uint64_t end =
            std::min(log.size, (first / log::kTileWidth + options_.packages_at_once) * log::kTileWidth);
        Progress progress;
        progress.time = log.time;
        std::vector<Wanted> wanted;
        const auto take = [&](std::uint64_t index, const Digest& id) -> Result<void> {
            COMITY_TRY(const TimedCheckpoint* holding, times.holding(index));
            wanted.push_back({index, id, holding->time});
            progress.entries.push_back(id);
            if (const auto completed = edge.append(id)) {
                COMITY_TRY(const Digest expected, tiles.hash(1, index / log::kTileWidth));
                if (*completed != expected) {
                    return refused(fmt::format("entries {} to {}", index - index % log::kTileWidth, index),
                                   "are not those of the checkpoint's tree");
                }
            }
            if (index + 1 != holding->size) return {};
            progress.time = holding->time;
            progress.checkpoints.push_back(*holding);
            const auto known = roots.extract(holding->size);
            if (!known.empty() && known.mapped() != edge.frontier().root()) {
                // The entries themselves are checked where their tile is full, or at the end.
                COMITY_TRY(const Digest true_root, tiles.root_at(holding->size));
                if (true_root != known.mapped()) {
                    return contradiction(log, holding->note, log.checkpoint,
                                         "signed a checkpoint that its later log does not hold", &tiles);
                }
                return refused("entries", "are not those of the checkpoint's tree");
            }
            return {};
        };
        for (std::uint64_t index = first; index < end;) {
            const std::uint64_t bundle = index / log::kTileWidth;
            const log::TilePath path{
                .entries = true, .level = 0, .index = bundle, .width = log::tile_width(0, bundle, log.size)};
            COMITY_TRY(const Bytes bytes, source_.tile(offered, path));
            COMITY_TRY(const auto entries, log::bundle_entries(bytes));
            if (entries.size() != path.width)
                return invalid(path.text(),
                               fmt::format("has {} entries, not {}", entries.size(), path.width));
            for (; index < bundle * log::kTileWidth + path.width; ++index) {
                const ByteView entry = entries[index % log::kTileWidth];
                if (entry.size() != Digest::kSize)
                    return invalid(path.text(), "holds an entry that is no statement's id");
                COMITY_TRY(const Digest id, Digest::from_bytes(entry));
                COMITY_CHECK(take(index, id));
            }
        }
        if (edge.frontier().size() == log.size && edge.frontier().root() != log.root)
            return refused("entries", "are not those of the checkpoint's tree");
        COMITY_CHECK(take_payloads(offered, wanted, progress.lacking, followed));
        progress.applied = edge.frontier();
        progress.tiles = edge.take_tiles();
        COMITY_TRY(const bool advanced, store_.advance(log, progress));
        if (!advanced) return followed;  // somebody else is at it
        followed.entries += wanted.size();
        log.applied = progress.applied;
        log.time = progress.time;
        if (options_.on_step) options_.on_step(log.key.name, log.applied.size(), log.size);
    }
    return followed;
}

// Some statements go to the ledger with the times that the log witnessed; what could not be had is told.
Result<void> Follow::take_in(Arrivals::Some some, std::vector<std::uint64_t>& missing, Followed& followed) {
    if (!some.fault.empty()) followed.fault = std::move(some.fault);
    std::vector<ledger::Foreign> batch;
    std::vector<const Wanted*> asked;
    std::vector<Digest> ids;
    std::vector<Digest> withheld;
    for (std::size_t i = 0; i < some.wanted.size(); ++i) {
        const Wanted& want = some.wanted[i];
        if (!some.submissions[i]) {
            missing.push_back(want.index);
            continue;
        }
        if (!some.submissions[i]->holes.empty()) withheld.push_back(want.id);
        batch.push_back({want.id, *std::move(some.submissions[i]), want.witnessed});
        asked.push_back(&want);
        ids.push_back(want.id);
    }
    if (batch.empty()) return {};
    const auto answers = ledger_.ingest(std::move(batch));
    COMITY_TRY(const std::vector<bool> kept, store_.kept(ids));
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (!answers[i]) {
            const Error& error = answers[i].error();
            if (is_ours(error)) return std::unexpected(error);
            followed.fault = fmt::format("entry {}: {}", asked[i]->index, error.message());
            if (!payload_fault(error)) continue;
        }
        // What waits for its author's key may have come with signatures that are nobody's.
        if (kept[i]) {
            ++followed.statements;
        } else {
            missing.push_back(asked[i]->index);
        }
    }
    if (withheld.empty() || options_.node.empty()) return {};
    COMITY_TRY(const auto holed, store_.with_holes(withheld));
    std::vector<std::int64_t> statements;
    for (const auto& [id, seq] : holed) statements.push_back(seq);
    return store_.note_withheld(statements, options_.node, true);
}

// What is wanted is in the order of the log. The next of it is asked for while the last is taken in.
Result<void> Follow::take_payloads(const OfferedLog& offered, std::span<const Wanted> wanted,
                                   std::vector<Lacking>& lacking, Followed& followed) {
    std::vector<std::uint64_t> missing;
    Arrivals arrivals(source_, offered, wanted);
    const auto ask = [&] { return std::async(std::launch::async, [&] { return arrivals.next(); }); };
    for (auto asked = ask();;) {
        COMITY_TRY(Arrivals::Some some, asked.get());
        if (some.wanted.empty()) break;
        const bool last = some.wanted.back().index == wanted.back().index;
        if (!last) asked = ask();
        COMITY_CHECK(take_in(std::move(some), missing, followed));
        if (last) break;
    }
    // Some may be here from another log already.
    std::vector<Digest> ids;
    std::ranges::sort(missing);
    for (const std::uint64_t index : missing) {
        const auto want = std::ranges::lower_bound(wanted, index, {}, &Wanted::index);
        ids.push_back(want->id);
    }
    COMITY_TRY(const std::vector<bool> kept, store_.kept(ids));
    for (std::size_t i = 0; i < missing.size(); ++i) {
        if (!kept[i]) {
            lacking.push_back({missing[i], 0});
            ++followed.missing;
            continue;
        }
        // This log may have witnessed it earlier.
        const auto want = std::ranges::lower_bound(wanted, missing[i], {}, &Wanted::index);
        auto own = store_.submission(want->id);
        if (!own && own.error().kind == ErrorKind::kNotFound) continue;  // its author has erased it
        if (!own) return std::unexpected(std::move(own).error());
        COMITY_CHECK(ledger_.ingest(*std::move(own), want->witnessed));
        ++followed.statements;
    }
    ids.clear();
    for (const Wanted& want : wanted) ids.push_back(want.id);
    COMITY_TRY(const auto holed, store_.with_holes(ids));
    for (const Wanted& want : wanted) {
        if (const auto it = holed.find(want.id); it != holed.end())
            lacking.push_back({want.index, it->second});
    }
    return {};
}

}  // namespace comity::federation
