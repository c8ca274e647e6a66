#include "cli/scan/watch_list.h"

#include "cli/progress.h"
#include "cli/scan/indicators.h"

namespace comity::cli {

using intelligence::match::Builder;
using intelligence::match::Catalog;
using intelligence::match::Gatherer;
using intelligence::match::Gathering;
using intelligence::match::Index;
using intelligence::match::LeftOut;

Result<std::unique_ptr<WatchList>> WatchList::open(Context& context, const std::string& index,
                                                   const Gathering& gathering) {
    auto list = std::make_unique<WatchList>();
    list->path_ = index;
    if (!index.empty()) {
        COMITY_TRY(list->catalog_, Catalog::open(index));
        list->verifying_ =
            std::async(std::launch::async, [catalog = list->catalog_] { return catalog->verify(); });
        if (gathering.compound) {
            COMITY_CHECK(list->verified());
            COMITY_CHECK(take_patterns(*list->catalog_, gathering));
        }
        list->with_patterns_ = static_cast<bool>(gathering.compound);
        return list;
    }
    const Waiting waiting(context.err, context.err_terminal, "reading indicators");
    Builder builder(intelligence::match::random_seed());
    Gatherer gatherer(builder, gathering);
    COMITY_CHECK(each_indicator(context, [&](const auto& indicator) { return gatherer.take(indicator); }));
    list->unwatched_ = gatherer.unwatched();
    list->bytes_ = builder.bytes(gathering.now);
    COMITY_TRY(auto made, Index::over(list->bytes_));
    list->catalog_ = Catalog::of(std::move(made));
    return list;
}

Result<void> WatchList::verified() {
    if (!verifying_.valid()) return {};
    auto done = verifying_.get();
    if (!done) return within(path_, std::move(done).error());
    return {};
}

Result<LeftOut> WatchList::unwatched() {
    if (path_.empty()) return unwatched_;
    COMITY_CHECK(verified());
    COMITY_TRY(const auto recipe, intelligence::match::read_recipe(catalog_->recipe()));
    LeftOut out = recipe.unwatched;
    if (with_patterns_) return out;
    COMITY_CHECK(catalog_->each_pattern([&](const auto& pattern, const auto& from) -> Result<void> {
        const auto abouts = from.abouts(pattern.records);
        const bool named = !abouts.empty() && !abouts.front().id.empty();
        out.add(named ? std::string_view(abouts.front().id) : pattern.text,
                "asks for more than one of some values: --patterns");
        return {};
    }));
    return out;
}

Result<bool> WatchList::refresh() {
    if (path_.empty() || !catalog_->outdated(path_)) return false;
    COMITY_TRY(auto newer, Catalog::open(path_));
    if (auto done = newer->verify(); !done) return within(path_, std::move(done).error());
    catalog_ = std::move(newer);
    return true;
}

}  // namespace comity::cli
