#include "intelligence/pattern/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace comity::intelligence {
namespace {

// A search in depth. Each node, bound in some way, goes on with what follows it; where that does not work
// out, it tries its next way. WITHIN and START/STOP prune as soon as a binding breaks them, since no further
// binding mends it.
class PatternSearch {
  public:
    using Next = std::function<bool()>;

    PatternSearch(const Pattern& pattern, std::span<const Observation> observations,
                  const std::vector<std::vector<std::size_t>>& held)
        : pattern_(pattern), observations_(observations), held_(held), used_(observations.size()) {}

    Result<std::optional<std::vector<Binding>>> run() {
        const auto whole = static_cast<std::uint32_t>(pattern_.expressions.size() - 1);
        const bool found = possible(whole) && bind(whole, [] { return true; });
        if (too_deep_) {
            return too_large("pattern",
                             fmt::format("a match would bind more than {} observations, or repeat a compound "
                                         "expression more than {} times",
                                         kMaxBound, kMaxCompoundRepeats));
        }
        if (!found && tried_ > kMaxBindingsTried) {
            return too_large("pattern",
                             fmt::format("{} bindings were tried, and neither matched all nor were all",
                                         kMaxBindingsTried),
                             "fewer observations at a time, or a narrower pattern");
        }
        if (!found) return std::nullopt;
        return bound_;
    }

  private:
    bool over() const { return tried_ > kMaxBindingsTried || too_deep_; }

    // Is there something to bind for all that must be bound? Spares most searches that find nothing.
    bool possible(std::uint32_t index) const {
        const Expression& node = pattern_.expressions[index];
        switch (node.kind) {
            case Expression::Kind::kObservation:
                return !held_[index].empty();
            case Expression::Kind::kOr:
                return possible(node.left) || possible(node.right);
            case Expression::Kind::kAnd:
            case Expression::Kind::kFollowedBy:
                return possible(node.left) && possible(node.right);
            default:
                return possible(node.left);
        }
    }

    bool bind(std::uint32_t index, const Next& next) {
        const Expression& node = pattern_.expressions[index];
        switch (node.kind) {
            case Expression::Kind::kObservation:
                return observe(held_[index], 0, 1, next);
            case Expression::Kind::kAnd:
                return bind(node.left, [&] { return bind(node.right, next); });
            case Expression::Kind::kOr:
                return bind(node.left, next) || (!over() && bind(node.right, next));
            case Expression::Kind::kFollowedBy:
                return followed(node, next);
            case Expression::Kind::kWithin:
                return within(node, next);
            case Expression::Kind::kRepeats:
                return repeats(node, next);
            case Expression::Kind::kStartStop: {
                spans_.push_back({node.start, node.stop});
                const bool found = bind(node.left, [&] {
                    const Span span = spans_.back();
                    spans_.pop_back();
                    const bool rest = next();
                    spans_.push_back(span);
                    return rest;
                });
                spans_.pop_back();
                return found;
            }
        }
        return false;
    }

    // Binds `times` instances, of the observations from `from` on: as many of each as there are, then fewer.
    bool observe(const std::vector<std::size_t>& held, std::size_t from, std::int64_t times,
                 const Next& next) {
        if (times == 0) return next();
        if (bound_.size() == kMaxBound) too_deep_ = true;
        for (std::size_t i = from; i < held.size() && !over(); ++i) {
            const std::size_t which = held[i];
            const std::int64_t most = std::min(times, free(which));
            if (most < 1 || !fits(observations_[which])) continue;
            const std::int64_t least = std::max<std::int64_t>(1, times - free_from(held, i + 1, times));
            for (std::int64_t take = most; take >= least && !over(); --take) {
                ++tried_;
                used_[which] += take;
                bound_.push_back({which, take});
                const std::vector<Window> before = windows_;
                for (Window& window : windows_) window.add(observations_[which]);
                if (observe(held, i + 1, times - take, next)) return true;
                windows_ = before;
                bound_.pop_back();
                used_[which] -= take;
            }
        }
        return false;
    }

    std::int64_t free(std::size_t which) const { return observations_[which].count - used_[which]; }
    // How many instances there are from there on, as far as `enough`.
    std::int64_t free_from(const std::vector<std::size_t>& held, std::size_t from,
                           std::int64_t enough) const {
        std::int64_t sum = 0;
        for (std::size_t i = from; i < held.size() && sum < enough; ++i)
            sum += std::min(free(held[i]), enough);
        return std::min(sum, enough);
    }

    bool fits(const Observation& observation) const {
        return std::ranges::all_of(spans_,
                                   [&](const Span& span) {
                                       return span.start < span.stop && observation.first < span.stop &&
                                              observation.last >= span.start;
                                   }) &&
               std::ranges::all_of(windows_, [&](const Window& window) { return window.takes(observation); });
    }

    bool followed(const Expression& node, const Next& next) {
        const std::size_t begin = bound_.size();
        return bind(node.left, [&, begin] {
            const std::size_t middle = bound_.size();
            Time latest_first{std::numeric_limits<std::int64_t>::min()};
            for (std::size_t i = begin; i < middle; ++i)
                latest_first = std::max(latest_first, observations_[bound_[i].observation].first);
            return bind(node.right, [&, middle, latest_first] {
                for (std::size_t i = middle; i < bound_.size(); ++i) {
                    if (observations_[bound_[i].observation].last < latest_first) return false;
                }
                return next();
            });
        });
    }

    bool within(const Expression& node, const Next& next) {
        windows_.push_back(Window{.micros = std::llround(node.seconds * 1e6)});
        const bool found = bind(node.left, [&] {
            const Window window = windows_.back();
            windows_.pop_back();
            const bool rest = next();
            windows_.push_back(window);
            return rest;
        });
        windows_.pop_back();
        return found;
    }

    bool repeats(const Expression& node, const Next& next) {
        const Expression& inner = pattern_.expressions[node.left];
        if (inner.kind == Expression::Kind::kObservation)
            return observe(held_[node.left], 0, node.times, next);
        std::int64_t all = 0;
        for (const Observation& observation : observations_)
            all = std::min(all + std::min(observation.count, node.times), node.times);
        if (all < node.times) return false;  // more than there is
        if (node.times > kMaxCompoundRepeats) {
            too_deep_ = true;
            return false;
        }
        return repeat(node.left, node.times, 0, next);
    }

    // The repetitions of a compound in the order of what they bind first, so that no set of them is tried
    // twice.
    bool repeat(std::uint32_t inner, std::int64_t times, std::size_t least, const Next& next) {
        if (times == 0) return next();
        const std::size_t begin = bound_.size();
        return bind(inner, [&, begin, times, least] {
            const std::size_t first = bound_[begin].observation;
            if (first < least) return false;
            return repeat(inner, times - 1, first, next);
        });
    }

    struct Span {
        Time start;
        Time stop;
    };
    // The observations bound inside a WITHIN: times can be chosen that lie so close if and only if the first
    // ends soon enough after the last begins.
    struct Window {
        std::int64_t micros = 0;
        Time earliest_last{std::numeric_limits<std::int64_t>::max()};
        Time latest_first{std::numeric_limits<std::int64_t>::min()};

        void add(const Observation& observation) {
            earliest_last = std::min(earliest_last, observation.last);
            latest_first = std::max(latest_first, observation.first);
        }
        bool takes(const Observation& observation) const {
            Window with = *this;
            with.add(observation);
            return with.latest_first.micros - with.earliest_last.micros <= micros;
        }
    };

    const Pattern& pattern_;
    std::span<const Observation> observations_;
    const std::vector<std::vector<std::size_t>>& held_;
    std::vector<std::int64_t> used_;  // instances of each observation
    std::vector<Binding> bound_;
    std::vector<Span> spans_;      // of the START/STOP around what is being bound
    std::vector<Window> windows_;  // of the WITHIN around it
    std::size_t tried_ = 0;
    bool too_deep_ = false;
};

}  // namespace

Result<std::optional<std::vector<Binding>>> find_bindings(const Pattern& pattern,
                                                          std::span<const Observation> observations,
                                                          const std::vector<std::vector<std::size_t>>& held) {
    return PatternSearch(pattern, observations, held).run();
}

}  // namespace comity::intelligence
