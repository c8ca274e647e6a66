#include "intelligence/misp/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "base/text.h"
#include "intelligence/indicator/bundle.h"
#include "intelligence/indicator/words.h"
#include "intelligence/misp/attribute.h"
#include "intelligence/misp/rest.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "json/value.h"

namespace comity::intelligence::misp {
namespace {

constexpr std::size_t kMaxAttributeShown = 120;
constexpr std::size_t kMaxNestedObjects = 32;

// Texts and numbers alike: MISP writes "1", 1 and true.
std::string scalar_of(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    if (value->is_int64()) return std::to_string(value->get_int64());
    if (value->is_uint64()) return std::to_string(value->get_uint64());
    if (value->is_bool()) return value->get_bool() ? "1" : "0";
    return {};
}
bool flag_of(const json::Object& object, std::string_view name) {
    const std::string text = scalar_of(object, name);
    return text == "1" || text == "true";
}
const json::Array& list_of(const json::Object& object, std::string_view name) {
    static const json::Array none;
    const json::Value* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : none;
}
std::optional<Time> time_of(const json::Object& object, std::string_view name) {
    const std::string text = scalar_of(object, name);
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds <= 0 || seconds > 253'402'300'799)
        return std::nullopt;
    return Time::from_seconds(seconds);
}

std::optional<ledger::Tlp> tlp_of_tag(std::string_view tag) {
    std::string name = lowered(tag);
    if (!name.starts_with("tlp:")) return std::nullopt;
    name.erase(0, 4);
    if (name == "white" || name == "unclear") name = name == "white" ? "clear" : "amber";
    if (name == "ex:chr") name = "amber";
    const auto label = ledger::parse_tlp(name);
    return label ? std::optional(*label) : std::nullopt;
}

// What of the tags is a marking, and what a label.
struct Tags {
    std::optional<ledger::Tlp> marking;
    std::vector<std::string> labels;
};
Tags tags_of(const json::Object& object) {
    Tags tags;
    for (const json::Value& tag : list_of(object, "Tag")) {
        if (!tag.is_object()) continue;
        std::string name = scalar_of(tag.get_object(), "name");
        if (name.empty()) continue;
        if (const auto label = tlp_of_tag(name)) {
            tags.marking = strictest(tags.marking, label);
        } else {
            tags.labels.push_back(std::move(name));
        }
    }
    return tags;
}

struct GalaxyType {
    std::string_view misp;
    std::string_view stix;
};
constexpr std::array kGalaxies = {
    GalaxyType{"threat-actor", "threat-actor"},
    GalaxyType{"microsoft-activity-group", "threat-actor"},
    GalaxyType{"360net-threat-actor", "threat-actor"},
    GalaxyType{"mitre-intrusion-set", "intrusion-set"},
    GalaxyType{"mitre-attack-pattern", "attack-pattern"},
    GalaxyType{"mitre-malware", "malware"},
    GalaxyType{"malpedia", "malware"},
    GalaxyType{"ransomware", "malware"},
    GalaxyType{"banker", "malware"},
    GalaxyType{"stealer", "malware"},
    GalaxyType{"backdoor", "malware"},
    GalaxyType{"botnet", "malware"},
    GalaxyType{"android", "malware"},
    GalaxyType{"cryptominers", "malware"},
    GalaxyType{"mitre-tool", "tool"},
    GalaxyType{"tool", "tool"},
    GalaxyType{"rat", "tool"},
    GalaxyType{"exploit-kit", "tool"},
};

class EventReader {
  public:
    EventReader(const json::Object& event, std::string path, ledger::Tlp label, Understanding& out)
        : event_(event), path_(std::move(path)), label_(label), out_(out) {}

    Result<void> read() {
        const std::string uuid = scalar_of(event_, "uuid");
        if (!Uuid::parse(uuid)) return invalid(path_ + ".uuid", "is no UUID", "is it a MISP event?");
        const auto time = time_of(event_, "timestamp");
        COMITY_TRY(time_, time ? Result<Time>(*time) : date_of());
        tags_ = tags_of(event_);
        event_marking_ = tags_.marking.value_or(label_);
        read_author();
        for (std::size_t i = 0; i < list_of(event_, "Attribute").size(); ++i)
            read_attribute(list_of(event_, "Attribute")[i], fmt::format("{}.Attribute[{}]", path_, i), i + 1,
                           true);
        read_objects();
        read_galaxies(event_);
        tell_losses();
        add_report(uuid);
        return {};
    }

  private:
    Result<Time> date_of() {
        auto time = parse_time(scalar_of(event_, "date") + "T00:00:00Z");
        if (!time) return invalid(path_, "has neither timestamp nor date", "is it a MISP event?");
        return time;
    }

    void lose(std::string path, std::string why) { out_.losses.push_back({std::move(path), std::move(why)}); }
    void lose_rest(Part part, const json::Object& object, const std::string& path) {
        for (const std::string& name : without_place(part, object))
            lose(fmt::format("{}.{}", path, shown(name, 80)), "has no place in STIX here");
        // 5: as what it stands in.
        const std::string own = scalar_of(object, "distribution");
        if (part != Part::kEvent && !own.empty() && own != "5" && own != scalar_of(event_, "distribution"))
            lose(path + ".distribution",
                 fmt::format("{}: who may read it is what the statement's audience says", own));
    }
    // Nobody but its own organisation may have it, and the event may be had by others.
    bool is_kept_back(const json::Object& part) const {
        return scalar_of(part, "distribution") == "0" && scalar_of(event_, "distribution") != "0";
    }

    // What every object has: who, when, for whom.
    json::Object begin(std::string_view type, std::string_view uuid, Time time) const {
        json::Object object{
            {"type", type}, {"spec_version", "2.1"}, {"id", fmt::format("{}--{}", type, uuid)}};
        if (!author_.empty() && type != "identity") object["created_by_ref"] = author_;
        object["created"] = format_time_millis(time);
        object["modified"] = format_time_millis(time);
        return object;
    }
    void finish(json::Object object, std::optional<ledger::Tlp> marking, bool refer = true) {
        const ledger::Tlp label = *strictest(event_marking_, marking);
        object["object_marking_refs"] = json::Array{json::Value(marking_id(label))};
        const std::string id = scalar_of(object, "id");
        if (!ids_.insert(id).second) return;
        std::string bytes = json::write(object);
        if (const auto parsed = parse_object(bytes); !parsed) {
            out_.errors.push_back({number_, shown(id, kMaxAttributeShown), parsed.error().message()});
            return;
        }
        if (refer) refs_.emplace_back(id);
        out_.objects.push_back(std::move(bytes));
    }

    void read_author() {
        for (const std::string_view name : {"Orgc", "orgc"}) {
            const json::Value* org = event_.if_contains(name);
            if (org == nullptr || !org->is_object()) continue;
            const std::string uuid = scalar_of(org->get_object(), "uuid");
            if (!Uuid::parse(uuid)) break;
            json::Object identity = begin("identity", uuid, time_);
            identity["name"] = scalar_of(org->get_object(), "name");
            identity["identity_class"] = "organization";
            author_ = scalar_of(identity, "id");
            finish(std::move(identity), std::nullopt, false);
            return;
        }
        if (event_.contains("Orgc")) lose(path_ + ".Orgc", "has no UUID to name it by");
    }

    static json::Array labels_of(std::string_view type, std::string_view category, const Tags& tags) {
        json::Array labels{json::Value(fmt::format("misp:type=\"{}\"", type)),
                           json::Value(fmt::format("misp:category=\"{}\"", category))};
        for (const std::string& tag : tags.labels) labels.emplace_back(tag);
        return labels;
    }

    void read_attribute(const json::Value& value, const std::string& path, std::size_t number, bool loose) {
        number_ = number;
        if (!value.is_object()) return lose(path, "is no attribute");
        const json::Object& attribute = value.get_object();
        const std::string type = scalar_of(attribute, "type");
        const std::string text = scalar_of(attribute, "value");
        const std::string uuid = scalar_of(attribute, "uuid");
        if (!Uuid::parse(uuid) || type.empty()) {
            out_.errors.push_back(
                {number, shown(text, kMaxAttributeShown), path + " has no type or no UUID"});
            return;
        }
        if (is_kept_back(attribute)) {
            out_.not_taken.push_back(
                {number, shown(text, kMaxAttributeShown), path + " is for its own organisation only"});
            return;
        }
        const bool deleted = flag_of(attribute, "deleted");
        const bool acts = flag_of(attribute, "to_ids");
        const Tags tags = tags_of(attribute);
        const Time time = time_of(attribute, "timestamp").value_or(time_);
        const std::string category = scalar_of(attribute, "category");
        lose_rest(Part::kAttribute, attribute, path);
        if (!scalar_of(attribute, "data").empty()) lose(path + ".data", "the file itself is not taken");
        if (!scalar_of(attribute, "last_seen").empty()) lose(path + ".last_seen", "an indicator has none");
        read_galaxies(attribute);
        const bool ja4 = !loose && scalar_of(attribute, "object_relation") == kJa4Relation && is_ja4(text);
        if (ja4 && !acts) lose(path, "a JA4 fingerprint without to_ids is looked for by nobody");
        if (acts) {
            const auto pattern =
                ja4 ? std::optional(AttributePattern{
                          intelligence::pattern_of({IndicatorKind::kJa4, lowered(text)}), "stix"})
                    : misp::pattern_of(type, text);
            if (pattern) {
                json::Object indicator = begin("indicator", uuid, time);
                if (const std::string comment = scalar_of(attribute, "comment"); !comment.empty())
                    indicator["description"] = comment;
                indicator["pattern"] = pattern->pattern;
                indicator["pattern_type"] = pattern->type;
                if (pattern->type == "stix") indicator["pattern_version"] = "2.1";
                const auto first = parse_time(scalar_of(attribute, "first_seen"));
                indicator["valid_from"] = format_time_millis(first ? *first : time);
                indicator["kill_chain_phases"] =
                    json::Array{json::Object{{"kill_chain_name", "misp-category"},
                                             {"phase_name", category.empty() ? "Other" : category}}};
                indicator["labels"] = labels_of(type, category, tags);
                if (deleted) indicator["revoked"] = true;
                add_sightings(attribute, path, indicator, tags.marking);
                finish(std::move(indicator), tags.marking);
                return;
            }
        }
        if (!scalar_of(attribute, "first_seen").empty())
            lose(path + ".first_seen", "what is no indicator has none");
        if (!loose) {  // what an object holds besides stands in it
            if (!tags.labels.empty()) lose(path + ".Tag", "what stands in an object alone has none");
            if (!list_of(attribute, "Sighting").empty())
                lose(path + ".Sighting", "only indicators are sighted");
            return;
        }
        if (deleted) return lose(path, "was deleted");
        if (auto observable = observable_of(type, text); observable && !acts) {
            json::Object observed = begin("observed-data", uuid, time);
            observed["first_observed"] = format_time_millis(time);
            observed["last_observed"] = format_time_millis(time);
            observed["number_observed"] = 1;
            observed["object_refs"] = json::Array{json::Value(scalar_of(*observable, "id"))};
            observed["labels"] = labels_of(type, category, tags);
            if (!scalar_of(attribute, "comment").empty())
                observed["x_misp_comment"] = scalar_of(attribute, "comment");
            finish(*std::move(observable), tags.marking);
            finish(std::move(observed), tags.marking);
            if (!list_of(attribute, "Sighting").empty())
                lose(path + ".Sighting", "only indicators are sighted");
            return;
        }
        json::Object custom = begin("x-misp-attribute", uuid, time);
        custom["labels"] = labels_of(type, category, tags);
        custom["x_misp_type"] = type;
        custom["x_misp_category"] = category;
        custom["x_misp_value"] = text;
        if (!scalar_of(attribute, "comment").empty())
            custom["x_misp_comment"] = scalar_of(attribute, "comment");
        if (acts) custom["x_misp_to_ids"] = true;
        finish(std::move(custom), tags.marking);
        if (!list_of(attribute, "Sighting").empty()) lose(path + ".Sighting", "only indicators are sighted");
    }

    void add_sightings(const json::Object& attribute, const std::string& path, json::Object& indicator,
                       std::optional<ledger::Tlp> marking) {
        const json::Array& sightings = list_of(attribute, "Sighting");
        for (std::size_t i = 0; i < sightings.size(); ++i) {
            const std::string place = fmt::format("{}.Sighting[{}]", path, i);
            if (!sightings[i].is_object()) {
                lose(place, "is no sighting");
                continue;
            }
            const json::Object& sighting = sightings[i].get_object();
            const std::string uuid = scalar_of(sighting, "uuid");
            const auto time = time_of(sighting, "date_sighting");
            const std::string type = scalar_of(sighting, "type");
            if (!Uuid::parse(uuid) || !time) {
                lose(place, "has no UUID or no date_sighting");
            } else if (type == "2") {
                if (format_time_millis(*time) > scalar_of(indicator, "valid_from"))
                    indicator["valid_until"] = format_time_millis(*time);
            } else if (type == "1") {
                json::Object opinion = begin("opinion", uuid, *time);
                opinion["opinion"] = "strongly-disagree";
                opinion["explanation"] = "False positive Sighting";
                opinion["object_refs"] = json::Array{json::Value(scalar_of(indicator, "id"))};
                later_.emplace_back(std::move(opinion), marking);
            } else {
                json::Object seen = begin("sighting", uuid, *time);
                seen["sighting_of_ref"] = scalar_of(indicator, "id");
                seen["first_seen"] = format_time_millis(*time);
                seen["last_seen"] = format_time_millis({time->micros + 1000});
                later_.emplace_back(std::move(seen), marking);
                if (!scalar_of(sighting, "source").empty())
                    lose(place + ".source", "a sighting names no source here");
            }
            const json::Value* org = sighting.if_contains("Organisation");
            if (org != nullptr && org->is_object() && scalar_of(org->get_object(), "uuid") != author_uuid())
                lose(place + ".Organisation", "it counts as a sighting by who shares it");
        }
    }
    std::string author_uuid() const { return author_.size() > 10 ? author_.substr(10) : std::string(); }

    void read_objects() {
        const json::Array& objects = list_of(event_, "Object");
        for (std::size_t i = 0; i < objects.size(); ++i) {
            const std::string path = fmt::format("{}.Object[{}]", path_, i);
            if (!objects[i].is_object() || !Uuid::parse(scalar_of(objects[i].get_object(), "uuid"))) {
                lose(path, "is no object with a UUID");
                continue;
            }
            const json::Object& object = objects[i].get_object();
            if (flag_of(object, "deleted")) {
                lose(path, "was deleted");
                continue;
            }
            if (is_kept_back(object)) {
                out_.not_taken.push_back({i + 1, shown(scalar_of(object, "name"), kMaxAttributeShown),
                                          path + " is for its own organisation only"});
                continue;
            }
            lose_rest(Part::kObject, object, path);
            json::Array attributes;
            std::optional<ledger::Tlp> marking = tags_of(object).marking;
            for (std::size_t k = 0; k < list_of(object, "Attribute").size(); ++k) {
                const json::Value& attribute = list_of(object, "Attribute")[k];
                const std::string place = fmt::format("{}.Attribute[{}]", path, k);
                read_attribute(attribute, place, k + 1, false);
                if (!attribute.is_object() || flag_of(attribute.get_object(), "deleted")) continue;
                if (is_kept_back(attribute.get_object())) continue;
                marking = strictest(marking, tags_of(attribute.get_object()).marking);
                json::Object inner;
                for (const char* name : {"type", "object_relation", "value", "category", "uuid", "comment"}) {
                    if (std::string text = scalar_of(attribute.get_object(), name); !text.empty())
                        inner[name] = text;
                }
                inner["to_ids"] = flag_of(attribute.get_object(), "to_ids");
                attributes.push_back(std::move(inner));
            }
            json::Object custom = begin("x-misp-object", scalar_of(object, "uuid"),
                                        time_of(object, "timestamp").value_or(time_));
            custom["labels"] = json::Array{
                json::Value(fmt::format("misp:name=\"{}\"", scalar_of(object, "name"))),
                json::Value(fmt::format("misp:meta-category=\"{}\"", scalar_of(object, "meta-category")))};
            custom["x_misp_name"] = scalar_of(object, "name");
            custom["x_misp_meta_category"] = scalar_of(object, "meta-category");
            if (!scalar_of(object, "comment").empty())
                custom["x_misp_comment"] = scalar_of(object, "comment");
            custom["x_misp_attributes"] = std::move(attributes);
            for (const char* name : {"first_seen", "last_seen"}) {
                if (const std::string text = scalar_of(object, name); !text.empty())
                    custom[fmt::format("x_misp_{}", name)] = text;
            }
            const json::Array& references = list_of(object, "ObjectReference");
            if (!references.empty()) {
                json::Array kept;
                for (const json::Value& reference : references) {
                    if (!reference.is_object()) continue;
                    kept.push_back(json::Object{
                        {"referenced_uuid", scalar_of(reference.get_object(), "referenced_uuid")},
                        {"relationship_type", scalar_of(reference.get_object(), "relationship_type")}});
                }
                custom["x_misp_references"] = std::move(kept);
            }
            finish(std::move(custom), marking);  // it holds them all
        }
    }

    void read_galaxies(const json::Object& from) {
        for (const json::Value& galaxy : list_of(from, "Galaxy")) {
            if (!galaxy.is_object()) continue;
            const std::string type = scalar_of(galaxy.get_object(), "type");
            const auto known = std::ranges::find(kGalaxies, type, &GalaxyType::misp);
            const json::Array& clusters = list_of(galaxy.get_object(), "GalaxyCluster");
            for (std::size_t i = 0; i < clusters.size(); ++i) {
                if (!clusters[i].is_object()) continue;
                const json::Object& cluster = clusters[i].get_object();
                const std::string tag = scalar_of(cluster, "tag_name");
                const std::string place = fmt::format("{}.Galaxy[{}]", path_, shown(tag, 80));
                if (known == kGalaxies.end() || !Uuid::parse(scalar_of(cluster, "uuid"))) {
                    lose(place, "what is known of the cluster besides its name");
                    continue;
                }
                json::Object made = begin(known->stix, scalar_of(cluster, "uuid"), time_);
                made["name"] = scalar_of(cluster, "value");
                if (!scalar_of(cluster, "description").empty())
                    made["description"] = scalar_of(cluster, "description");
                if (known->stix == "malware") made["is_family"] = true;
                made["labels"] =
                    json::Array{json::Value(fmt::format("misp:galaxy-type=\"{}\"", type)), json::Value(tag)};
                const json::Value* meta = cluster.if_contains("meta");
                if (meta != nullptr && meta->is_object() && !meta->get_object().empty())
                    lose(place + ".meta", "what is known of the cluster besides name and description");
                finish(std::move(made), std::nullopt);
            }
        }
    }

    void tell_losses() {
        lose_rest(Part::kEvent, event_, path_);
        if (const std::string distribution = scalar_of(event_, "distribution"); !distribution.empty())
            lose(path_ + ".distribution",
                 fmt::format("{}: who may read it is what the statement's audience says", distribution));
        if (!scalar_of(event_, "extends_uuid").empty())
            lose(path_ + ".extends_uuid", "events do not extend each other here");
    }

    void add_report(const std::string& uuid) {
        for (auto& [object, marking] : later_) finish(std::move(object), marking);
        if (refs_.empty()) return lose(path_, "holds nothing to share");
        const bool published = flag_of(event_, "published");
        json::Object report = begin(published ? "report" : "grouping", uuid, time_);
        report["name"] =
            scalar_of(event_, "info").empty() ? std::string("MISP event") : scalar_of(event_, "info");
        if (published) {
            report["published"] = format_time_millis(time_of(event_, "publish_timestamp").value_or(time_));
        } else {
            report["context"] = "suspicious-activity";
        }
        report["object_refs"] = std::move(refs_);
        json::Array labels{json::Value("Threat-Report")};
        for (const auto& [name, label] : {std::pair("threat_level_id", "threat-level"),
                                          std::pair("analysis", "analysis"), std::pair("date", "date")}) {
            if (const std::string text = scalar_of(event_, name); !text.empty())
                labels.emplace_back(fmt::format("misp:{}=\"{}\"", label, text));
        }
        for (const std::string& tag : tags_.labels) labels.emplace_back(tag);
        report["labels"] = std::move(labels);
        finish(std::move(report), std::nullopt, false);
        out_.title = shown(scalar_of(event_, "info"), 197);
    }

    const json::Object& event_;
    const std::string path_;
    const ledger::Tlp label_;
    Understanding& out_;
    Time time_{};
    Tags tags_;
    ledger::Tlp event_marking_ = ledger::Tlp::kGreen;
    std::string author_;  // identity--...
    json::Array refs_;
    std::set<std::string> ids_;
    std::vector<std::pair<json::Object, std::optional<ledger::Tlp>>> later_;
    std::size_t number_ = 0;
};

// The events in a document, with their places.
void collect(const json::Value& value, const std::string& path,
             std::vector<std::pair<const json::Object*, std::string>>& events) {
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.get_array().size(); ++i)
            collect(value.get_array()[i], fmt::format("{}[{}]", path, i), events);
        return;
    }
    if (!value.is_object()) return;
    const json::Object& object = value.get_object();
    if (const json::Value* inner = object.if_contains("Event"))
        return collect(*inner, path + (path.empty() ? "" : ".") + "Event", events);
    if (const json::Value* inner = object.if_contains("response")) return collect(*inner, "response", events);
    if (object.contains("info") || object.contains("Attribute"))
        events.emplace_back(&object, path.empty() ? "Event" : path);
}

}  // namespace

Result<Understanding> read_events(std::string_view text, ledger::Tlp label) {
    auto document = json::parse(text, kMaxNestedObjects);
    if (!document) return std::unexpected(std::move(document).error());
    Understanding out;
    out.kind = InputKind::kMisp;
    std::vector<std::pair<const json::Object*, std::string>> events;
    collect(*document, "", events);
    if (events.empty())
        return invalid({}, "holds no MISP event", "give one as MISP exports it: {\"Event\":{...}}");
    for (const auto& [event, path] : events) COMITY_CHECK(EventReader(*event, path, label, out).read());
    if (events.size() > 1) out.title.clear();
    // Events may share an identity or an observable: each stands once.
    std::set<std::string> seen;
    std::erase_if(out.objects, [&](const std::string& bytes) {
        const auto object = parse_object(bytes);
        return object && !seen.insert(object->id.text()).second;
    });
    return out;
}

}  // namespace comity::intelligence::misp
