#include "node/seen_where.h"

#include <fmt/format.h>

#include <map>

#include "governance/participation/place.h"
#include "intelligence/answer/sightings.h"

namespace comity::node {
namespace {

constexpr std::int64_t kMicrosOfDay = 86'400'000'000;

}  // namespace

Result<void> add_where(db::Session& session, json::Object& answer) {
    COMITY_TRY(const governance::Places known, governance::load_places(session));
    std::map<std::string, std::uint64_t> regions, places;
    for (const json::Value& each : answer.at("members").as_array()) {
        const auto found = known.find(std::string_view(each.at("member").as_string()));
        ++regions[found == known.end() ? "unknown" : found->second.region];
        if (found != known.end() && !found->second.place.empty()) ++places[found->second.place];
    }
    const auto list = [](const std::map<std::string, std::uint64_t>& counts, std::string_view name) {
        json::Array out;
        for (const auto& [one, members] : counts)
            out.push_back(json::Object{{name, one}, {"members", members}});
        return out;
    };
    answer["regions"] = list(regions, "region");
    answer["places"] = list(places, "place");
    return {};
}

Result<json::Object> sightings_overview(const intelligence::Asking& asking, std::int64_t days) {
    if (days < 1 || days > kMaxSightingDays)
        return invalid("days", fmt::format("is not 1 to {}", kMaxSightingDays));
    const Time since{asking.now.micros - days * kMicrosOfDay};
    COMITY_TRY(json::Object answer, intelligence::answer_sightings_since(asking, since));
    COMITY_CHECK(add_where(asking.session, answer));
    return answer;
}

}  // namespace comity::node
