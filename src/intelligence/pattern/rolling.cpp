#include "intelligence/pattern/rolling.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "intelligence/pattern/search.h"

namespace comity::intelligence {
namespace {

using NodeKind = Expression::Kind;

constexpr std::int64_t kMuch = std::int64_t{1} << 40;

// Observations that a match of the expression binds at the most.
std::int64_t bound_by(const Pattern& pattern, std::uint32_t index) {
    const Expression& node = pattern.expressions[index];
    switch (node.kind) {
        case NodeKind::kObservation:
            return 1;
        case NodeKind::kAnd:
        case NodeKind::kFollowedBy:
            return std::min(kMuch, bound_by(pattern, node.left) + bound_by(pattern, node.right));
        case NodeKind::kOr:
            return std::max(bound_by(pattern, node.left), bound_by(pattern, node.right));
        case NodeKind::kRepeats: {
            const std::int64_t once = bound_by(pattern, node.left);
            return node.times > kMuch / once ? kMuch : once * node.times;
        }
        case NodeKind::kWithin:
        case NodeKind::kStartStop:
            return bound_by(pattern, node.left);
    }
    return kMuch;
}

// How far apart they can be; nothing where that has no bound.
std::optional<std::int64_t> extent_of(const Pattern& pattern, std::uint32_t index) {
    const Expression& node = pattern.expressions[index];
    const auto least = [](std::optional<std::int64_t> a, std::int64_t b) { return a ? std::min(*a, b) : b; };
    switch (node.kind) {
        case NodeKind::kObservation:
            return 0;
        case NodeKind::kAnd:
        case NodeKind::kFollowedBy:
            return std::nullopt;
        case NodeKind::kOr: {
            const auto left = extent_of(pattern, node.left);
            const auto right = extent_of(pattern, node.right);
            if (!left || !right) return std::nullopt;
            return std::max(*left, *right);
        }
        case NodeKind::kRepeats:
            return node.times == 1 ? extent_of(pattern, node.left) : std::nullopt;
        case NodeKind::kWithin:
            return least(extent_of(pattern, node.left), std::llround(node.seconds * 1e6));
        case NodeKind::kStartStop:
            return least(extent_of(pattern, node.left),
                         std::max<std::int64_t>(0, node.stop.micros - node.start.micros));
    }
    return std::nullopt;
}

}  // namespace

Result<RollingMatcher> RollingMatcher::make(Pattern pattern, std::size_t most,
                                            std::optional<std::int64_t> slack) {
    RollingMatcher made;
    made.slack_ = slack;
    made.pattern_ = std::move(pattern);
    const Pattern& all = made.pattern_;
    const auto whole = static_cast<std::uint32_t>(all.expressions.size() - 1);
    made.binds_ = bound_by(all, whole);
    const bool deep = std::ranges::any_of(all.expressions, [&](const Expression& each) {
        return each.kind == NodeKind::kRepeats && each.times > kMaxCompoundRepeats &&
               all.expressions[each.left].kind != NodeKind::kObservation;
    });
    if (deep || made.binds_ > static_cast<std::int64_t>(kMaxBound)) {
        return too_large("pattern",
                         fmt::format("a match would bind more than {} observations, or repeat a compound "
                                     "expression more than {} times",
                                     kMaxBound, kMaxCompoundRepeats),
                         "fewer repetitions");
    }
    made.most_ = std::max(most, static_cast<std::size_t>(made.binds_));
    made.extent_ = extent_of(all, whole);
    made.leaves_.resize(all.expressions.size());
    made.counts_.resize(all.expressions.size());
    // The windows around the whole; another one inside has to be met by what came before alone.
    std::uint32_t inner = whole;
    while (all.expressions[inner].kind == NodeKind::kWithin ||
           all.expressions[inner].kind == NodeKind::kStartStop)
        inner = all.expressions[inner].left;
    const bool around = std::any_of(all.expressions.begin() + inner, all.expressions.end(),
                                    [](const Expression& each) { return each.kind == NodeKind::kWithin; });
    const bool inside = std::any_of(all.expressions.begin(), all.expressions.begin() + inner,
                                    [](const Expression& each) { return each.kind == NodeKind::kWithin; });
    made.place(whole, {}, around || inside, false, !inside);
    return made;
}

// `windowed`: there is a WITHIN; `left`: of a FOLLOWEDBY; `one_window`: no WITHIN but around the whole.
void RollingMatcher::place(std::uint32_t index, Leaf around, bool windowed, bool left, bool one_window) {
    const Expression& node = pattern_.expressions[index];
    switch (node.kind) {
        case NodeKind::kObservation:
            if (!windowed && around.followed.empty()) {
                around.need = Need::kFirst;
            } else if (one_window && !left) {
                around.need = Need::kLast;
            }
            leaves_[index] = std::move(around);
            return;
        case NodeKind::kFollowedBy: {
            place(node.left, around, windowed, true, one_window);
            around.followed.push_back(index);
            return place(node.right, std::move(around), windowed, left, one_window);
        }
        case NodeKind::kAnd:
        case NodeKind::kOr:
            place(node.left, around, windowed, left, one_window);
            return place(node.right, std::move(around), windowed, left, one_window);
        case NodeKind::kStartStop:
            around.spans.push_back(index);
            return place(node.left, std::move(around), windowed, left, one_window);
        case NodeKind::kWithin:
        case NodeKind::kRepeats:
            return place(node.left, std::move(around), windowed, left, one_window);
    }
}

// Is enough kept for each that must be bound? Spares nearly all searches.
bool RollingMatcher::possible(std::uint32_t index) const {
    const Expression& node = pattern_.expressions[index];
    switch (node.kind) {
        case NodeKind::kObservation:
            return counts_[index] > 0;
        case NodeKind::kOr:
            return possible(node.left) || possible(node.right);
        case NodeKind::kAnd:
        case NodeKind::kFollowedBy:
            return possible(node.left) && possible(node.right);
        case NodeKind::kRepeats:
            if (pattern_.expressions[node.left].kind == NodeKind::kObservation)
                return counts_[node.left] >= node.times;
            return possible(node.left);
        case NodeKind::kWithin:
        case NodeKind::kStartStop:
            return possible(node.left);
    }
    return false;
}

void RollingMatcher::forget(std::size_t position) {
    for (const std::uint32_t leaf : kept_[position].leaves) --counts_[leaf];
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(position));
}

// The first or last that is kept for that leaf, for that leaf.
void RollingMatcher::forget_leaf(std::uint32_t leaf, bool first) {
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        const std::size_t position = first ? i : kept_.size() - 1 - i;
        std::vector<std::uint32_t>& leaves = kept_[position].leaves;
        const auto found = std::ranges::find(leaves, leaf);
        if (found == leaves.end()) continue;
        leaves.erase(found);
        --counts_[leaf];
        if (leaves.empty()) forget(position);
        return;
    }
}

bool RollingMatcher::follows(std::uint32_t leaf) const {
    return std::ranges::all_of(leaves_[leaf].followed,
                               [&](std::uint32_t node) { return possible(pattern_.expressions[node].left); });
}

// Those for which something holds within START and STOP; where the next one would stand.
std::size_t RollingMatcher::insert(Time at, std::span<const PassingObservation> observations,
                                   std::size_t where) {
    for (const PassingObservation& one : observations) {
        Kept kept{at, one.number, {}};
        for (const std::uint32_t leaf : one.leaves) {
            const bool fits = std::ranges::all_of(leaves_[leaf].spans, [&](std::uint32_t span) {
                return pattern_.expressions[span].start <= at && at < pattern_.expressions[span].stop;
            });
            if (fits) kept.leaves.push_back(leaf);
        }
        if (kept.leaves.empty()) continue;
        for (const std::uint32_t leaf : kept.leaves) ++counts_[leaf];
        kept_.insert(kept_.begin() + static_cast<std::ptrdiff_t>(where), std::move(kept));
        ++where;
    }
    return where;
}

// Lets go of leaves in [from, to) that have nothing to follow; is any left there?
bool RollingMatcher::drop_unfollowing(std::size_t from, std::size_t to) {
    bool any = false;
    for (std::size_t i = to; i-- > from;) {
        std::vector<std::uint32_t>& leaves = kept_[i].leaves;
        std::erase_if(leaves, [&](std::uint32_t leaf) {
            const bool has = follows(leaf);
            if (!has) --counts_[leaf];
            return !has;
        });
        any = any || !leaves.empty();
        if (leaves.empty()) kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return any;
}

// With slack: nothing that is earlier than `until` comes any more.
void RollingMatcher::settle(Time until) {
    if (extent_) {
        while (!kept_.empty() && until.micros - kept_.front().at.micros > *extent_) forget(0);
    }
    const auto place_of = [&](Time at) {
        return static_cast<std::size_t>(std::ranges::lower_bound(kept_, at, {}, &Kept::at) - kept_.begin());
    };
    const std::size_t from = settled_ ? place_of(*settled_) : 0;
    std::size_t to = place_of(until);
    settled_ = until;
    if (from == to) return;
    drop_unfollowing(from, to);
    for (std::uint32_t leaf = 0; leaf < leaves_.size(); ++leaf) {
        if (leaves_[leaf].need != Need::kLast) continue;
        to = place_of(until);
        auto many = std::count_if(
            kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(to),
            [&](const Kept& each) { return std::ranges::find(each.leaves, leaf) != each.leaves.end(); });
        for (; many > binds_; --many) forget_leaf(leaf, true);
    }
}

void RollingMatcher::pass(Time at, std::span<const PassingObservation> observations, const Tell& tell) {
    if (slack_) {
        if (!newest_ || *newest_ < at) {
            newest_ = at;
            settle(Time{at.micros - *slack_});
        }
        const auto where =
            static_cast<std::size_t>(std::ranges::upper_bound(kept_, at, {}, &Kept::at) - kept_.begin());
        return look(insert(at, observations, where) > where, tell);
    }
    const bool in_order = kept_.empty() || kept_.back().at <= at;
    if (extent_ && in_order) {
        while (!kept_.empty() && at.micros - kept_.front().at.micros > *extent_) forget(0);
    }
    const std::size_t before = kept_.size();
    std::size_t inserted = before;
    if (!in_order) {
        inserted =
            static_cast<std::size_t>(std::ranges::upper_bound(kept_, at, {}, &Kept::at) - kept_.begin());
    }
    insert(at, observations, inserted);
    // What came at once may follow one another in any order, so this waits until all is there.
    look(!in_order || drop_unfollowing(before, kept_.size()), tell);
}

// For what is whole now, if there is anything new; then lets go of what is too much.
void RollingMatcher::look(bool any, const Tell& tell) {
    if (!any) return;
    while (search(tell)) {
    }
    for (std::uint32_t leaf = 0; leaf < leaves_.size(); ++leaf) {
        if (leaves_[leaf].need == Need::kAll || (slack_ && leaves_[leaf].need == Need::kLast)) continue;
        while (counts_[leaf] > binds_) forget_leaf(leaf, leaves_[leaf].need == Need::kLast);
    }
    // Of the part that most are kept for: what the others wait for is rare, and stays.
    for (; kept_.size() > most_; ++rolled_.let_go) {
        const auto most = std::ranges::max_element(counts_);
        forget_leaf(static_cast<std::uint32_t>(most - counts_.begin()), true);
    }
}

Result<void> RollingMatcher::restore(std::vector<Kept> kept, Time newest) {
    const auto strange = [] { return invalid("observations", "are not of this pattern"); };
    if (kept.size() > most_ || !std::ranges::is_sorted(kept, {}, &Kept::at)) return strange();
    for (const Kept& one : kept) {
        const bool leaves = std::ranges::all_of(one.leaves, [&](std::uint32_t leaf) {
            return leaf < pattern_.expressions.size() &&
                   pattern_.expressions[leaf].kind == NodeKind::kObservation;
        });
        const bool rising = std::ranges::adjacent_find(one.leaves, std::greater_equal{}) == one.leaves.end();
        if (!leaves || !rising || one.leaves.empty()) return strange();
    }
    kept_.assign(std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
    std::ranges::fill(counts_, 0);
    for (const Kept& one : kept_) {
        for (const std::uint32_t leaf : one.leaves) ++counts_[leaf];
    }
    newest_ = newest;
    if (slack_) settled_ = Time{newest.micros - *slack_};
    return {};
}

// False where there is no match (any more).
bool RollingMatcher::search(const Tell& tell) {
    if (!possible(static_cast<std::uint32_t>(pattern_.expressions.size() - 1))) return false;
    // The latest first: one of those is what a match waited for.
    std::vector<Observation> observations(kept_.size());
    std::vector<std::vector<std::size_t>> held(leaves_.size());
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        const Kept& kept = kept_[kept_.size() - 1 - i];
        observations[i].first = kept.at;
        observations[i].last = kept.at;
        for (const std::uint32_t leaf : kept.leaves) held[leaf].push_back(i);
    }
    const auto found = find_bindings(pattern_, observations, held);
    if (!found) {
        ++rolled_.given_up;
        for (std::size_t half = kept_.size() / 2 + 1; half > 0; --half, ++rolled_.let_go) forget(0);
        return true;
    }
    if (!*found) return false;
    std::vector<std::size_t> places;
    for (const Binding& binding : **found) places.push_back(kept_.size() - 1 - binding.observation);
    std::ranges::sort(places);
    std::vector<BoundObservation> bound;
    for (const std::size_t place : places) bound.push_back({kept_[place].number, kept_[place].at});
    for (std::size_t i = places.size(); i-- > 0;) forget(places[i]);
    tell(std::move(bound));
    return true;
}

}  // namespace comity::intelligence
