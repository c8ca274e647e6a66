#include "intelligence/misp/rest.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace comity::intelligence::misp {
namespace {

using Names = std::span<const std::string_view>;

// Those that read.cpp takes or tells of itself.
constexpr std::string_view kOfEvent[] = {"uuid",
                                         "info",
                                         "date",
                                         "timestamp",
                                         "published",
                                         "publish_timestamp",
                                         "threat_level_id",
                                         "analysis",
                                         "distribution",
                                         "extends_uuid",
                                         "Tag",
                                         "Orgc",
                                         "orgc",
                                         "Attribute",
                                         "Object",
                                         "Galaxy"};
constexpr std::string_view kOfAttribute[] = {
    "uuid",   "type",     "category",   "value",     "to_ids",  "timestamp",    "comment", "Tag",
    "Galaxy", "Sighting", "first_seen", "last_seen", "deleted", "distribution", "data",    "object_relation"};
constexpr std::string_view kOfObject[] = {"uuid",         "name",       "meta-category", "timestamp",
                                          "comment",      "deleted",    "Attribute",     "ObjectReference",
                                          "distribution", "first_seen", "last_seen"};

constexpr std::string_view kLocal[] = {
    "id", "event_id", "object_id", "org_id", "orgc_id", "user_id", "sharing_group_id", "attribute_count",
    "object_count", "sighting_timestamp", "proposal_email_lock", "locked", "protected", "disable_correlation",
    "event_creator_email", "Org", "org", "event_uuid", "value1", "value2", "batch_import", "image_base64",
    // An object's: its template's, which is named by name and category.
    "description", "template_uuid", "template_version", "object_template_id"};

Names taken(Part part) {
    switch (part) {
        case Part::kEvent:
            return kOfEvent;
        case Part::kAttribute:
            return kOfAttribute;
        case Part::kObject:
            return kOfObject;
    }
    return {};
}

bool holds_something(const json::Value& value) {
    if (value.is_null()) return false;
    if (value.is_array()) return !value.get_array().empty();
    if (value.is_object()) return !value.get_object().empty();
    if (value.is_bool()) return value.get_bool();
    if (value.is_string()) return !value.get_string().empty();
    return true;
}

}  // namespace

std::vector<std::string> without_place(Part part, const json::Object& object) {
    std::vector<std::string> out;
    for (const auto& member : object) {
        const std::string_view name = member.key();
        const Names known = taken(part);
        if (std::ranges::find(known, name) != known.end()) continue;
        if (std::ranges::find(kLocal, name) != std::end(kLocal)) continue;
        if (holds_something(member.value())) out.emplace_back(name);
    }
    return out;
}

}  // namespace comity::intelligence::misp
