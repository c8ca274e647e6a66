#include "intelligence/stix/bundle_objects.h"

#include <algorithm>

#include "json/alone.h"

namespace comity::intelligence {

Result<std::optional<std::vector<std::string_view>>> bundle_objects(std::string_view document) {
    COMITY_TRY(const std::vector<json::Member> members, json::members_alone(document, "objects"));
    const bool bundle = std::ranges::any_of(members, [](const json::Member& member) {
        return member.name == "type" && member.value == "\"bundle\"";
    });
    if (!bundle) return std::nullopt;
    return json::array_elements_alone(document, "objects");
}

}  // namespace comity::intelligence
