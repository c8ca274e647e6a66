#include "intelligence/indicator/simple_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"
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

// What a path may be compared with.
enum class Family {
    kAddress,
    kDomain,
    kUrl,
    kEmail,
    kSum,
    kSsdeep,
    kFileName,
    kJa3,
    kJa4,
    kWallet,
    kAddressType
};

// Names of hashes come in several spellings: 'SHA-256', SHA256, sha-256.
std::optional<Family> hash_family(std::string_view name) {
    std::string word = lowered(name);
    std::erase(word, '-');
    if (word == "ssdeep") return Family::kSsdeep;
    if (word == "md5" || word == "sha1" || word == "sha256" || word == "sha512") return Family::kSum;
    return std::nullopt;
}

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
        {"file:name", Family::kFileName},
    };
    const auto found = std::ranges::find(kKnown, path, &Known::path);
    if (found != std::end(kKnown)) return found->family;
    for (const std::string_view hashes : {"file:hashes.", "artifact:hashes."}) {
        if (path.starts_with(hashes)) return hash_family(path.substr(hashes.size()));
    }
    // Others' names for what STIX has none for: by the type and the last property.
    const std::string words = lowered(
        fmt::format("{} {}", path.substr(0, path.find(':')), path.substr(path.find_last_of(".:") + 1)));
    if (words.contains("ja3")) return Family::kJa3;
    if (words.contains("ja4")) return Family::kJa4;
    if (words.contains("wallet") || words.contains("cryptocurrency")) return Family::kWallet;
    return std::nullopt;
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

// Of families whose values are told by what somebody says they are.
std::optional<IndicatorKind> stated_kind_of(Family family) {
    switch (family) {
        case Family::kSsdeep:
            return IndicatorKind::kSsdeep;
        case Family::kFileName:
            return IndicatorKind::kFileName;
        case Family::kJa3:
            return IndicatorKind::kJa3;
        case Family::kJa4:
            return IndicatorKind::kJa4;
        case Family::kWallet:
            return IndicatorKind::kWallet;
        default:
            return std::nullopt;
    }
}

bool is_of_file(const Indicator& value) {
    return is_sum(value.kind) || value.kind == IndicatorKind::kSsdeep;
}

// What a term comes down to: values of which one suffices. Some only narrow their neighbour: an address's
// type says nothing by itself, and a file's name is not asked for beside its sum.
struct Meaning {
    std::vector<Indicator> values;
    std::optional<Family> narrows;
    std::optional<Error> alone;  // why it cannot stand without a neighbour
};

class Reducer {
  public:
    explicit Reducer(const Pattern& pattern) : pattern_(pattern) {}

    Result<SimpleValues> reduce() {
        SimpleValues out;
        for (const Expression& expression : pattern_.expressions) {
            switch (expression.kind) {
                case Expression::Kind::kObservation: {
                    COMITY_TRY(Meaning meaning, observation(expression.terms));
                    if (meaning.alone) return std::unexpected(*std::move(meaning.alone));
                    std::ranges::move(meaning.values, std::back_inserter(out.values));
                    break;
                }
                case Expression::Kind::kOr:
                    break;
                default:
                    return invalid({}, "its pattern asks for more than one observation, or for a time");
            }
        }
        out.worthless = std::move(worthless_);
        const auto each_once = [](auto& list) {
            std::ranges::sort(list);
            const auto repeated = std::ranges::unique(list);
            list.erase(repeated.begin(), repeated.end());
        };
        each_once(out.values);
        each_once(out.worthless);
        if (out.values.empty() && out.worthless.empty()) return invalid({}, "its pattern asks for nothing");
        if (out.values.empty()) {
            const auto& first = out.worthless.front();
            return refused({}, fmt::format("{}: {}", shown(first.value, kMaxValueShown), first.why));
        }
        return out;
    }

  private:
    static constexpr std::size_t kMaxValueShown = 80;  // bytes

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
            std::ranges::move(right.values, std::back_inserter(left.values));
            if (left.narrows != right.narrows) left.narrows.reset();
            if (!left.alone) left.alone = std::move(right.alone);
            return std::move(left);
        }
        for (auto [one, other] : {std::pair(&left, &right), std::pair(&right, &left)}) {
            if (!one->narrows || other->narrows || other->alone) continue;
            const bool address = *one->narrows == Family::kAddressType;
            const bool said = std::ranges::all_of(other->values, [&](const Indicator& value) {
                return address ? fits(Family::kAddress, value.kind) : is_of_file(value);
            });
            if (said) return std::move(*other);
        }
        if (left.narrows == Family::kAddressType && right.narrows == left.narrows) return std::move(left);
        return invalid({}, "its pattern wants several things at once");
    }

    Result<Meaning> comparison(const Comparison& comparison) {
        const std::string path = path_of(pattern_, comparison);
        const auto family = family_of(path);
        if (!family) return invalid({}, fmt::format("its pattern is about {}", shown(path, kMaxValueShown)));
        if (comparison.negated) return invalid({}, "its pattern denies");
        const bool subset = comparison.comparator == Comparator::kIsSubset && *family == Family::kAddress;
        if (comparison.comparator != Comparator::kEqual && comparison.comparator != Comparator::kIn &&
            !subset)
            return invalid({}, fmt::format("its pattern compares by {}", to_string(comparison.comparator)));
        Meaning meaning;
        if (*family == Family::kAddressType) {
            meaning.narrows = family;
            meaning.alone = invalid({}, "its pattern asks for a type of address alone").error();
            return meaning;
        }
        if (*family == Family::kFileName) meaning.narrows = family;
        for (std::uint32_t i = 0; i < comparison.literals.count; ++i)
            COMITY_CHECK(take(pattern_.literals[comparison.literals.first + i], *family, path, meaning));
        return meaning;
    }

    Result<void> take(const Literal& literal, Family family, std::string_view path, Meaning& meaning) {
        if (literal.kind != Literal::Kind::kString) return invalid({}, "its pattern compares with no text");
        const std::string_view text = pattern_.text(literal.text);
        const auto stated = stated_kind_of(family);
        auto indicator = stated ? classify_as(*stated, text) : classify(text);
        if (indicator && (stated || fits(family, indicator->kind))) {
            meaning.values.push_back(*std::move(indicator));
            return {};
        }
        if (indicator)
            return invalid({}, fmt::format("{} is none that {} can be", shown(text, kMaxValueShown), path));
        if (indicator.error().kind == ErrorKind::kRefused) {
            worthless_.push_back({std::string(text), indicator.error().message()});
            return {};
        }
        Failure why =
            invalid({}, fmt::format("{}: {}", shown(text, kMaxValueShown), indicator.error().message()));
        if (family != Family::kFileName) return why;
        meaning.alone = std::move(why).error();  // beside a sum it may have any form
        return {};
    }

    const Pattern& pattern_;
    std::vector<SimpleValues::Worthless> worthless_;
};

}  // namespace

Result<SimpleValues> simple_values(std::string_view pattern, Spec spec) {
    auto parsed = parse_pattern(pattern, spec == Spec::k20 ? PatternGrammar::k20 : PatternGrammar::k21);
    if (!parsed) return invalid({}, "its pattern is none: " + parsed.error().message());
    return Reducer(*parsed).reduce();
}

}  // namespace comity::intelligence
