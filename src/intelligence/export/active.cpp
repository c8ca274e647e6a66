#include "intelligence/export/active.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "intelligence/export/writers.h"
#include "intelligence/indicator/simple_values.h"
#include "intelligence/queries.h"
#include "intelligence/search/standing.h"
#include "intelligence/search/term.h"
#include "json/members.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kObjectsAPage = 1000;
constexpr std::int64_t kOneDay = 86'400;

// What one indicator states, as far as it decides whether it is active.
struct Stated {
    Object object;
    std::optional<int> confidence;
    std::optional<Time> valid_from;
    std::optional<Time> valid_until;
};

std::optional<Stated> read(std::string_view bytes) {
    auto object = parse_object(bytes);
    if (!object || object->id.type != "indicator") return std::nullopt;
    const auto value = json::parse(bytes, kMaxObjectDepth);
    if (!value || !value->is_object()) return std::nullopt;
    const json::Object& fields = value->get_object();
    Stated out{*std::move(object), {}, {}, {}};
    const json::Value* confidence = fields.if_contains("confidence");
    if (confidence != nullptr && confidence->is_int64() && confidence->get_int64() >= 0 &&
        confidence->get_int64() <= 100)
        out.confidence = static_cast<int>(confidence->get_int64());
    if (const auto time = parse_time(json::text_of(fields, "valid_from"))) out.valid_from = *time;
    if (const auto time = parse_time(json::text_of(fields, "valid_until"))) out.valid_until = *time;
    return out;
}

// Why it is not active; empty: it is.
std::string inactive(const Stated& stated, const ActiveQuery& query) {
    if (stated.object.revoked) return "is revoked";
    if (stated.valid_from && *stated.valid_from > query.now) return "is not valid yet";
    if (stated.valid_until && *stated.valid_until <= query.now) return "is valid no longer";
    if (query.max_age_days && stated.object.version &&
        query.now.seconds() - stated.object.version->seconds() > *query.max_age_days * kOneDay)
        return fmt::format("is older than {} days", *query.max_age_days);
    return {};
}

std::string members(std::int64_t count) {
    return fmt::format("{} member{}", count, count == 1 ? "" : "s");
}

std::string unbelieved(const Believed& believed, const ActiveQuery& query) {
    if (query.min_confidence && believed.confidence < *query.min_confidence)
        return fmt::format("has the confidence {} now", believed.confidence);
    if (query.max_false_by && believed.false_by > *query.max_false_by)
        return "is reported to be false by " + members(believed.false_by);
    if (query.min_sighted_by && believed.sighted_by < *query.min_sighted_by)
        return "was sighted by " + members(believed.sighted_by);
    if (query.sighted_within_days) {
        if (!believed.last_sighted) return "was sighted by nobody";
        if (query.now.seconds() - believed.last_sighted->seconds() > *query.sighted_within_days * kOneDay)
            return fmt::format("was sighted last {}",
                               format_time_millis(*believed.last_sighted).substr(0, 10));
    }
    return {};
}

Believed believed_of(const search::Facts& facts, const ObjectRow& row, const search::Verdicts& verdicts,
                     Time now) {
    return {search::confidence_now(facts, row, verdicts, now), verdicts.sighted_by(), verdicts.false_by(),
            verdicts.last_sighted()};
}

// A value as it goes over the wire, where devices look for it: a name in a script of its own in punycode.
// False where it has no such form.
bool to_wire(Indicator& indicator) {
    std::string_view name = indicator.value;
    search::Kind kind = search::Kind::kDomain;
    if (indicator.kind == IndicatorKind::kUrl) {
        name = parts_of(indicator.value).host;
        kind = search::Kind::kUrl;
    } else if (indicator.kind == IndicatorKind::kEmail) {
        name = name.substr(std::min(name.find('@'), name.size()));
        kind = search::Kind::kEmail;
    } else if (indicator.kind != IndicatorKind::kDomain) {
        return true;
    }
    if (std::ranges::all_of(name, [](char c) { return (c & '\x80') == 0; })) return true;
    const auto terms = search::value_terms(indicator.value);
    if (terms.empty() || terms.front().front() != static_cast<char>(kind) ||
        terms.front().size() >= search::kMaxTerm)
        return false;
    indicator.value = terms.front().substr(1);
    return true;
}

class Collector {
  public:
    explicit Collector(const ActiveQuery& query) : query_(query) {}

    void add(std::string_view bytes, const Believed& believed) {
        const auto stated = read(bytes);
        if (!stated) return;
        const std::string id = stated->object.id.text();
        std::string why = inactive(*stated, query_);
        if (why.empty()) why = unbelieved(believed, query_);
        if (!why.empty()) {
            left_.push_back({id, "", std::move(why)});
            return;
        }
        if (!stated->object.pattern_type.empty() && stated->object.pattern_type != "stix") {
            left_.push_back({id, "",
                             fmt::format("is a rule for {}, not a STIX pattern",
                                         shown(stated->object.pattern_type, 40))});
            return;
        }
        auto values = simple_values(stated->object.pattern, stated->object.spec);
        if (!values) {
            left_.push_back({id, "", values.error().message()});
            return;
        }
        for (auto& [value, why_not] : values->worthless)
            left_.push_back({id, std::move(value), std::move(why_not)});
        for (Indicator& indicator : values->values) {
            if (!query_.kinds.empty() &&
                std::ranges::find(query_.kinds, indicator.kind) == query_.kinds.end())
                continue;
            // Harmless files bear such names, too.
            if (query_.kinds.empty() && indicator.kind == IndicatorKind::kFileName) {
                left_.push_back({id, indicator.value, "names a file by its name alone: --type file-name"});
                continue;
            }
            if (!to_wire(indicator)) {
                left_.push_back({id, indicator.value, "its name has no form in the DNS (IDNA 2008)"});
                continue;
            }
            ActiveValue value{std::move(indicator),
                              id,
                              stated->object.name,
                              stated->confidence,
                              stated->object.version.value_or(Time{}),
                              stated->valid_from.value_or(Time{}),
                              stated->valid_until,
                              std::string(bytes)};
            auto [there, fresh] = best_.try_emplace(value.indicator, value);
            if (!fresh && speaks_before(value, there->second)) there->second = std::move(value);
        }
    }

    Active finish() {
        Active out;
        for (auto& [indicator, value] : best_) out.values.push_back(std::move(value));
        std::ranges::sort(left_);
        out.left = std::move(left_);
        return out;
    }

  private:
    static bool speaks_before(const ActiveValue& a, const ActiveValue& b) {
        const auto rank = [](const ActiveValue& v) {
            return std::tuple(-v.confidence.value_or(-1), -v.modified.micros, std::string_view(v.id));
        };
        return rank(a) < rank(b);
    }

    const ActiveQuery& query_;
    std::map<Indicator, ActiveValue> best_;
    std::vector<NotExported> left_;
};

}  // namespace

Active active_of(std::span<const std::string> objects, const ActiveQuery& query,
                 const std::map<std::string, Believed>& believed) {
    // Of several versions of one object the newest counts; of those that bear the same version, whichever
    // comes first by its bytes.
    std::map<ObjectId, std::pair<Time, std::string_view>> newest;
    for (const std::string& bytes : objects) {
        const auto object = parse_object(bytes);
        if (!object || object->id.type != "indicator") continue;
        const auto offered = std::pair(object->version.value_or(Time{}), std::string_view(bytes));
        auto [there, fresh] = newest.try_emplace(object->id, offered);
        if (fresh) continue;
        const auto& [time, data] = there->second;
        if (offered.first > time || (offered.first == time && offered.second < data)) there->second = offered;
    }
    Collector collector(query);
    for (const auto& [id, version] : newest) {
        const auto known = believed.find(id.text());
        if (known != believed.end()) {
            collector.add(version.second, known->second);
            continue;
        }
        ObjectRow row;
        row.version = version.first;
        const auto facts = search::facts_of(version.second, "");
        collector.add(version.second, believed_of(facts.value_or(search::Facts{}), row, {}, query.now));
    }
    return collector.finish();
}

Result<Active> find_active(db::Session& session, const ledger::Readable& readable, const ActiveQuery& query) {
    Collector collector(query);
    ObjectFilter filter;
    filter.types = {"indicator"};
    PageRequest request;
    request.limit = kObjectsAPage;
    for (bool more = true; more;) {
        COMITY_TRY(const ObjectPage page, find_objects(session, readable, filter, request));
        std::map<std::string, search::Verdicts> verdicts;
        if (query.asks_members()) {
            std::vector<std::string> ids;
            for (const FoundObject& found : page.objects) ids.push_back(found.row.id.text());
            COMITY_TRY(verdicts, search::find_verdicts(session, readable, ids, SIZE_MAX));
        }
        for (const FoundObject& found : page.objects) {
            Believed believed;
            if (query.asks_members()) {
                const auto facts = search::facts_of(found.data, "");
                believed = believed_of(facts.value_or(search::Facts{}), found.row,
                                       verdicts[found.row.id.text()], query.now);
            }
            collector.add(found.data, believed);
        }
        more = page.more && !page.objects.empty();
        if (more) request.after = page.objects.back().row.added;
    }
    return collector.finish();
}

}  // namespace comity::intelligence
