#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "intelligence/answer/parts.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxValues = 50;          // values that others are looked up by
constexpr std::size_t kMaxCorrelatedEach = 20;  // objects shown for each

// What has a value in common with it, value by value; never more than a few of each, as some values are in
// everything.
Result<json::Array> correlated(const Asking& asking, const search::Hit& hit) {
    json::Array out;
    for (std::size_t i = 0; i < hit.facts.values.size() && i < kMaxValues; ++i) {
        search::Query query;
        query.need(hit.facts.values[i]);
        COMITY_TRY(const search::Hits others,
                   search::find(asking.session, asking.readable, query,
                                {.before = {}, .limit = kMaxCorrelatedEach + 1, .max_bytes = SIZE_MAX}));
        json::Array objects;
        bool more = others.more;
        for (const search::Hit& other : others.found) {
            if (other.row.id == hit.row.id) continue;
            if (objects.size() == kMaxCorrelatedEach) {
                more = true;
                break;
            }
            objects.push_back(json::Object{{"id", other.row.id.text()},
                                           {"type", other.row.id.type},
                                           {"name", other.facts.name},
                                           {"sharer", other.source}});
        }
        if (objects.empty()) continue;
        out.push_back(json::Object{{"value", search::text_of_term(hit.facts.values[i])},
                                   {"objects", std::move(objects)},
                                   {"more", more}});
    }
    return out;
}

}  // namespace

Result<std::string> answer_object(const Asking& asking, std::string_view id) {
    COMITY_TRY(const std::vector<search::Hit> copies, copies_of(asking, id));
    // By version, the newest first; of each the copy that came first stands in front.
    std::map<std::optional<Time>, std::vector<const search::Hit*>, std::greater<>> versions;
    for (const search::Hit& copy : copies) versions[copy.row.version].push_back(&copy);
    std::string list;
    const search::Hit* last = nullptr;
    for (auto& [version, of_version] : versions) {
        std::ranges::sort(of_version, {}, [](const search::Hit* copy) { return copy->row.added; });
        std::string shown;
        for (const search::Hit* copy : of_version) {
            COMITY_TRY(const json::Object head, copy_json(asking, *copy));
            shown += (shown.empty() ? "" : ",") + with_object(head, copy->data);
        }
        if (last == nullptr) last = of_version.front();
        list +=
            fmt::format(R"({}{{"version":{},"revoked":{},"spec_version":"{}","copies":[{}]}})",
                        list.empty() ? "" : ",", json::write(version_json(of_version.front()->row)),
                        of_version.front()->facts.revoked, to_string(of_version.front()->row.spec), shown);
    }
    const std::string ids[] = {last->row.id.text()};
    COMITY_TRY(const auto verdicts, search::find_verdicts(asking.session, asking.readable, ids));
    COMITY_TRY(json::Array common, correlated(asking, *last));
    json::Object head{{"id", ids[0]},
                      {"type", last->row.id.type},
                      {"name", last->facts.name},
                      {"confidence", confidence_json(*last, verdicts.at(ids[0]), asking.now)},
                      {"correlated", std::move(common)}};
    std::string text = json::write(head);
    text.pop_back();
    return text + fmt::format(R"(,"versions":[{}]}})", list);
}

}  // namespace comity::intelligence
