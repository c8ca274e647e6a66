#include "intelligence/pattern/match.h"

#include "intelligence/pattern/search.h"
#include "intelligence/stix/rules.h"

namespace comity::intelligence {
namespace {

// Follows an object path from an object to each value that it leads to, until `seen` says that it has seen
// enough.
template <typename Seen>
class MatchWalk {
  public:
    MatchWalk(const Pattern& pattern, Range path, const Observation& observation, const Seen& seen)
        : pattern_(pattern), path_(path), observation_(observation), seen_(seen) {}

    bool from(const json::Value& value, std::uint32_t at, std::string_view property) const {
        if (at == path_.count) return seen_(property, value);
        const Step& step = pattern_.steps[path_.first + at];
        switch (step.kind) {
            case Step::Kind::kKey:
                return key(value, at, pattern_.text(step.key));
            case Step::Kind::kIndex:
                return value.is_array() && step.index >= 0 &&
                       static_cast<std::uint64_t>(step.index) < value.get_array().size() &&
                       from(value.get_array()[static_cast<std::size_t>(step.index)], at + 1, {});
            case Step::Kind::kAny:
                if (!value.is_array()) return false;
                for (const json::Value& one : value.get_array()) {
                    if (from(one, at + 1, {})) return true;
                }
                return false;
        }
        return false;
    }

  private:
    bool key(const json::Value& value, std::uint32_t at, std::string_view name) const {
        if (!value.is_object()) return false;
        const json::Value* member = value.get_object().if_contains(name);
        if (member == nullptr) return false;
        if (name.ends_with("_ref")) {
            const json::Value* object = referred(*member);
            return object != nullptr && from(*object, at + 1, name);
        }
        if (name.ends_with("_refs")) return member->is_array() && list(member->get_array(), *member, at + 1);
        return from(*member, at + 1, name);
    }

    // References, of which the next step takes one or all.
    bool list(const json::Array& refs, const json::Value& whole, std::uint32_t at) const {
        if (at == path_.count) {
            for (const json::Value& ref : refs) {
                if (referred(ref) != nullptr) return seen_({}, whole);
            }
            return false;
        }
        const Step& step = pattern_.steps[path_.first + at];
        if (step.kind == Step::Kind::kKey) return false;
        for (std::size_t i = 0; i < refs.size(); ++i) {
            if (step.kind == Step::Kind::kIndex && static_cast<std::int64_t>(i) != step.index) continue;
            const json::Value* object = referred(refs[i]);
            if (object != nullptr && from(*object, at + 1, {})) return true;
        }
        return false;
    }

    const json::Value* referred(const json::Value& ref) const {
        return ref.is_string() ? observation_.find(std::string_view(ref.get_string())) : nullptr;
    }

    const Pattern& pattern_;
    Range path_;
    const Observation& observation_;
    const Seen& seen_;
};

}  // namespace

Result<Matcher> Matcher::compile(Pattern pattern) {
    Matcher matcher;
    matcher.pattern_ = std::move(pattern);
    matcher.expectations_.resize(matcher.pattern_.comparisons.size());
    for (std::size_t i = 0; i < matcher.expectations_.size(); ++i) {
        const Comparison& comparison = matcher.pattern_.comparisons[i];
        if (comparison.comparator != Comparator::kMatches) continue;
        const Literal& regex = matcher.pattern_.literals[comparison.literals.first];
        COMITY_TRY(matcher.expectations_[i], Expectation::compile(matcher.pattern_.text(regex.text)));
    }
    return matcher;
}

bool Matcher::test(const Comparison& comparison, std::size_t index, const Observation& observation,
                   const json::Value& object) const {
    const bool exists = comparison.comparator == Comparator::kExists;
    const Expectation* expectation = expectations_[index] ? &*expectations_[index] : nullptr;
    const auto seen = [&](std::string_view property, const json::Value& value) {
        return exists || intelligence::holds(pattern_, comparison, expectation, observe(property, value));
    };
    const bool found = MatchWalk(pattern_, comparison.path, observation, seen).from(object, 0, {});
    return exists ? found != comparison.negated : found;
}

bool Matcher::holds_for(const Expression& expression, const Observation& observation,
                        const ObservedObject& object) const {
    if (object.object == nullptr || !object.object->is_object()) return false;
    const json::Value* type = object.object->get_object().if_contains("type");
    if (type == nullptr || !type->is_string()) return false;
    const std::string_view name(type->get_string());
    // Relationships among what was observed are no observables.
    const ObjectClass object_class = rules_of(name).object_class;
    if (object_class != ObjectClass::kObservable && object_class != ObjectClass::kCustom) return false;
    std::vector<bool> results(expression.terms.count);
    for (std::uint32_t i = 0; i < expression.terms.count; ++i) {
        const Term& term = pattern_.terms[expression.terms.first + i];
        switch (term.kind) {
            case Term::Kind::kComparison: {
                const Comparison& comparison = pattern_.comparisons[term.left];
                results[i] = pattern_.text(comparison.type) == name &&
                             test(comparison, term.left, observation, *object.object);
                break;
            }
            case Term::Kind::kAnd:
                results[i] = results[term.left - expression.terms.first] &&
                             results[term.right - expression.terms.first];
                break;
            case Term::Kind::kOr:
                results[i] = results[term.left - expression.terms.first] ||
                             results[term.right - expression.terms.first];
                break;
        }
    }
    return results.back();
}

bool Matcher::holds(const Expression& expression, const Observation& observation) const {
    for (const ObservedObject& object : observation.objects) {
        if (holds_for(expression, observation, object)) return true;
    }
    return false;
}

Result<std::optional<std::vector<Binding>>> Matcher::match(std::span<const Observation> observations) const {
    // Which observations each observation expression holds for, then how they can be bound.
    std::vector<std::vector<std::size_t>> held(pattern_.expressions.size());
    for (std::size_t i = 0; i < held.size(); ++i) {
        if (pattern_.expressions[i].kind != Expression::Kind::kObservation) continue;
        for (std::size_t j = 0; j < observations.size(); ++j) {
            if (holds(pattern_.expressions[i], observations[j])) held[i].push_back(j);
        }
    }
    return find_bindings(pattern_, observations, held);
}

}  // namespace comity::intelligence
