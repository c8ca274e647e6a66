#include "intelligence/answer/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "intelligence/answer/parts.h"
#include "intelligence/export/active.h"

namespace comity::intelligence {
namespace {

using search::Kind;

constexpr std::size_t kMaxLookedUp = 8192;  // bytes of a value
constexpr std::size_t kMaxFound = 20;       // indicators of one value
constexpr std::size_t kSearchedForOne = 100;

bool is_of(std::string_view term, Kind kind) {
    return !term.empty() && term.front() == static_cast<char>(kind);
}

// What a listed value may be to say something of this one: itself, a network that holds it, a name that it is
// below; of a URL or an e-mail address also its host.
std::vector<search::TermRange> ranges_about(std::string_view value) {
    auto ranges = search::value_ranges(value);
    for (const std::string& term : search::value_terms(value)) {
        if (is_of(term, Kind::kDomain)) {
            std::string_view name = std::string_view(term).substr(1);
            while (name.find('.') != std::string_view::npos) {
                const std::string each = search::make_term(Kind::kDomain, name);
                ranges.push_back({each, each});
                name.remove_prefix(name.find('.') + 1);
            }
        } else if (is_of(term, Kind::kAddress)) {
            for (auto& each : search::value_ranges(search::text_of_term(term)))
                ranges.push_back(std::move(each));
        }
    }
    return ranges;
}

// The value in the indicator's pattern by which it is about what was asked; nothing: it is not, or asks for
// more.
std::optional<std::string> listed_in(const search::Hit& hit, const std::vector<search::TermRange>& ranges) {
    const auto object = parse_object(hit.data);
    if (!object || (!object->pattern_type.empty() && object->pattern_type != "stix")) return std::nullopt;
    const auto values = simple_values(object->pattern, object->spec);
    if (!values) return std::nullopt;
    for (const Indicator& each : *values) {
        const auto terms = search::value_terms(each.value);
        if (terms.empty()) continue;
        if (std::ranges::any_of(ranges, [&](const auto& range) { return range.holds(terms.front()); }))
            return each.value;
    }
    return std::nullopt;
}

Result<json::Object> look_up_value(const Asking& asking, const std::string& value) {
    json::Object out{{"value", value}};
    json::Array found;
    search::Query query;
    query.types = {"indicator"};
    query.need(search::make_term(Kind::kType, "indicator"));
    const auto ranges = ranges_about(value);
    query.needs.push_back(ranges);
    search::Page page;
    page.limit = kSearchedForOne;
    bool more = false;
    if (!ranges.empty()) {
        COMITY_TRY(const search::Hits hits, search::find(asking.session, asking.readable, query, page));
        more = hits.more;
        std::vector<const search::Hit*> listed;
        std::vector<std::string> values;
        std::vector<std::string> ids;
        for (const search::Hit& hit : hits.found) {
            const search::Facts& facts = hit.facts;
            if (facts.revoked || (facts.valid_from && *facts.valid_from > asking.now) ||
                (facts.valid_until && *facts.valid_until <= asking.now))
                continue;
            auto by = listed_in(hit, ranges);
            if (!by) continue;
            if (listed.size() == kMaxFound) {
                more = true;
                break;
            }
            listed.push_back(&hit);
            values.push_back(*std::move(by));
            ids.push_back(hit.row.id.text());
        }
        std::map<std::string, search::Verdicts> verdicts;
        if (!ids.empty()) {
            COMITY_TRY(verdicts, search::find_verdicts(asking.session, asking.readable, ids));
        }
        for (std::size_t i = 0; i < listed.size(); ++i) {
            const search::Hit& hit = *listed[i];
            COMITY_TRY(const ledger::Audience audience, audience_of(asking.session, hit.audience));
            found.push_back(json::Object{
                {"value", values[i]},
                {"id", ids[i]},
                {"name", hit.facts.name},
                {"source", hit.source},
                {"confidence", search::confidence_now(hit.facts, hit.row, verdicts.at(ids[i]), asking.now)},
                {"tlp", to_string(audience.label)},
                {"valid_until", hit.facts.valid_until
                                    ? json::Value(format_time_millis(*hit.facts.valid_until))
                                    : json::Value(nullptr)}});
        }
    }
    out["listed"] = !found.empty();
    out["indicators"] = std::move(found);
    out["more"] = more;
    return out;
}

}  // namespace

Result<json::Object> answer_lookup(const Asking& asking, std::span<const std::string> values) {
    json::Array items;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].empty() || values[i].size() > kMaxLookedUp)
            return invalid(fmt::format("values[{}]", i),
                           fmt::format("is blank or over {} bytes", kMaxLookedUp));
        COMITY_TRY(json::Object each, look_up_value(asking, values[i]));
        items.push_back(std::move(each));
    }
    return json::Object{{"items", std::move(items)}, {"next", nullptr}};
}

}  // namespace comity::intelligence
