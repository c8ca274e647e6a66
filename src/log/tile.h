// Tiles (C2SP tlog-tiles v0.1.0): the log as static files. A tile holds up to 256 hashes of one level of 8
// tree levels; an entry bundle holds up to 256 entries. Both grow only at the right edge: a tile of width W
// is the first W hashes of every later version of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "log/tree.h"

namespace comity::log {

inline constexpr unsigned kTileWidth = 256;
inline constexpr unsigned kTileHeight = 8;

// Which tile: "tile/0/x001/x234/067", "tile/1/000.p/17", "tile/entries/000.p/5".
struct TilePath {
    bool entries = false;
    unsigned level = 0;  // 0 to 63; 0 for entries
    std::uint64_t index = 0;
    unsigned width = kTileWidth;  // 1 to 256

    std::string text() const;
    // Refuses every spelling but the one text() gives. kInvalid.
    static Result<TilePath> parse(std::string_view text);
    friend auto operator<=>(const TilePath&, const TilePath&) = default;
};

// How many hashes the tile (level, index) has in a log of this size; 0: it does not exist yet.
unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size);

// The hash of a node out of the tile's hashes (32 bytes each): which tile holds it, and its value there.
struct TilePlace {
    unsigned level = 0;       // tile level
    std::uint64_t index = 0;  // tile index
    unsigned first = 0;       // the node covers hashes [first, first+count) of the tile
    unsigned count = 1;       // a power of two
};
TilePlace place_of(const Node& node);
// Precondition: tile holds at least (place.first + place.count) hashes.
Digest hash_in_tile(ByteView tile, const TilePlace& place);
// The root of a full tile: the one hash it adds to the level above.
Digest tile_root(ByteView full_tile);

// Entry bundles: each entry behind its length as a 16-bit big-endian number.
Result<void> append_entry(Bytes& bundle, ByteView entry);  // kTooLarge over 65,535 bytes
Result<std::vector<ByteView>> bundle_entries(ByteView bundle);

// Bundles of entries that are digests all: each has that size, its length included, and one is read by its
// number. kCorrupt where the bundle does not reach so far.
inline constexpr std::size_t kDigestEntrySize = 2 + Digest::kSize;
Result<Digest> digest_entry(ByteView bundle, std::size_t number);

}  // namespace comity::log
