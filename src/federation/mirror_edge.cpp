#include "federation/mirror_edge.h"

#include "ledger/log_edge.h"

namespace comity::federation {
namespace {

constexpr std::size_t kFullTile = log::kTileWidth * Digest::kSize;

}  // namespace

Result<MirrorEdge> MirrorEdge::load(MirrorStore& store, const MirroredLog& log) {
    MirrorEdge edge;
    edge.frontier_ = log.applied;
    const std::uint64_t size = log.applied.size();
    const auto last = static_cast<unsigned>(size % log::kTileWidth);
    if (last > 0) {
        const log::TilePath path{.entries = true, .level = 0, .index = size / log::kTileWidth, .width = last};
        COMITY_TRY(edge.partial_[0], store.tile(log.n, path));
    }
    for (unsigned level = 0; level * log::kTileHeight < 64 && size >> (level * log::kTileHeight) > 0;
         ++level) {
        if (edge.partial_.size() < level + 2) edge.partial_.emplace_back();
        const std::uint64_t hashes = size >> (level * log::kTileHeight);
        const auto width = static_cast<unsigned>(hashes % log::kTileWidth);
        if (width == 0) continue;
        const log::TilePath path{
            .entries = false, .level = level, .index = hashes / log::kTileWidth, .width = width};
        COMITY_TRY(edge.partial_[level + 1], store.tile(log.n, path));
    }
    return edge;
}

std::optional<Digest> MirrorEdge::append(const Digest& id) {
    const std::uint64_t index = frontier_.size();
    Bytes& entries = partial_[0];
    append_u16(entries, Digest::kSize);
    comity::append(entries, id.view());
    if (index % log::kTileWidth == log::kTileWidth - 1) {
        full_[ledger::tile_place(-1, index / log::kTileWidth)] = std::exchange(entries, {});
    }
    std::optional<Digest> completed;
    frontier_.append(log::leaf_hash(id.view()), [&](const log::Node& node, const Digest& hash) {
        if (node.level % log::kTileHeight != 0) return;
        const unsigned level = node.level / log::kTileHeight;
        if (level == 1) completed = hash;
        if (partial_.size() < level + 2) partial_.emplace_back();
        Bytes& tile = partial_[level + 1];
        comity::append(tile, hash.view());
        if (tile.size() == kFullTile) {
            full_[ledger::tile_place(static_cast<int>(level), node.index / log::kTileWidth)] =
                std::exchange(tile, {});
        }
    });
    return completed;
}

std::map<std::int64_t, Bytes> MirrorEdge::take_tiles() {
    std::map<std::int64_t, Bytes> tiles = std::exchange(full_, {});
    const std::uint64_t size = frontier_.size();
    for (std::size_t i = 0; i < partial_.size(); ++i) {
        if (partial_[i].empty()) continue;
        const int level = static_cast<int>(i) - 1;
        const unsigned steps = level < 0 ? 1 : static_cast<unsigned>(level) + 1;
        tiles[ledger::tile_place(level, size >> (steps * log::kTileHeight))] = partial_[i];
    }
    return tiles;
}

}  // namespace comity::federation
