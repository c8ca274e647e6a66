// Publishers' releases: whatever the bytes, no crash, and what is not set apart can be merged and asked for
// flags.
#include "development/market/flags.h"
#include "development/market/merge.h"
#include "development/market/package.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    development::ReadReleases read;
    development::read_releases(fuzz::text_of(data, size), "f", read);
    std::vector<json::Value> compiled;
    for (const auto& [ocid, releases] : read.processes) {
        auto merged = development::merge_releases(releases);
        hold(merged.has_value() && merged->ocid == ocid, "what is not set apart can be merged");
        compiled.emplace_back(std::move(merged->compiled));
    }
    hold(development::find_flags(compiled).processes == compiled.size(), "each process is told of");
    return 0;
}
