#include "cli/log/witnessed.h"

#include <fmt/format.h>

#include "cli/forms.h"
#include "json/words.h"

namespace comity::cli {

namespace {

std::string waits_clause(const json::Object& object) {
    const json::Value* waits = object.if_contains("waits");
    if (waits == nullptr || !waits->is_array() || waits->get_array().empty()) return {};
    std::string text;
    for (const json::Value& name : waits->get_array()) {
        if (!name.is_string()) continue;
        text += text.empty() ? ", waits for " : ", ";
        text += std::string_view(name.get_string());
    }
    return text;
}

json::Value second_of(const std::optional<Time>& time) {
    if (!time) return nullptr;
    return json::Value(second_text(time->seconds()));
}

}  // namespace

std::vector<json::Object> list_field(const json::Object& object, std::string_view name) {
    std::vector<json::Object> items;
    const json::Value* list = object.if_contains(name);
    if (list == nullptr || !list->is_array()) return items;
    for (const json::Value& item : list->get_array()) {
        if (item.is_object()) items.push_back(item.get_object());
    }
    return items;
}

std::string group_text(const json::Object& group) {
    const std::string met = field(group, "met");
    return fmt::format("{}: {} of {}{}{}", field(group, "name"), field(group, "have"),
                       field(group, "threshold"), met.empty() ? "" : ", since " + met, waits_clause(group));
}

std::string quorum_text(const json::Object& log) {
    const json::Value* quorum = log.if_contains("quorum");
    if (quorum == nullptr || !quorum->is_object()) return {};
    const json::Object& object = quorum->get_object();
    if (field(object, "name") == "none") return {};
    std::string text = field(object, "name");
    text += field(object, "met") == "true" ? ": met" : ": not met" + waits_clause(object);
    const std::string size = field(object, "size");
    const std::string since = field(object, "since");
    if (!size.empty() && size != field(log, "size")) text += "; met at size " + size;
    if (!since.empty()) text += ", since " + since;
    return text;
}

json::Object quorum_json(const log::Policy& policy, const log::PolicyVerdict& verdict) {
    return {{"name", policy.quorum},
            {"met", verdict.met},
            {"since", second_of(verdict.since)},
            {"waits", json::array_of(verdict.waits)}};
}

json::Array groups_json(const log::PolicyVerdict& verdict) {
    json::Array list;
    for (const log::PolicyVerdict::GroupState& group : verdict.groups) {
        list.push_back(json::Object{{"name", group.name},
                                    {"threshold", group.threshold},
                                    {"have", group.have},
                                    {"met", second_of(group.met)},
                                    {"waits", json::array_of(group.waits)}});
    }
    return list;
}

}  // namespace comity::cli
