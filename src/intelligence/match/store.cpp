#include "intelligence/match/store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "intelligence/export/active.h"
#include "intelligence/pattern/pattern.h"
#include "intelligence/search/facts.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kWhyKept = 20;
constexpr std::size_t kWhyShown = 80;  // bytes

// What a comparison's path is about, beside what simple_values() knows.
std::optional<ValueKind> kind_by_path(const Pattern& pattern, const Comparison& comparison) {
    const std::string type = lowered(pattern.text(comparison.type));
    std::string last;
    bool hashes = false;
    for (std::uint32_t i = 0; i < comparison.path.count; ++i) {
        const Step& step = pattern.steps[comparison.path.first + i];
        if (step.kind != Step::Kind::kKey) continue;
        last = lowered(pattern.text(step.key));
        hashes = hashes || last == "hashes";
    }
    const std::string all = type + " " + last;
    if (all.contains("ja3")) return ValueKind::kJa3;
    if (all.contains("ja4")) return ValueKind::kJa4;
    if (hashes && last == "ssdeep") return ValueKind::kSsdeep;
    if (type == "file" && last == "name") return ValueKind::kFileName;
    if (all.contains("wallet") || all.contains("cryptocurrency")) return ValueKind::kWallet;
    return std::nullopt;
}

Result<std::vector<Value>> other_values(const Pattern& pattern) {
    const auto no = [] { return invalid({}, "its pattern asks for more than one of some values"); };
    for (const Expression& expression : pattern.expressions) {
        if (expression.kind != Expression::Kind::kObservation && expression.kind != Expression::Kind::kOr)
            return no();
    }
    for (const Term& term : pattern.terms) {
        if (term.kind == Term::Kind::kAnd) return no();
    }
    std::vector<Value> values;
    for (const Comparison& comparison : pattern.comparisons) {
        const auto kind = kind_by_path(pattern, comparison);
        const bool equal =
            comparison.comparator == Comparator::kEqual || comparison.comparator == Comparator::kIn;
        if (!kind || !equal || comparison.negated) return no();
        for (std::uint32_t i = 0; i < comparison.literals.count; ++i) {
            const Literal& literal = pattern.literals[comparison.literals.first + i];
            if (literal.kind != Literal::Kind::kString) return no();
            COMITY_TRY(Value value, value_of(*kind, pattern.text(literal.text)));
            values.push_back(std::move(value));
        }
    }
    return values;
}

}  // namespace

Result<std::vector<Value>> pattern_values(std::string_view pattern, Spec spec) {
    const auto simple = simple_values(pattern, spec);
    if (simple) {
        std::vector<Value> values;
        for (const Indicator& indicator : *simple) {
            COMITY_TRY(Value value, value_of(indicator));
            values.push_back(std::move(value));
        }
        return values;
    }
    const auto parsed = parse_pattern(pattern, spec == Spec::k20 ? PatternGrammar::k20 : PatternGrammar::k21);
    if (!parsed) return std::unexpected(simple.error());
    auto others = other_values(*parsed);
    if (!others) return std::unexpected(simple.error());
    return others;
}

Result<void> take_patterns(const Catalog& catalog, const Gathering& gathering) {
    return catalog.each_pattern([&](const IndexedPattern& one, const Index& from) -> Result<void> {
        for (About& about : from.abouts(one.records)) {
            if (about.valid_until && *about.valid_until <= gathering.now) continue;
            if (gathering.min_confidence && about.confidence && *about.confidence < *gathering.min_confidence)
                continue;
            const std::string said = about.id.empty() ? about.source : about.id;
            auto taken = gathering.compound({std::move(about), std::string(one.text), one.grammar});
            if (!taken) return within(said, std::move(taken).error());
        }
        return {};
    });
}

void Gatherer::leave(std::string_view what, std::string_view why) {
    ++left_;
    if (why_.size() < kWhyKept) why_.push_back(fmt::format("{}: {}", shown(what, kWhyShown), why));
}

Result<void> Gatherer::take(const SharedIndicator& indicator) {
    const auto object = parse_object(indicator.object);
    const auto facts = search::facts_of(indicator.object, indicator.source);
    if (!object || !facts) return {};
    const std::string id = object->id.text();
    if (object->revoked) return leave(id, "is revoked"), Result<void>{};
    if (facts->valid_from && *facts->valid_from > gathering_.now)
        return leave(id, "is not valid yet"), Result<void>{};
    if (facts->valid_until && *facts->valid_until <= gathering_.now)
        return leave(id, "is valid no longer"), Result<void>{};
    if (gathering_.min_confidence && indicator.confidence < *gathering_.min_confidence)
        return leave(id, fmt::format("has the confidence {} now", indicator.confidence)), Result<void>{};
    if (!object->pattern_type.empty() && object->pattern_type != "stix")
        return leave(id, "is a rule in another language"), Result<void>{};
    About said{id, indicator.source, object->name, indicator.confidence, indicator.tlp, facts->valid_until};
    auto values = pattern_values(object->pattern, object->spec);
    // What is refused are values that are worth nothing as indicators.
    if (!values && gathering_.compound && values.error().kind != ErrorKind::kRefused) {
        const auto grammar = object->spec == Spec::k20 ? PatternGrammar::k20 : PatternGrammar::k21;
        const auto taken = gathering_.compound({std::move(said), object->pattern, grammar});
        if (!taken) return leave(id, taken.error().message()), Result<void>{};
        ++indicators_;
        return {};
    }
    if (!values) return leave(id, values.error().message()), Result<void>{};
    std::erase_if(*values, [&](const Value& value) {
        return value.kind == ValueKind::kFileName && !gathering_.file_names;
    });
    if (values->empty()) return leave(id, "names files by their names alone: --file-names"), Result<void>{};
    ++indicators_;
    const std::uint32_t about = builder_.add_about(said);
    for (const Value& value : *values) {
        ++values_;
        COMITY_CHECK(builder_.add(value, about));
    }
    return {};
}

Result<void> Gatherer::take_list(std::string_view text, const std::string& source,
                                 std::optional<int> confidence) {
    constexpr std::string_view kSpace = " \t\r\f\v";
    const std::uint32_t about = builder_.add_about({{}, source, {}, confidence, {}, {}});
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view entry = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (const auto kind = plain_value(entry)) {
            ++values_;
            COMITY_CHECK(builder_.add(*kind, entry, about));
            continue;
        }
        // A "#" inside a word is a URL's own.
        for (std::size_t i = 0; i < entry.size(); ++i) {
            if (entry[i] == '#' && (i == 0 || kSpace.contains(entry[i - 1]))) entry = entry.substr(0, i);
        }
        const std::size_t first = entry.find_first_not_of(kSpace);
        if (first == std::string_view::npos) continue;
        entry = entry.substr(first, entry.find_last_not_of(kSpace) - first + 1);
        const auto value = read_value(entry);
        if (!value) {
            leave(entry, value.error().message());
        } else if (value->kind == ValueKind::kFileName && !gathering_.file_names) {
            leave(entry, "is a file's name: --file-names");
        } else {
            ++values_;
            COMITY_CHECK(builder_.add(*value, about));
        }
    }
    return {};
}

}  // namespace comity::intelligence::match
