#include "federation/tree_tiles.h"

#include <fmt/format.h>

namespace comity::federation {
namespace {

constexpr std::size_t kMaxKept = 256;  // full tiles of 8 KiB

Digest digest_at(const Bytes& tile, std::uint64_t at) {
    return log::hash_in_tile(tile, {.level = 0, .index = 0, .first = static_cast<unsigned>(at), .count = 1});
}

}  // namespace

Result<Bytes> TreeTiles::fetch_tile(unsigned level, std::uint64_t index, unsigned width) const {
    const log::TilePath path{.entries = false, .level = level, .index = index, .width = width};
    COMITY_TRY(Bytes bytes, fetch_(path));
    if (bytes.size() != width * Digest::kSize) {
        return invalid(path.text(), fmt::format("has {} bytes, not {}", bytes.size(), width * Digest::kSize));
    }
    return bytes;
}

Result<TreeTiles> TreeTiles::open(std::uint64_t size, const Digest& root, Fetch fetch) {
    TreeTiles tiles;
    tiles.size_ = size;
    tiles.root_ = root;
    tiles.fetch_ = std::move(fetch);
    std::vector<Digest> roots;  // of the complete subtrees, smallest first
    for (unsigned level = 0; level * log::kTileHeight < 64 && size >> (level * log::kTileHeight) > 0;
         ++level) {
        const std::uint64_t hashes = size >> (level * log::kTileHeight);
        const auto width = static_cast<unsigned>(hashes % log::kTileWidth);
        if (width == 0) continue;
        const std::uint64_t index = hashes / log::kTileWidth;
        COMITY_TRY(Bytes tile, tiles.fetch_tile(level, index, width));
        unsigned end = width;
        for (unsigned bit = 0; bit < log::kTileHeight; ++bit) {
            const unsigned count = 1U << bit;
            if ((width & count) == 0) continue;
            end -= count;
            roots.push_back(
                log::hash_in_tile(tile, {.level = level, .index = index, .first = end, .count = count}));
        }
        tiles.edge_.emplace(Place(level, index), std::move(tile));
    }
    COMITY_TRY(const auto edge, log::Frontier::from(size, std::vector<Digest>(roots.rbegin(), roots.rend())));
    if (edge.root() != root) {
        return refused("tiles", "the tiles served do not make the checkpoint's root",
                       "ask another node for this log");
    }
    return tiles;
}

Result<const Bytes*> TreeTiles::tile(unsigned level, std::uint64_t index) {
    if (const auto it = edge_.find({level, index}); it != edge_.end()) return &it->second;
    if (const auto it = full_.find({level, index}); it != full_.end()) return &it->second;
    if (log::tile_width(level, index, size_) != log::kTileWidth)
        return internal("tiles", "a tile beyond the tree was asked for");
    COMITY_TRY(const Digest expected, hash(level + 1, index));
    COMITY_TRY(Bytes bytes, fetch_tile(level, index, log::kTileWidth));
    if (log::tile_root(bytes) != expected) {
        const log::TilePath path{.entries = false, .level = level, .index = index};
        return refused(path.text(), "is not the tile of the checkpoint's tree",
                       "ask another node for this log");
    }
    if (full_.size() >= kMaxKept) full_.clear();
    return &full_.emplace(Place(level, index), std::move(bytes)).first->second;
}

Result<Digest> TreeTiles::hash(unsigned level, std::uint64_t index) {
    COMITY_TRY(const Bytes* found, tile(level, index / log::kTileWidth));
    return digest_at(*found, index % log::kTileWidth);
}

Result<Digest> TreeTiles::root_at(std::uint64_t size) {
    if (size == size_) return root_;
    if (size > size_) return internal("tiles", "a root beyond the tree was asked for");
    return log::tree_root(size, reader());
}

log::HashReader TreeTiles::reader() {
    return [this](std::span<const log::Node> nodes) -> Result<std::vector<Digest>> {
        std::vector<Digest> hashes;
        for (const log::Node& node : nodes) {
            const log::TilePlace place = log::place_of(node);
            COMITY_TRY(const Bytes* found, tile(place.level, place.index));
            if (found->size() < (std::size_t{place.first} + place.count) * Digest::kSize)
                return internal("tiles", "a hash beyond the tree was asked for");
            hashes.push_back(log::hash_in_tile(*found, place));
        }
        return hashes;
    };
}

}  // namespace comity::federation
