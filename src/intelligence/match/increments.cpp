#include "intelligence/match/increments.h"

#include <algorithm>

namespace comity::intelligence::match {
namespace {

std::vector<About> sorted(std::vector<About> abouts) {
    std::ranges::sort(abouts);
    return abouts;
}

}  // namespace

Result<Changes> write_increments(const std::filesystem::path& path, const Catalog& catalog, Builder& wanted,
                                 Time now) {
    const Bytes bytes = wanted.bytes(now);
    COMITY_TRY(const auto index, Index::over(bytes));
    const auto then = Catalog::of(catalog.base_index());
    const auto goal = Catalog::of(index);
    Builder more(catalog.seed(), catalog.base().header().sha256);
    Changes changes;
    // Against the file itself: increments are the whole difference to it.
    auto compared =
        goal->each([&](const Value& value, const Index& from, std::uint32_t records) -> Result<void> {
            const auto abouts = sorted(from.abouts(records));
            const auto before = then->find_value(value);
            if (before && sorted(before->index->abouts(before->records)) == abouts) return {};
            ++changes.added;
            for (const About& about : abouts) COMITY_CHECK(more.add(value, more.add_about(about)));
            return {};
        });
    COMITY_CHECK(compared);
    compared = then->each([&](const Value& value, const Index&, std::uint32_t) -> Result<void> {
        if (goal->find_value(value)) return {};
        ++changes.removed;
        return more.remove(value);
    });
    COMITY_CHECK(compared);
    const std::filesystem::path beside = increments_of(path);
    std::error_code ignored;
    if (changes.added + changes.removed == 0) {
        std::filesystem::remove(beside, ignored);
        return changes;
    }
    if ((changes.added + changes.removed) * kMergeAt > catalog.base().values()) {
        changes.whole = true;
        COMITY_CHECK(write_index(path, bytes));
        std::filesystem::remove(beside, ignored);  // of the file before it: passed over anyway
        return changes;
    }
    COMITY_CHECK(more.write(beside, now));
    return changes;
}

}  // namespace comity::intelligence::match
