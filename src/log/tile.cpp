#include "log/tile.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <charconv>

namespace comity::log {
namespace {

constexpr unsigned kMaxLevel = 63;
constexpr std::uint64_t kElement = 1000;  // an index is written in elements of three decimal digits
constexpr std::size_t kMaxEntrySize = 0xffff;

Digest digest_at(ByteView tile, std::size_t position) {
    Digest digest;
    std::ranges::copy(tile.subspan(position * Digest::kSize, Digest::kSize), digest.bytes.begin());
    return digest;
}

// A number as text() writes it is checked by comparing the whole; here it only must fit.
template <typename Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

bool read_index(std::string_view text, std::uint64_t& index) {
    index = 0;
    while (true) {
        const auto slash = text.find('/');
        const bool last = slash == std::string_view::npos;
        std::string_view element = text.substr(0, slash);
        if (!last) {
            if (!element.starts_with('x')) return false;
            element.remove_prefix(1);
        }
        unsigned value = 0;
        if (element.size() != 3 || !read_number(element, value)) return false;
        if (index > (UINT64_MAX - value) / kElement) return false;
        index = index * kElement + value;
        if (last) return true;
        text.remove_prefix(slash + 1);
    }
}

Failure not_a_path() {
    return invalid("tile path", "not a path of a tile",
                   "write tile/<level>/<index> or tile/entries/<index>, as C2SP tlog-tiles");
}

}  // namespace

std::string TilePath::text() const {
    std::string number = fmt::format("{:03}", index % kElement);
    for (std::uint64_t rest = index / kElement; rest > 0; rest /= kElement) {
        number = fmt::format("x{:03}/{}", rest % kElement, number);
    }
    const std::string folder = entries ? "entries" : std::to_string(level);
    if (width == kTileWidth) return fmt::format("tile/{}/{}", folder, number);
    return fmt::format("tile/{}/{}.p/{}", folder, number, width);
}

Result<TilePath> TilePath::parse(std::string_view text) {
    constexpr std::string_view kStart = "tile/";
    constexpr std::string_view kEntries = "entries/";
    constexpr std::string_view kPartial = ".p/";
    constexpr std::size_t kLongest = 64;
    if (text.size() > kLongest || !text.starts_with(kStart)) return not_a_path();
    TilePath path;
    std::string_view rest = text.substr(kStart.size());
    if (rest.starts_with(kEntries)) {
        path.entries = true;
        rest.remove_prefix(kEntries.size());
    } else {
        const auto slash = rest.find('/');
        if (slash == std::string_view::npos) return not_a_path();
        if (!read_number(rest.substr(0, slash), path.level) || path.level > kMaxLevel) return not_a_path();
        rest.remove_prefix(slash + 1);
    }
    if (const auto partial = rest.find(kPartial); partial != std::string_view::npos) {
        if (!read_number(rest.substr(partial + kPartial.size()), path.width)) return not_a_path();
        if (path.width == 0 || path.width >= kTileWidth) return not_a_path();
        rest = rest.substr(0, partial);
    }
    if (!read_index(rest, path.index)) return not_a_path();
    if (path.text() != text) return not_a_path();  // leading zeros and the like
    return path;
}

unsigned tile_width(unsigned level, std::uint64_t index, std::uint64_t size) {
    if (level >= 64 / kTileHeight) return 0;
    const std::uint64_t hashes = size >> (level * kTileHeight);
    const std::uint64_t full_tiles = hashes / kTileWidth;
    if (index < full_tiles) return kTileWidth;
    return index == full_tiles ? static_cast<unsigned>(hashes % kTileWidth) : 0;
}

TilePlace place_of(const Node& node) {
    assert(node.level < 64);
    const unsigned above = node.level % kTileHeight;
    const std::uint64_t first = node.index << above;
    return {node.level / kTileHeight, first / kTileWidth, static_cast<unsigned>(first % kTileWidth),
            1U << above};
}

Digest hash_in_tile(ByteView tile, const TilePlace& place) {
    assert(std::has_single_bit(place.count) && place.count <= kTileWidth);
    assert(tile.size() >= (std::size_t{place.first} + place.count) * Digest::kSize);
    std::array<Digest, kTileWidth / 2> level;
    if (place.count == 1) return digest_at(tile, place.first);
    unsigned count = place.count / 2;
    for (unsigned i = 0; i < count; ++i) {
        level[i] = node_hash(digest_at(tile, place.first + 2 * i), digest_at(tile, place.first + 2 * i + 1));
    }
    for (; count > 1; count /= 2) {
        for (unsigned i = 0; i < count / 2; ++i) level[i] = node_hash(level[2 * i], level[2 * i + 1]);
    }
    return level[0];
}

Digest tile_root(ByteView full_tile) {
    return hash_in_tile(full_tile, {.count = kTileWidth});
}

Result<void> append_entry(Bytes& bundle, ByteView entry) {
    if (entry.size() > kMaxEntrySize) {
        return too_large("entry", std::to_string(entry.size()) + " bytes, over 65535");
    }
    append_u16(bundle, static_cast<std::uint16_t>(entry.size()));
    append(bundle, entry);
    return {};
}

Result<std::vector<ByteView>> bundle_entries(ByteView bundle) {
    std::vector<ByteView> entries;
    while (!bundle.empty()) {
        const std::size_t size = bundle.size() < 2 ? 0 : std::size_t{bundle[0]} << 8 | bundle[1];
        if (bundle.size() < 2 + size) {
            return invalid("entry bundle", "it ends within entry " + std::to_string(entries.size()));
        }
        entries.push_back(bundle.subspan(2, size));
        bundle = bundle.subspan(2 + size);
    }
    return entries;
}

Result<Digest> digest_entry(ByteView bundle, std::size_t number) {
    const std::size_t at = number * kDigestEntrySize + 2;
    if (bundle.size() < at + Digest::kSize) return corrupt("tile", "lacks an entry", "restore a backup");
    return Digest::from_bytes(bundle.subspan(at, Digest::kSize));
}

}  // namespace comity::log
