// What a mirror asks for again: statements that were missing, and objects that were withheld.
#include <fmt/format.h>
#include <algorithm>

#include "federation/follow.h"

namespace comity::federation {
namespace {

constexpr std::size_t kHoledAtOnce = 8;       // statements with holes, each of which is asked for by itself
constexpr std::size_t kWithheldAtOnce = 100;  // statements

}  // namespace

// Of a statement that is here those objects that are not, as far as they may be read there now.
Result<void> Follow::take_objects(const OfferedLog& offered, const Wanted& want, std::int64_t seq,
                                  Followed& followed) {
    COMITY_TRY(const auto holes, store_.holes(seq));
    if (holes.empty()) return {};
    auto found = source_.objects_at(offered, want.index, want.id, holes);
    if (!found && found.error().kind == ErrorKind::kNotFound) return {};
    if (!found && is_ours(found.error())) return std::unexpected(found.error());
    if (!found) {
        followed.fault = fmt::format("entry {}: {}", want.index, found.error().message());
        return {};
    }
    if (!options_.node.empty())
        COMITY_CHECK(store_.note_withheld({&seq, 1}, options_.node, found->size() < holes.size()));
    if (found->empty()) return {};
    auto own = store_.submission(want.id);
    if (!own && own.error().kind == ErrorKind::kNotFound) return {};  // its author has erased it
    if (!own) return std::unexpected(own.error());
    std::uint64_t count = 0;
    std::erase_if(own->holes, [&](const ledger::Hole& hole) {
        const auto object = found->find(hole.position);
        if (object == found->end()) return false;
        own->objects[hole.position] = std::move(object->second);
        ++count;
        return true;
    });
    std::vector<ledger::Foreign> batch;
    batch.push_back({want.id, *std::move(own), want.witnessed});
    const auto answer = ledger_.ingest(std::move(batch)).front();
    if (answer) {
        followed.objects += count;
        return {};
    }
    if (is_ours(answer.error())) return std::unexpected(answer.error());
    followed.fault = fmt::format("entry {}: {}", want.index, answer.error().message());
    return {};
}

Result<void> Follow::ask_withheld(const OfferedLog& offered, Followed& followed) {
    if (options_.node.empty()) return {};
    COMITY_TRY(const MirroredLog log, store_.log(offered.key, offered.cosigner));
    COMITY_TRY(const auto withheld,
               store_.came_otherwise(log.n, options_.node, options_.reader, kWithheldAtOnce));
    for (const MirrorStore::Withheld& one : withheld) {
        const auto found = source_.objects_at(offered, one.index, one.statement, one.objects);
        if (!found && is_ours(found.error())) return std::unexpected(found.error());
        const std::size_t given = found ? found->size() : 0;
        COMITY_CHECK(store_.note_unduly(one.seq, options_.node, one.objects.size() - given));
        if (given == one.objects.size()) continue;
        followed.fault = fmt::format(
            "withholds {} objects of the statement {} that all who ask there may read: they came otherwise",
            one.objects.size() - given, one.statement.hex());
    }
    return {};
}

Result<std::optional<std::uint64_t>> Follow::fill(const OfferedLog& offered, std::uint64_t from,
                                                  std::uint64_t old, std::size_t packages,
                                                  Followed& followed) {
    COMITY_TRY(const MirroredLog log, store_.log(offered.key, offered.cosigner));
    COMITY_TRY(const auto lacking, store_.lacking(log.n, from, packages * log::kTileWidth));
    if (lacking.empty()) return std::nullopt;
    std::vector<Wanted> wanted;  // statements that are not here
    std::vector<std::pair<Wanted, std::int64_t>> holed;
    std::vector<std::uint64_t> asked;
    std::uint64_t next = from;
    std::uint64_t package = 0;
    std::size_t counted = 0;
    std::vector<Digest> entries;
    std::optional<TimedCheckpoint> holding;
    for (const auto& [index, seq] : lacking) {
        if (holed.size() == kHoledAtOnce) break;
        if (seq != 0 && index >= old) {
            next = index + 1;
            continue;
        }
        if (counted == 0 || index / log::kTileWidth != package) {
            if (counted == packages) break;
            ++counted;
            package = index / log::kTileWidth;
            COMITY_TRY(entries, store_.entries(log.n, package * log::kTileWidth, log::kTileWidth));
        }
        if (index % log::kTileWidth >= entries.size())
            return corrupt("federation_missing", "names an entry beyond the log", "restore a backup");
        if (!holding || holding->size <= index) {
            COMITY_TRY(auto found, store_.checkpoints(log.n, index, 1));
            if (found.empty())
                return corrupt("federation_checkpoints", "ends before the log", "restore a backup");
            holding = std::move(found.front());
        }
        const Wanted want{index, entries[index % log::kTileWidth], holding->time};
        asked.push_back(index);
        next = index + 1;
        if (seq == 0) {
            wanted.push_back(want);
        } else {
            holed.emplace_back(want, seq);
        }
    }
    std::vector<Lacking> still;
    if (!wanted.empty()) COMITY_CHECK(take_payloads(offered, wanted, still, followed));
    for (const auto& [want, seq] : holed) {
        COMITY_CHECK(take_objects(offered, want, seq, followed));
        COMITY_TRY(const auto holes, store_.holes(seq));
        if (!holes.empty()) still.push_back({want.index, seq});
    }
    COMITY_CHECK(store_.note_lacking(log.n, asked, still));
    return next;
}

}  // namespace comity::federation
