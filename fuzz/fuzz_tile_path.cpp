// Tile paths, one spelling each, and entry bundles, which are what a path leads to.
#include <algorithm>

#include "fuzz/target.h"
#include "log/tile.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto path = log::TilePath::parse(text)) {
        hold(path->text() == text, "a path is written as it was read");
        hold(path->level <= 63 && path->width >= 1 && path->width <= log::kTileWidth, "it is of a tile");
    }
    const ByteView bytes(data, size);
    if (const auto entries = log::bundle_entries(bytes)) {
        Bytes again;
        for (const ByteView entry : *entries) {
            hold(log::append_entry(again, entry).has_value(), "an entry fits a bundle again");
        }
        hold(std::ranges::equal(again, bytes), "a bundle is its entries");
    }
    return 0;
}
