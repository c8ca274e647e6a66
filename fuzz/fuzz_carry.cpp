// A carry file: whatever stands in it, each question is answered or refused, in bounds.
#include "federation/carry_file.h"
#include "federation/http_source.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    // The same lists come over the line.
    if (const auto package = federation::parse_package(text))
        hold(package->size() <= log::kTileWidth, "a package holds no more than a package");
    const auto file = federation::CarryFile::of(text);
    if (!file) return 0;
    const auto logs = (*file)->logs();
    if (!logs) return 0;
    for (const federation::OfferedLog& log : *logs) {
        for (const unsigned level : {0U, 1U}) {
            const auto tile = (*file)->tile(log, {.entries = false, .level = level, .index = 0, .width = 3});
            if (tile) hold(tile->size() <= text.size() * 32, "a tile comes out of the file");
        }
        (void)(*file)->tile(log, {.entries = true, .level = 0, .index = 0, .width = 3});
        (void)(*file)->checkpoints(log, 0);
        (void)(*file)->package(log, 0);
    }
    (void)(*file)->objects(Digest{}, 1);
    return 0;
}
