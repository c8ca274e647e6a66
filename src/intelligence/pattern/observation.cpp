#include "intelligence/pattern/observation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "json/members.h"

namespace comity::intelligence {
namespace {

constexpr std::size_t kMaxNesting = 64;

Result<Time> time_of(const json::Object& object, std::string_view id, std::string_view key) {
    auto time = parse_time(json::text_of(object, key));
    if (!time)
        return invalid(fmt::format("{}.{}", id, key), "is missing or no time", "write 2026-11-23T18:52:00Z");
    return *time;
}

void refer(const json::Array& refs, const ObjectsByName& at_hand, Observation& into) {
    for (const json::Value& ref : refs) {
        if (!ref.is_string()) continue;
        const auto found = at_hand.find(std::string_view(ref.get_string()));
        if (found != at_hand.end()) into.objects.push_back({std::string(found->first), found->second});
    }
    into.at_hand = &at_hand;
}

Result<Observation> read(const json::Object& object, const ObjectsByName& at_hand) {
    Observation observation;
    observation.id = json::text_of(object, "id");
    const std::string_view id = observation.id.empty() ? "observed-data" : std::string_view(observation.id);
    COMITY_TRY(observation.first, time_of(object, id, "first_observed"));
    COMITY_TRY(observation.last, time_of(object, id, "last_observed"));
    if (observation.last < observation.first)
        return invalid(fmt::format("{}.last_observed", id), "is before first_observed");
    const json::Value* count = object.if_contains("number_observed");
    if (count == nullptr || !count->is_int64() || count->get_int64() < 1)
        return invalid(fmt::format("{}.number_observed", id), "is missing or no whole number from 1");
    observation.count = count->get_int64();
    const json::Value* inside = object.if_contains("objects");
    const json::Value* refs = object.if_contains("object_refs");
    if (inside != nullptr && inside->is_object()) {
        for (const boost::json::key_value_pair& one : inside->get_object()) {
            if (one.value().is_object())
                observation.objects.push_back({std::string(one.key()), &one.value()});
        }
    } else if (refs != nullptr && refs->is_array()) {
        refer(refs->get_array(), at_hand, observation);
    } else {
        return invalid(fmt::format("{}.object_refs", id), "is missing, and there is no objects either",
                       "an observation tells of observables (STIX 2.1 section 4.14)");
    }
    return observation;
}

}  // namespace

const json::Value* Observation::find(std::string_view name) const {
    if (at_hand != nullptr) {
        const auto known = at_hand->find(name);
        return known == at_hand->end() ? nullptr : known->second;
    }
    const auto found = std::ranges::find(objects, name, &ObservedObject::name);
    return found == objects.end() ? nullptr : found->object;
}

Result<ObservedData> ObservedData::parse(std::string_view document) {
    COMITY_TRY(json::Value value, json::parse(document, kMaxNesting));
    ObservedData data;
    data.source_ = std::make_unique<Source>(Source{.document = std::move(value), .at_hand = {}});
    std::vector<const json::Value*> all;
    const auto take = [&](const json::Array& array) {
        for (const json::Value& one : array) all.push_back(&one);
    };
    const json::Value& root = data.source_->document;
    if (root.is_array()) {
        take(root.get_array());
    } else if (root.is_object() && json::text_of(root.get_object(), "type") == "bundle") {
        const json::Value* objects = root.get_object().if_contains("objects");
        if (objects != nullptr && objects->is_array()) take(objects->get_array());
    } else {
        all.push_back(&root);
    }
    ObjectsByName& at_hand = data.source_->at_hand;
    std::vector<const json::Object*> observed;
    for (const json::Value* one : all) {
        if (!one->is_object()) return invalid("observations", "hold something that is no JSON object");
        const json::Object& object = one->get_object();
        if (json::text_of(object, "type") == "observed-data") {
            observed.push_back(&object);
        } else if (const json::Value* id = object.if_contains("id"); id != nullptr && id->is_string()) {
            at_hand.emplace(std::string_view(id->get_string()), one);
        }
    }
    for (const json::Object* object : observed) {
        COMITY_TRY(Observation observation, read(*object, at_hand));
        data.observations_.push_back(std::move(observation));
    }
    return data;
}

}  // namespace comity::intelligence
