#include "intelligence/misp/write.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "intelligence/indicator/simple_values.h"
#include "intelligence/misp/attribute.h"
#include "intelligence/stix/object.h"
#include "json/members.h"

namespace comity::intelligence::misp {
namespace {

const Uuid& name_space() {
    static const Uuid ours = *Uuid::parse("c2c2a3de-3e6f-4b0d-9d0e-3d2b1b8f7a55");
    return ours;
}

std::vector<std::string> texts_of(const json::Object& object, std::string_view name) {
    std::vector<std::string> out;
    const json::Value* value = object.if_contains(name);
    if (value == nullptr || !value->is_array()) return out;
    for (const json::Value& each : value->get_array()) {
        if (each.is_string()) out.emplace_back(each.get_string());
    }
    return out;
}

// misp:NAME="..." among the labels.
std::string label_of(const std::vector<std::string>& labels, std::string_view name) {
    const std::string begin = fmt::format("misp:{}=\"", name);
    for (const std::string& label : labels) {
        if (label.starts_with(begin) && label.ends_with('"') && label.size() > begin.size())
            return label.substr(begin.size(), label.size() - begin.size() - 1);
    }
    return {};
}

std::string seconds_of(const json::Object& object, Time otherwise) {
    for (const char* name : {"modified", "created"}) {
        if (const auto time = parse_time(json::text_of(object, name))) return std::to_string(time->seconds());
    }
    return std::to_string(otherwise.seconds());
}

struct Read {
    Object parsed;
    json::Object fields;
};

class EventWriter {
  public:
    EventWriter(const EventSpec& spec, WrittenEvent& out) : spec_(spec), out_(out) {}

    void write(std::span<const std::string> objects) {
        for (const std::string& bytes : objects) {
            auto parsed = parse_object(bytes);
            auto value = json::parse(bytes, kMaxObjectDepth);
            if (!parsed || !value) continue;
            const std::string id = parsed->id.text();
            objects_.insert_or_assign(id, Read{*std::move(parsed), std::move(value->as_object())});
        }
        for (auto& [id, object] : objects_) {
            if (object.parsed.id.type == "x-misp-object") write_object(object);
        }
        for (auto& [id, object] : objects_) write_one(id, object);
        finish();
    }

  private:
    void lose(const std::string& path, std::string why) { out_.losses.push_back({path, std::move(why)}); }

    // Properties that stand in the attribute, or are its frame: what is left is lost.
    void lose_rest(const std::string& id, const json::Object& fields,
                   std::initializer_list<std::string_view> kept) {
        static constexpr std::string_view kFrame[] = {
            "type",           "spec_version",        "id",     "created", "modified",
            "created_by_ref", "object_marking_refs", "labels", "revoked"};
        for (const auto& member : fields) {
            const std::string_view name = member.key();
            if (std::ranges::find(kFrame, name) != std::end(kFrame)) continue;
            if (std::ranges::find(kept, name) != kept.end()) continue;
            lose(fmt::format("{}.{}", id, name), "MISP has no place for it");
        }
    }

    json::Array tags_of(const Read& object, bool with_marking) const {
        json::Array tags;
        if (with_marking && object.parsed.marking && *object.parsed.marking != spec_.label)
            tags.push_back(tag_json(tlp_tag(*object.parsed.marking)));
        for (const std::string& label : texts_of(object.fields, "labels")) {
            if (!label.starts_with("misp:") && label != "Threat-Report") tags.push_back(tag_json(label));
        }
        return tags;
    }

    void add_attribute(const Read& object, const std::string& uuid, const Attribute& attribute, bool acts,
                       const std::string& comment) {
        json::Object made{{"uuid", uuid},
                          {"type", attribute.type},
                          {"category", attribute.category},
                          {"value", attribute.value},
                          {"to_ids", acts},
                          {"timestamp", seconds_of(object.fields, spec_.time)},
                          {"comment", comment},
                          {"distribution", "5"},
                          {"disable_correlation", false},
                          {"deleted", object.parsed.revoked}};
        if (json::Array tags = tags_of(object, true); !tags.empty()) made["Tag"] = std::move(tags);
        if (json::Array sightings = sightings_of(object.parsed.id.text()); !sightings.empty())
            made["Sighting"] = std::move(sightings);
        out_.values.push_back(attribute.value);
        attributes_.push_back(std::move(made));
    }

    static bool has_place(const Indicator& value) {
        return value.kind == IndicatorKind::kJa4 || attribute_of(value).has_value();
    }

    // MISP has no attribute of this type, and an object (misp-objects: ja4-plus).
    void add_ja4(const Read& object, const std::string& uuid, const std::string& value,
                 const std::string& comment) {
        const auto named = [&](std::string_view name) {
            return Uuid::of_name(name_space(), fmt::format("{}\nja4-plus\n{}", uuid, name)).text();
        };
        const std::string time = seconds_of(object.fields, spec_.time);
        json::Object fingerprint{{"uuid", uuid},
                                 {"type", "text"},
                                 {"object_relation", kJa4Relation},
                                 {"category", "Network activity"},
                                 {"value", value},
                                 {"to_ids", true},
                                 {"timestamp", time},
                                 {"comment", comment},
                                 {"distribution", "5"},
                                 {"deleted", object.parsed.revoked}};
        if (json::Array tags = tags_of(object, true); !tags.empty()) fingerprint["Tag"] = std::move(tags);
        if (json::Array sightings = sightings_of(object.parsed.id.text()); !sightings.empty())
            fingerprint["Sighting"] = std::move(sightings);
        json::Object kind{{"uuid", named("ja4-type")},
                          {"type", "text"},
                          {"object_relation", "ja4-type"},
                          {"category", "Other"},
                          {"value", "JA4"},
                          {"to_ids", false},
                          {"timestamp", time},
                          {"comment", ""},
                          {"distribution", "5"},
                          {"deleted", object.parsed.revoked}};
        out_.values.push_back(value);
        made_objects_.push_back(
            json::Object{{"uuid", named("")},
                         {"name", "ja4-plus"},
                         {"meta-category", "network"},
                         {"description", ""},
                         {"template_uuid", "2c15c75e-e7db-4b62-8d17-633e7571818f"},
                         {"template_version", "1"},
                         {"timestamp", time},
                         {"comment", ""},
                         {"distribution", "5"},
                         {"deleted", object.parsed.revoked},
                         {"Attribute", json::Array{std::move(fingerprint), std::move(kind)}}});
    }

    json::Array sightings_of(const std::string& id) {
        json::Array out;
        for (const auto& [other, object] : objects_) {
            const std::string& type = object.parsed.id.type;
            const bool seen = type == "sighting" && json::text_of(object.fields, "sighting_of_ref") == id;
            const auto refs =
                type == "opinion" ? texts_of(object.fields, "object_refs") : std::vector<std::string>();
            const bool denied = std::ranges::find(refs, id) != refs.end() &&
                                json::text_of(object.fields, "opinion").ends_with("disagree");
            if (!seen && !denied) continue;
            told_.insert(other);
            std::string when = json::text_of(object.fields, "first_seen");
            if (when.empty()) when = json::text_of(object.fields, "created");
            const auto time = parse_time(when);
            out.push_back(
                json::Object{{"uuid", object.parsed.id.uuid.text()},
                             {"type", denied ? "1" : "0"},
                             {"source", ""},
                             {"date_sighting", std::to_string((time ? *time : spec_.time).seconds())}});
        }
        return out;
    }

    void write_one(const std::string& id, const Read& object) {
        const std::string& type = object.parsed.id.type;
        if (type == "indicator") return write_indicator(id, object);
        if (type == "observed-data") return write_observed(id, object);
        if (type == "x-misp-attribute") return write_custom(object);
        if (type == "report" || type == "grouping") return write_report(id);
        if (type == "vulnerability") {
            add_attribute(object, object.parsed.id.uuid.text(),
                          {"vulnerability", "External analysis", object.parsed.name}, false,
                          json::text_of(object.fields, "description"));
            return lose_rest(id, object.fields, {"name", "description"});
        }
        if (type == "x-misp-object") return;
        if (type == "identity") return lose_rest(id, object.fields, {"name", "identity_class"});
        if (type == "marking-definition") {  // a label's is a tag
            if (!tlp_of(object.parsed.id.uuid))
                lose(id, "MISP has no place for a marking that is no TLP label");
            return;
        }
        static constexpr std::string_view kNamed[] = {"malware",        "threat-actor", "intrusion-set",
                                                      "attack-pattern", "tool",         "campaign"};
        if (std::ranges::find(kNamed, type) != std::end(kNamed)) {
            const std::string galaxy = label_of(texts_of(object.fields, "labels"), "galaxy-type");
            event_tags_.insert(fmt::format("misp-galaxy:{}=\"{}\"",
                                           galaxy.empty() ? "stix-2.1-" + type : galaxy, object.parsed.name));
            return lose_rest(id, object.fields, {"name", "is_family"});
        }
        rest_.insert(id);
    }

    void write_indicator(const std::string& id, const Read& object) {
        const std::string uuid = object.parsed.id.uuid.text();
        if (in_objects_.contains(uuid)) return;
        const auto labels = texts_of(object.fields, "labels");
        const std::string type = label_of(labels, "type");
        const std::string comment = json::text_of(object.fields, "description");
        const std::string& pattern = object.parsed.pattern;
        if (const auto value = type.empty() ? std::nullopt : value_of(type, pattern)) {
            add_attribute(object, uuid, {type, label_of(labels, "category"), *value}, true, comment);
        } else if (!object.parsed.pattern_type.empty() && object.parsed.pattern_type != "stix") {
            static constexpr std::string_view kRules[] = {"yara", "snort", "suricata", "sigma"};
            const bool known = std::ranges::find(kRules, object.parsed.pattern_type) != std::end(kRules);
            if (!known) return lose(id, fmt::format("is a rule for {}", object.parsed.pattern_type));
            add_attribute(object, uuid, {object.parsed.pattern_type, "Payload installation", pattern}, true,
                          comment);
        } else if (const auto values = simple_values(pattern, object.parsed.spec);
                   values && values->worthless.empty() && std::ranges::all_of(values->values, has_place)) {
            for (std::size_t i = 0; i < values->values.size(); ++i) {
                const Indicator& each = values->values[i];
                const std::string own =
                    i == 0 ? uuid : Uuid::of_name(name_space(), uuid + "\n" + each.value).text();
                if (const auto attribute = attribute_of(each)) {
                    add_attribute(object, own, *attribute, true, comment);
                } else {
                    add_ja4(object, own, each.value, comment);
                }
            }
        } else {
            add_attribute(object, uuid, {"stix2-pattern", "Payload delivery", pattern}, true, comment);
        }
        lose_rest(id, object.fields,
                  {"pattern", "pattern_type", "pattern_version", "description", "name", "valid_from",
                   "kill_chain_phases"});
    }

    void write_observed(const std::string& id, const Read& object) {
        const auto refs = texts_of(object.fields, "object_refs");
        const auto labels = texts_of(object.fields, "labels");
        std::size_t n = 0;
        for (const std::string& ref : refs) {
            const auto found = objects_.find(ref);
            if (found == objects_.end()) {
                lose(id + ".object_refs", ref + " is not there, or not for this reader");
                continue;
            }
            told_.insert(ref);
            auto attribute = attribute_of(found->second.fields);
            if (!attribute) {
                lose(ref, "MISP has no attribute for it");
                continue;
            }
            if (const std::string type = label_of(labels, "type"); !type.empty() && refs.size() == 1) {
                attribute->type = type;
                attribute->category = label_of(labels, "category");
            }
            const std::string uuid = object.parsed.id.uuid.text();
            add_attribute(object, n++ == 0 ? uuid : Uuid::of_name(name_space(), uuid + "\n" + ref).text(),
                          *attribute, false, json::text_of(object.fields, "x_misp_comment"));
        }
    }

    void write_custom(const Read& object) {
        const json::Value* acts = object.fields.if_contains("x_misp_to_ids");
        add_attribute(
            object, object.parsed.id.uuid.text(),
            {json::text_of(object.fields, "x_misp_type"), json::text_of(object.fields, "x_misp_category"),
             json::text_of(object.fields, "x_misp_value")},
            acts != nullptr && acts->is_bool() && acts->get_bool(),
            json::text_of(object.fields, "x_misp_comment"));
    }

    void write_object(const Read& object) {
        json::Array attributes;
        const std::string time = seconds_of(object.fields, spec_.time);
        const json::Value* inside = object.fields.if_contains("x_misp_attributes");
        if (inside != nullptr && inside->is_array()) {
            for (const json::Value& value : inside->get_array()) {
                if (!value.is_object()) continue;
                const json::Object& from = value.get_object();
                const std::string uuid = json::text_of(from, "uuid");
                const json::Value* acts = from.if_contains("to_ids");
                in_objects_.insert(uuid);
                out_.values.push_back(json::text_of(from, "value"));
                json::Object made{{"uuid", uuid},
                                  {"type", json::text_of(from, "type")},
                                  {"object_relation", json::text_of(from, "object_relation")},
                                  {"category", json::text_of(from, "category")},
                                  {"value", json::text_of(from, "value")},
                                  {"to_ids", acts != nullptr && acts->is_bool() && acts->get_bool()},
                                  {"timestamp", time},
                                  {"comment", json::text_of(from, "comment")},
                                  {"distribution", "5"},
                                  {"deleted", false}};
                if (json::Array sightings = sightings_of("indicator--" + uuid); !sightings.empty())
                    made["Sighting"] = std::move(sightings);
                attributes.push_back(std::move(made));
            }
        }
        json::Object made{{"uuid", object.parsed.id.uuid.text()},
                          {"name", json::text_of(object.fields, "x_misp_name")},
                          {"meta-category", json::text_of(object.fields, "x_misp_meta_category")},
                          {"description", ""},
                          {"template_version", "1"},
                          {"timestamp", time},
                          {"comment", json::text_of(object.fields, "x_misp_comment")},
                          {"distribution", "5"},
                          {"deleted", false},
                          {"Attribute", std::move(attributes)}};
        if (const json::Value* references = object.fields.if_contains("x_misp_references");
            references != nullptr)
            made["ObjectReference"] = *references;
        for (const char* name : {"first_seen", "last_seen"}) {
            if (const std::string text = json::text_of(object.fields, fmt::format("x_misp_{}", name));
                !text.empty())
                made[name] = text;
        }
        lose_rest(object.parsed.id.text(), object.fields,
                  {"x_misp_name", "x_misp_meta_category", "x_misp_attributes", "x_misp_comment",
                   "x_misp_references", "x_misp_first_seen", "x_misp_last_seen"});
        made_objects_.push_back(std::move(made));
    }

    void write_report(const std::string& id) {
        if (!report_.empty()) return lose(id, "an event is one report: this is a second one");
        report_ = id;
        told_.insert(id);
        lose_rest(id, objects_.at(id).fields,
                  {"name", "published", "context", "report_types", "object_refs"});
    }

    void finish() {
        for (const std::string& id : rest_) {
            if (!told_.contains(id))
                lose(id, fmt::format("MISP has no place for {}", objects_.at(id).parsed.id.type));
        }
        json::Object& event = out_.event;
        const Read* report = report_.empty() ? nullptr : &objects_.at(report_);
        const auto labels =
            report != nullptr ? texts_of(report->fields, "labels") : std::vector<std::string>();
        std::string info = spec_.info;
        if (info.empty() && report != nullptr) info = report->parsed.name;
        std::string org_uuid = spec_.org_uuid;
        std::string org_name = spec_.org_name;
        if (report != nullptr && report->parsed.created_by) {
            const auto author = objects_.find(report->parsed.created_by->text());
            if (author != objects_.end()) {
                org_uuid = author->second.parsed.id.uuid.text();
                org_name = author->second.parsed.name;
            }
        }
        const std::string level = label_of(labels, "threat-level");
        const std::string analysis = label_of(labels, "analysis");
        std::string date = label_of(labels, "date");
        const std::string timestamp = std::to_string(spec_.time.seconds());
        if (date.empty()) date = format_time_millis(spec_.time).substr(0, 10);
        json::Array tags{tag_json(tlp_tag(spec_.label))};
        if (report != nullptr) {
            for (const std::string& label : labels) {
                if (!label.starts_with("misp:") && label != "Threat-Report") event_tags_.insert(label);
            }
        }
        for (const std::string& tag : event_tags_) tags.push_back(tag_json(tag));
        event = {{"uuid", spec_.uuid},
                 {"info", info.empty() ? std::string("Shared indicators") : info},
                 {"date", date},
                 {"timestamp", timestamp},
                 {"publish_timestamp", timestamp},
                 {"published", true},
                 {"analysis", analysis.empty() ? "2" : analysis},
                 {"threat_level_id", level.empty() ? "4" : level},
                 {"extends_uuid", ""},
                 {"Orgc", json::Object{{"uuid", org_uuid}, {"name", org_name}}},
                 {"Tag", std::move(tags)},
                 {"Attribute", std::move(attributes_)},
                 {"Object", std::move(made_objects_)}};
    }

    const EventSpec& spec_;
    WrittenEvent& out_;
    std::map<std::string, Read> objects_;
    std::set<std::string> told_;
    std::set<std::string> rest_;
    std::set<std::string> in_objects_;
    std::set<std::string> event_tags_;
    std::string report_;
    json::Array attributes_;
    json::Array made_objects_;
};

}  // namespace

std::string tlp_tag(ledger::Tlp label) {
    return fmt::format("tlp:{}", ledger::to_string(label));
}

json::Object tag_json(const std::string& name) {
    static constexpr std::pair<std::string_view, std::string_view> kColours[] = {
        {"tlp:clear", "#ffffff"},
        {"tlp:green", "#33ff00"},
        {"tlp:amber", "#ffc000"},
        {"tlp:amber+strict", "#ffc000"},
        {"tlp:red", "#ff2b2b"}};
    const auto found =
        std::ranges::find(kColours, name, &std::pair<std::string_view, std::string_view>::first);
    return {{"name", name},
            {"colour", found == std::end(kColours) ? std::string_view("#0088cc") : found->second}};
}

WrittenEvent write_event(std::span<const std::string> objects, const EventSpec& spec) {
    WrittenEvent out;
    EventWriter(spec, out).write(objects);
    return out;
}

}  // namespace comity::intelligence::misp
