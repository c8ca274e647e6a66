#include "intelligence/match/watchable.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "intelligence/match/record_objects.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxPropertyShown = 80;  // bytes

// What keeps a part from ever matching: "process:name"; empty: nothing does.
using Hindrance = std::string;

Hindrance hindrance_of(const Pattern& pattern, const Comparison& comparison) {
    // That something is not there may always be so.
    if (comparison.comparator == Comparator::kExists && comparison.negated) return {};
    const Step& first = pattern.steps[comparison.path.first];
    const std::string_view type = pattern.text(comparison.type);
    const std::string_view property =
        first.kind == Step::Kind::kKey ? pattern.text(first.key) : std::string_view();
    if (records_tell_of(type, property)) return {};
    return shown(fmt::format("{}:{}", type, property), kMaxPropertyShown);
}

Hindrance joined(bool one_is_enough, const Hindrance& left, const Hindrance& right) {
    if (one_is_enough) return left.empty() || right.empty() ? Hindrance() : left;
    return left.empty() ? right : left;
}

Hindrance hindrance_of(const Pattern& pattern, Range terms) {
    std::vector<Hindrance> all(terms.count);
    for (std::uint32_t i = 0; i < terms.count; ++i) {
        const Term& here = pattern.terms[terms.first + i];
        all[i] = here.kind == Term::Kind::kComparison
                     ? hindrance_of(pattern, pattern.comparisons[here.left])
                     : joined(here.kind == Term::Kind::kOr, all[here.left - terms.first],
                              all[here.right - terms.first]);
    }
    return all.back();
}

}  // namespace

Result<void> check_watchable(const Pattern& pattern) {
    // Children stand before parents.
    std::vector<Hindrance> all(pattern.expressions.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Expression& here = pattern.expressions[i];
        switch (here.kind) {
            case Expression::Kind::kObservation:
                all[i] = hindrance_of(pattern, here.terms);
                break;
            case Expression::Kind::kAnd:
            case Expression::Kind::kFollowedBy:
                all[i] = joined(false, all[here.left], all[here.right]);
                break;
            case Expression::Kind::kOr:
                all[i] = joined(true, all[here.left], all[here.right]);
                break;
            case Expression::Kind::kWithin:
            case Expression::Kind::kRepeats:
            case Expression::Kind::kStartStop:
                all[i] = all[here.left];
                break;
        }
    }
    if (all.empty() || all.back().empty()) return {};
    return refused({}, fmt::format("its pattern asks for {}, which no log tells of", all.back()));
}

}  // namespace comity::intelligence::match
