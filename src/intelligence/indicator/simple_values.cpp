// Patterns that say no more than "one of these values".
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "intelligence/export/active.h"
#include "intelligence/pattern/pattern.h"

namespace comity::intelligence {
namespace {

// "file:hashes.'SHA-256'" as "file:hashes.SHA-256"; "[*]" and indices as they stand.
std::string path_of(const Pattern& pattern, const Comparison& comparison) {
    std::string out(pattern.text(comparison.type));
    out += ':';
    for (std::uint32_t i = 0; i < comparison.path.count; ++i) {
        const Step& step = pattern.steps[comparison.path.first + i];
        switch (step.kind) {
            case Step::Kind::kKey:
                if (i > 0) out += '.';
                out += pattern.text(step.key);
                break;
            case Step::Kind::kIndex:
                out += fmt::format("[{}]", step.index);
                break;
            case Step::Kind::kAny:
                out += "[*]";
                break;
        }
    }
    return out;
}

enum class Family { kAddress, kDomain, kUrl, kEmail, kSum, kFileName, kAddressType };

std::optional<Family> family_of(std::string_view path) {
    struct Known {
        std::string_view path;
        Family family;
    };
    static constexpr Known kKnown[] = {
        {"ipv4-addr:value", Family::kAddress},
        {"ipv6-addr:value", Family::kAddress},
        {"network-traffic:dst_ref.value", Family::kAddress},
        {"network-traffic:src_ref.value", Family::kAddress},
        {"network-traffic:dst_ref.type", Family::kAddressType},
        {"network-traffic:src_ref.type", Family::kAddressType},
        {"domain-name:value", Family::kDomain},
        {"url:value", Family::kUrl},
        {"email-addr:value", Family::kEmail},
        {"email-message:from_ref.value", Family::kEmail},
        {"email-message:sender_ref.value", Family::kEmail},
        {"file:hashes.MD5", Family::kSum},
        {"file:hashes.SHA-1", Family::kSum},
        {"file:hashes.SHA-256", Family::kSum},
        {"file:hashes.SHA-512", Family::kSum},
        {"file:name", Family::kFileName},
    };
    const auto found = std::ranges::find(kKnown, path, &Known::path);
    if (found == std::end(kKnown)) return std::nullopt;
    return found->family;
}

bool fits(Family family, IndicatorKind kind) {
    switch (kind) {
        case IndicatorKind::kIpv4:
        case IndicatorKind::kIpv4Network:
        case IndicatorKind::kIpv6:
        case IndicatorKind::kIpv6Network:
            return family == Family::kAddress;
        case IndicatorKind::kDomain:
            return family == Family::kDomain || family == Family::kAddress;  // MISP's hostname|port
        case IndicatorKind::kUrl:
            return family == Family::kUrl;
        case IndicatorKind::kEmail:
            return family == Family::kEmail;
        default:
            return family == Family::kSum && is_sum(kind);
    }
}

// What a term comes down to: values of which one suffices, or a mere narrowing of its neighbour.
struct Meaning {
    std::vector<Indicator> values;
    std::optional<Family> narrows;  // a file's name, an address's type: nothing by itself
};

class Reducer {
  public:
    explicit Reducer(const Pattern& pattern) : pattern_(pattern) {}

    Result<std::vector<Indicator>> reduce() {
        std::vector<Indicator> values;
        for (const Expression& expression : pattern_.expressions) {
            switch (expression.kind) {
                case Expression::Kind::kObservation: {
                    COMITY_TRY(Meaning meaning, observation(expression.terms));
                    if (meaning.narrows) return invalid({}, "its pattern names a file by its name alone");
                    std::ranges::move(meaning.values, std::back_inserter(values));
                    break;
                }
                case Expression::Kind::kOr:
                    break;
                default:
                    return invalid({}, "its pattern asks for more than one observation, or for a time");
            }
        }
        std::ranges::sort(values);
        const auto repeated = std::ranges::unique(values);
        values.erase(repeated.begin(), repeated.end());
        return values;
    }

  private:
    // Children stand before parents: a loop, however deep the terms are.
    Result<Meaning> observation(Range terms) {
        std::vector<Meaning> meanings(terms.count);
        for (std::uint32_t i = 0; i < terms.count; ++i) {
            const Term& here = pattern_.terms[terms.first + i];
            if (here.kind == Term::Kind::kComparison) {
                COMITY_TRY(meanings[i], comparison(pattern_.comparisons[here.left]));
                continue;
            }
            COMITY_TRY(meanings[i], joined(here.kind, meanings[here.left - terms.first],
                                           meanings[here.right - terms.first]));
        }
        return std::move(meanings.back());
    }

    static Result<Meaning> joined(Term::Kind kind, Meaning& left, Meaning& right) {
        if (kind == Term::Kind::kOr) {
            if (left.narrows || right.narrows)
                return invalid({}, "its pattern names a file by its name alone");
            std::ranges::move(right.values, std::back_inserter(left.values));
            return std::move(left);
        }
        // A sum with a name, an address with its type: the first alone says it.
        for (auto [one, other] : {std::pair(&left, &right), std::pair(&right, &left)}) {
            if (!one->narrows || other->narrows) continue;
            const bool sums = std::ranges::all_of(
                other->values, [](const Indicator& value) { return fits(Family::kSum, value.kind); });
            if (*one->narrows == Family::kAddressType || sums) return std::move(*other);
        }
        if (left.narrows && right.narrows && *left.narrows == *right.narrows) return std::move(left);
        return invalid({}, "its pattern wants several things at once");
    }

    Result<Meaning> comparison(const Comparison& comparison) {
        const std::string path = path_of(pattern_, comparison);
        const auto family = family_of(path);
        if (!family) return invalid({}, fmt::format("its pattern is about {}", shown(path, 80)));
        if (comparison.negated) return invalid({}, "its pattern denies");
        const bool subset = comparison.comparator == Comparator::kIsSubset && *family == Family::kAddress;
        if (comparison.comparator != Comparator::kEqual && comparison.comparator != Comparator::kIn &&
            !subset)
            return invalid({}, fmt::format("its pattern compares by {}", to_string(comparison.comparator)));
        Meaning meaning;
        if (*family == Family::kFileName || *family == Family::kAddressType) {
            meaning.narrows = family;
            return meaning;
        }
        for (std::uint32_t i = 0; i < comparison.literals.count; ++i) {
            const Literal& literal = pattern_.literals[comparison.literals.first + i];
            if (literal.kind != Literal::Kind::kString)
                return invalid({}, "its pattern compares with no text");
            const std::string_view text = pattern_.text(literal.text);
            auto indicator = classify(text);
            if (!indicator)
                return invalid({}, fmt::format("{}: {}", shown(text, 80), indicator.error().message()));
            if (!fits(*family, indicator->kind))
                return invalid({}, fmt::format("{} is none that {} can be", shown(text, 80), path));
            meaning.values.push_back(*std::move(indicator));
        }
        return meaning;
    }

    const Pattern& pattern_;
};

}  // namespace

Result<std::vector<Indicator>> simple_values(std::string_view pattern, Spec spec) {
    auto parsed = parse_pattern(pattern, spec == Spec::k20 ? PatternGrammar::k20 : PatternGrammar::k21);
    if (!parsed) return invalid({}, "its pattern is none: " + parsed.error().message());
    return Reducer(*parsed).reduce();
}

}  // namespace comity::intelligence
