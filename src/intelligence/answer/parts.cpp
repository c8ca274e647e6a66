#include "intelligence/answer/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "intelligence/carried.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxCopies = 1000;

json::Value micros_json(const std::optional<Time>& time) {
    return time ? json::Value(format_time_micros(*time)) : json::Value(nullptr);
}

}  // namespace

std::optional<std::string_view> parameter(const Parameters& parameters, std::string_view name) {
    const auto found = std::ranges::find_if(
        parameters, [&](const auto& each) { return each.first == name && !each.second.empty(); });
    if (found == parameters.end()) return std::nullopt;
    return found->second;
}

Result<std::int64_t> number(const Parameters& parameters, std::string_view name, std::int64_t min,
                            std::int64_t max, std::int64_t otherwise) {
    const auto text = parameter(parameters, name);
    if (!text) return otherwise;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size() || value < min || value > max) {
        return invalid(std::string(name),
                       fmt::format("'{}' is not a number from {} to {}", shown(*text, 40), min, max));
    }
    return value;
}

Failure no_object(std::string_view id) {
    return not_found(fmt::format("there is no object {} that you may read", shown(id, 300)),
                     "search for it: comity intel search");
}

Result<ledger::Audience> audience_of(db::Session& session, ledger::AudienceId id) {
    COMITY_TRY(const auto text, session.text("SELECT audience FROM audiences WHERE n = $1", {id}));
    COMITY_TRY(const json::Value value, json::parse(text.value_or("")));
    return ledger::parse_audience(value, "audience");
}

json::Value version_json(const ObjectRow& row) {
    return row.version ? json::Value(format_time_micros(*row.version)) : json::Value(nullptr);
}

json::Object confidence_json(const search::Hit& hit, const search::Verdicts& verdicts, Time now) {
    json::Array members;
    std::int64_t sightings = 0;
    for (const auto& member : verdicts.members) {
        sightings += member.sightings;
        members.push_back(json::Object{
            {"member", member.member},
            {"sightings", member.sightings},
            {"sighted", member.sightings > 0 ? micros_json(member.sighted) : json::Value(nullptr)},
            {"opinion", member.opinion.empty() ? json::Value(nullptr) : json::Value(member.opinion)}});
    }
    return {{"stated", hit.facts.confidence ? json::Value(*hit.facts.confidence) : json::Value(nullptr)},
            {"now", search::confidence_now(hit.facts, hit.row, verdicts, now)},
            {"sighted_by", verdicts.sighted_by()},
            {"sightings", sightings},
            {"last_sighted", micros_json(verdicts.last_sighted())},
            {"false_by", verdicts.false_by()},
            {"members", std::move(members)},
            {"more", verdicts.more}};
}

Result<json::Object> copy_json(const Asking& asking, const search::Hit& hit) {
    COMITY_TRY(const auto carrier, find_carrier(asking.session, asking.readable, hit.row.added));
    COMITY_TRY(const ledger::Audience audience, audience_of(asking.session, hit.audience));
    return json::Object{{"sharer", hit.source},
                        {"statement", carrier ? json::Value(carrier->statement.hex()) : json::Value(nullptr)},
                        {"position", carrier ? json::Value(carrier->position) : json::Value(nullptr)},
                        {"added", format_time_micros(hit.row.added)},
                        {"audience", ledger::audience_json(audience)}};
}

std::string with_object(const json::Object& head, std::string_view object) {
    std::string text = json::write(head);
    text.pop_back();
    return text.append(",\"object\":").append(object).append("}");
}

Result<std::vector<search::Hit>> copies_of(const Asking& asking, std::string_view id) {
    const auto parsed = ObjectId::parse(id);
    if (!parsed) {
        return invalid("id", fmt::format("'{}' is no STIX id: {}", shown(id, 300), parsed.error().what),
                       "as indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
    }
    search::Query query;
    query.id = *parsed;
    query.every_copy = true;
    COMITY_TRY(search::Hits hits, search::find(asking.session, asking.readable, query,
                                               {.before = {}, .limit = kMaxCopies, .max_bytes = 8U << 20}));
    if (hits.found.empty()) return no_object(id);
    return std::move(hits.found);
}

}  // namespace comity::intelligence
