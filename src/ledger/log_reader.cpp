#include "ledger/log_reader.h"

#include "ledger/log_edge.h"

namespace comity::ledger {
namespace {

std::size_t item_size(int level) {
    return level < 0 ? log::kDigestEntrySize : Digest::kSize;
}

}  // namespace

std::shared_ptr<const Bytes> TileCache::find(std::int64_t place, std::size_t bytes) const {
    const std::lock_guard lock(mutex_);
    const auto it = tiles_.find(place);
    return it == tiles_.end() || it->second->size() < bytes ? nullptr : it->second;
}

void TileCache::keep(std::int64_t place, std::shared_ptr<const Bytes> tile) {
    const std::lock_guard lock(mutex_);
    const auto [at, is_new] = tiles_.try_emplace(place, tile);
    if (!is_new) {
        if (at->second->size() < tile->size()) at->second = std::move(tile);
        return;
    }
    order_.push_back(place);
    if (order_.size() > limit_) {
        tiles_.erase(order_.front());
        order_.pop_front();
    }
}

Result<std::shared_ptr<const Bytes>> LogReader::load(int level, std::uint64_t index, unsigned width) {
    const std::int64_t place = tile_place(level, index);
    const std::size_t wanted = width * item_size(level);
    if (auto cached = cache_.find(place, wanted)) return cached;
    COMITY_TRY(std::optional<Bytes> data,
               session_.blob("SELECT data FROM ledger_tiles WHERE place = $1", {place}));
    if (!data && level <= 0) {
        COMITY_TRY(data, partial_tile(session_, level, index));
    }
    if (!data || data->size() < wanted) return not_found("the log has no such tile yet");
    auto tile = std::make_shared<const Bytes>(*std::move(data));
    cache_.keep(place, tile);
    return tile;
}

Result<Bytes> LogReader::tile(const log::TilePath& path) {
    const int level = path.entries ? -1 : static_cast<int>(path.level);
    if (path.index >> 48 != 0) return not_found("the log has no such tile yet");
    COMITY_TRY(const auto data, load(level, path.index, path.width));
    const auto end = data->begin() + static_cast<std::ptrdiff_t>(path.width * item_size(level));
    return Bytes(data->begin(), end);
}

log::HashReader LogReader::hashes(std::uint64_t size) {
    return [this, size](std::span<const log::Node> nodes) -> Result<std::vector<Digest>> {
        std::vector<Digest> found;
        found.reserve(nodes.size());
        for (const log::Node& node : nodes) {
            const log::TilePlace place = log::place_of(node);
            const unsigned width = log::tile_width(place.level, place.index, size);
            if (place.first + place.count > width)
                return internal("log", "a hash beyond the tree was asked for");
            COMITY_TRY(const auto tile,
                       load(static_cast<int>(place.level), place.index, place.first + place.count));
            found.push_back(log::hash_in_tile(*tile, place));
        }
        return found;
    };
}

Result<std::vector<Digest>> LogReader::entries(std::uint64_t first, std::uint64_t count, std::uint64_t size) {
    std::vector<Digest> ids;
    const std::uint64_t end = first >= size ? first : std::min(size, first + count);
    for (std::uint64_t index = first; index < end;) {
        const std::uint64_t bundle = index / log::kTileWidth;
        const std::uint64_t stop = std::min(end, (bundle + 1) * log::kTileWidth);
        COMITY_TRY(const auto data, load(-1, bundle, static_cast<unsigned>(stop - bundle * log::kTileWidth)));
        for (; index < stop; ++index) {
            COMITY_TRY(ids.emplace_back(), log::digest_entry(*data, index % log::kTileWidth));
        }
    }
    return ids;
}

}  // namespace comity::ledger
