#include "intelligence/match/store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "intelligence/match/pattern_scan.h"
#include "intelligence/search/facts.h"

namespace comity::intelligence::match {
namespace {

constexpr std::string_view kByNameAlone = "names a file by its name alone: --file-names";

}  // namespace

Result<PatternValues> pattern_values(std::string_view pattern, Spec spec) {
    COMITY_TRY(SimpleValues simple, simple_values(pattern, spec));
    PatternValues out{{}, std::move(simple.worthless)};
    for (const Indicator& indicator : simple.values) {
        auto value = value_of(indicator);
        if (value) {
            out.values.push_back(*std::move(value));
        } else {
            out.worthless.push_back({indicator.value, value.error().message()});
        }
    }
    if (out.values.empty()) {
        const auto& first = out.worthless.front();
        return refused({}, fmt::format("{}: {}", shown(first.value, kMaxLeftShown), first.why));
    }
    return out;
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

Result<void> Gatherer::take(const SharedIndicator& indicator) {
    const auto object = parse_object(indicator.object);
    const auto facts = search::facts_of(indicator.object, indicator.source);
    if (!object || !facts) return {};
    const std::string id = object->id.text();
    const auto leave = [&](LeftOut& group, std::string_view why) -> Result<void> {
        group.add(id, why);
        return {};
    };
    if (object->revoked) return leave(not_now_, "is revoked");
    if (facts->valid_from && *facts->valid_from > gathering_.now) return leave(not_now_, "is not valid yet");
    if (facts->valid_until && *facts->valid_until <= gathering_.now)
        return leave(not_now_, "is valid no longer");
    if (gathering_.min_confidence && indicator.confidence < *gathering_.min_confidence)
        return leave(not_now_, fmt::format("has the confidence {} now", indicator.confidence));
    if (!object->pattern_type.empty() && object->pattern_type != "stix")
        return leave(unwatched_, "is a rule in another language");
    About said{id, indicator.source, object->name, indicator.confidence, indicator.tlp, facts->valid_until};
    auto taken = pattern_values(object->pattern, object->spec);
    // What is refused are values that are worth nothing as indicators.
    if (!taken && taken.error().kind == ErrorKind::kRefused)
        return leave(unwatched_, taken.error().message());
    if (!taken) {
        ScanPattern whole{std::move(said), object->pattern,
                          object->spec == Spec::k20 ? PatternGrammar::k20 : PatternGrammar::k21};
        const auto held =
            gathering_.compound ? gathering_.compound(std::move(whole)) : check_scan_pattern(whole);
        if (!held) return leave(unwatched_, held.error().message());
        if (!gathering_.compound) return leave(unwatched_, taken.error().message() + ": --patterns");
        ++indicators_;
        return {};
    }
    for (const SimpleValues::Worthless& each : taken->worthless)
        unwatched_.add(fmt::format("{} {}", id, each.value), each.why);
    const auto named = std::erase_if(taken->values, [&](const Value& value) {
        return value.kind == ValueKind::kFileName && !gathering_.file_names;
    });
    if (named > 0) unwatched_.add(id, kByNameAlone);
    if (taken->values.empty()) return {};
    ++indicators_;
    const std::uint32_t about = builder_.add_about(said);
    for (const Value& value : taken->values) {
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
            unwatched_.add(entry, value.error().message());
        } else if (value->kind == ValueKind::kFileName && !gathering_.file_names) {
            unwatched_.add(entry, kByNameAlone);
        } else {
            ++values_;
            COMITY_CHECK(builder_.add(*value, about));
        }
    }
    return {};
}

}  // namespace comity::intelligence::match
