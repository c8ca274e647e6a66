#include "intelligence/pattern/watch.h"

#include <algorithm>
#include <optional>
#include <set>

namespace comity::intelligence {
namespace {

// Texts one of which must stand in an observation for that term to hold; nothing: that can't be told.
std::optional<std::set<std::string>> texts_needed(const Pattern& pattern, const Expression& expression,
                                                  std::uint32_t index) {
    const Term& term = pattern.terms[expression.terms.first + index];
    const auto other = [&](std::uint32_t which) {
        return texts_needed(pattern, expression, which - expression.terms.first);
    };
    if (term.kind == Term::Kind::kAnd) {
        auto left = other(term.left);
        auto right = other(term.right);
        if (left && (!right || left->size() <= right->size())) return left;
        return right;
    }
    if (term.kind == Term::Kind::kOr) {
        auto left = other(term.left);
        auto right = other(term.right);
        if (!left || !right) return std::nullopt;
        left->merge(*right);
        return left;
    }
    const Comparison& comparison = pattern.comparisons[term.left];
    const bool equal =
        comparison.comparator == Comparator::kEqual || comparison.comparator == Comparator::kIn;
    if (!equal || comparison.negated) return std::nullopt;
    const Step& last = pattern.steps[comparison.path.first + comparison.path.count - 1];
    const std::string_view key = last.kind == Step::Kind::kKey ? pattern.text(last.key) : std::string_view();
    if (key.ends_with("_hex") || key.ends_with("_bin")) return std::nullopt;  // stands for other bytes
    std::set<std::string> texts;
    for (std::uint32_t i = 0; i < comparison.literals.count; ++i) {
        const Literal& literal = pattern.literals[comparison.literals.first + i];
        if (literal.kind != Literal::Kind::kString) return std::nullopt;
        texts.insert(std::string(pattern.text(literal.text)));
    }
    return texts;
}

}  // namespace

Result<std::size_t> PatternWatch::add(Pattern pattern) {
    const auto slack = arrival_ == Arrival::kAsItHappens ? std::optional(skew_) : std::nullopt;
    COMITY_TRY(RollingMatcher rolling, RollingMatcher::make(pattern, most_kept_, slack));
    COMITY_TRY(Matcher matcher, Matcher::compile(std::move(pattern)));
    const auto number = static_cast<std::uint32_t>(matchers_.size());
    const Pattern& all = matcher.pattern();
    for (std::uint32_t i = 0; i < all.expressions.size(); ++i) {
        const Expression& expression = all.expressions[i];
        if (expression.kind != Expression::Kind::kObservation) continue;
        const auto texts = texts_needed(all, expression, expression.terms.count - 1);
        if (texts) {
            for (const std::string& text : *texts) by_text_[text].push_back({number, i});
            continue;
        }
        std::set<std::string> types;
        for (std::uint32_t t = 0; t < expression.terms.count; ++t) {
            const Term& term = all.terms[expression.terms.first + t];
            if (term.kind == Term::Kind::kComparison)
                types.insert(std::string(all.text(all.comparisons[term.left].type)));
        }
        for (const std::string& type : types) by_type_[type].push_back({number, i});
    }
    matchers_.push_back(std::move(matcher));
    rolling_.push_back(std::move(rolling));
    return number;
}

void PatternWatch::strings_of(const json::Value& value, std::vector<Leaf>& out) const {
    if (value.is_string()) {
        const auto found = by_text_.find(std::string(value.get_string()));
        if (found != by_text_.end()) out.insert(out.end(), found->second.begin(), found->second.end());
    } else if (value.is_array()) {
        for (const json::Value& one : value.get_array()) strings_of(one, out);
    } else if (value.is_object()) {
        for (const boost::json::key_value_pair& one : value.get_object()) strings_of(one.value(), out);
    }
}

void PatternWatch::see(const Observation& observation, std::uint64_t number, const Tell& tell) {
    std::vector<Leaf> candidates;
    for (const ObservedObject& object : observation.objects) {
        if (object.object == nullptr || !object.object->is_object()) continue;
        strings_of(*object.object, candidates);
        const json::Value* const type = object.object->get_object().if_contains("type");
        if (type == nullptr || !type->is_string()) continue;
        const auto found = by_type_.find(std::string(type->get_string()));
        if (found != by_type_.end())
            candidates.insert(candidates.end(), found->second.begin(), found->second.end());
    }
    const auto order = [](const Leaf& leaf) { return std::pair(leaf.pattern, leaf.expression); };
    std::ranges::sort(candidates, {}, order);
    const auto twice = std::ranges::unique(candidates, {}, order);
    candidates.erase(twice.begin(), twice.end());
    std::erase_if(candidates, [&](const Leaf& leaf) {
        const Matcher& matcher = matchers_[leaf.pattern];
        return !matcher.holds(matcher.pattern().expressions[leaf.expression], observation);
    });
    if (!newest_ || *newest_ < observation.first) newest_ = observation.first;
    if (arrival_ == Arrival::kAsItHappens) {
        if (!candidates.empty() && observation.first.micros < newest_->micros - skew_) ++late_;
        return pass(observation.first, number, candidates, tell);
    }
    if (!candidates.empty()) {
        if (released_ && observation.first < *released_) ++late_;
        waiting_.emplace(observation.first, Waiting{number, std::move(candidates)});
    }
    const Time in_order{newest_->micros - skew_};
    release(tell, &in_order);
}

// The leaves of each pattern stand together.
void PatternWatch::pass(Time at, std::uint64_t number, const std::vector<Leaf>& leaves, const Tell& tell) {
    for (std::size_t i = 0; i < leaves.size();) {
        const std::uint32_t pattern = leaves[i].pattern;
        PassingObservation one{number, {}};
        for (; i < leaves.size() && leaves[i].pattern == pattern; ++i)
            one.leaves.push_back(leaves[i].expression);
        rolling_[pattern].pass(at, std::span(&one, 1), [&](std::vector<BoundObservation>&& bound) {
            tell(pattern, std::move(bound));
        });
    }
}

void PatternWatch::finish(const Tell& tell) {
    release(tell, nullptr);
}

// What is earlier than that; all of it where that is null.
void PatternWatch::release(const Tell& tell, const Time* before) {
    while (!waiting_.empty() &&
           (before == nullptr || waiting_.begin()->first < *before || waiting_.size() > kMaxUnordered)) {
        const Time at = waiting_.begin()->first;
        std::map<std::uint32_t, std::vector<PassingObservation>> passing;
        for (; !waiting_.empty() && waiting_.begin()->first == at; waiting_.erase(waiting_.begin())) {
            const Waiting& one = waiting_.begin()->second;
            for (const Leaf& leaf : one.leaves) {
                auto& of_pattern = passing[leaf.pattern];
                if (of_pattern.empty() || of_pattern.back().number != one.number)
                    of_pattern.push_back({one.number, {}});
                of_pattern.back().leaves.push_back(leaf.expression);
            }
        }
        for (const auto& [pattern, observations] : passing) {
            rolling_[pattern].pass(at, observations, [&](std::vector<BoundObservation>&& bound) {
                tell(pattern, std::move(bound));
            });
        }
        if (!released_ || *released_ < at) released_ = at;
    }
}

Watched PatternWatch::watched() const {
    Watched out;
    for (const RollingMatcher& each : rolling_) {
        out.rolled.let_go += each.rolled().let_go;
        out.rolled.given_up += each.rolled().given_up;
    }
    out.late = late_;
    return out;
}

}  // namespace comity::intelligence
