#include "intelligence/match/increments.h"

#include <algorithm>
#include <map>

namespace comity::intelligence::match {
namespace {

std::vector<About> sorted(std::vector<About> abouts) {
    std::ranges::sort(abouts);
    return abouts;
}

using SaidPatterns = std::map<std::pair<std::string, PatternGrammar>, std::vector<About>>;

Result<SaidPatterns> patterns_of(const Catalog& catalog) {
    SaidPatterns out;
    COMITY_CHECK(catalog.each_pattern([&](const IndexedPattern& one, const Index& from) -> Result<void> {
        out[{std::string(one.text), one.grammar}] = sorted(from.abouts(one.records));
        return {};
    }));
    return out;
}

Result<void> compare_patterns(const Catalog& then, const Catalog& goal, Builder& more, Changes& changes) {
    COMITY_TRY(const SaidPatterns before, patterns_of(then));
    COMITY_TRY(const SaidPatterns wanted, patterns_of(goal));
    for (const auto& [pattern, abouts] : wanted) {
        const auto found = before.find(pattern);
        if (found != before.end() && found->second == abouts) continue;
        ++changes.patterns_added;
        for (const About& about : abouts)
            more.add_pattern(pattern.first, pattern.second, more.add_about(about));
    }
    for (const auto& [pattern, abouts] : before) {
        if (wanted.contains(pattern)) continue;
        ++changes.patterns_removed;
        more.remove_pattern(pattern.first, pattern.second);
    }
    return {};
}

}  // namespace

Result<Changes> write_increments(const std::filesystem::path& path, const Catalog& catalog, Builder& wanted,
                                 Time now) {
    const Bytes bytes = wanted.bytes(now);
    COMITY_TRY(const auto index, Index::over(bytes));
    const bool otherwise_made = index->recipe() != catalog.base().recipe();
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
    COMITY_CHECK(compare_patterns(*then, *goal, more, changes));
    const std::filesystem::path beside = increments_of(path);
    std::error_code ignored;
    const std::uint64_t count =
        changes.added + changes.removed + changes.patterns_added + changes.patterns_removed;
    if (count == 0 && !otherwise_made) {
        std::filesystem::remove(beside, ignored);
        return changes;
    }
    if (count * kMergeAt > catalog.base().values() + catalog.base().patterns()) {
        changes.whole = true;
        const ByteView whole = bytes;
        COMITY_CHECK(write_index(path, {&whole, 1}));
        std::filesystem::remove(beside, ignored);  // of the file before it: passed over anyway
        return changes;
    }
    more.set_recipe(std::string(index->recipe()));
    COMITY_CHECK(more.write(beside, now));
    return changes;
}

}  // namespace comity::intelligence::match
