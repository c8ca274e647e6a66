#include "intelligence/stix/check.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <unordered_set>

#include "base/text.h"
#include "intelligence/stix/forms.h"
#include "intelligence/stix/identifier.h"
#include "intelligence/stix/vocabulary.h"

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxTextInError = 80;

std::string quoted(std::string_view text) {
    return fmt::format("\"{}\"", shown(text, kMaxTextInError));
}

// Names seen in one object, to find one that stands twice.
class Names {
  public:
    // False where it was there already.
    bool add(std::string_view name) {
        if (count_ < kFew) {
            for (std::size_t i = 0; i < count_; ++i) {
                if (few_[i] == name) return false;
            }
            few_[count_++] = name;
            return true;
        }
        if (many_.empty()) many_.insert(few_.begin(), few_.end());
        return many_.insert(name).second;
    }

  private:
    static constexpr std::size_t kFew = 16;
    std::array<std::string_view, kFew> few_;
    std::size_t count_ = 0;
    std::unordered_set<std::string_view> many_;
};

std::string names(const Schema& schema, std::uint64_t bits, std::string_view last) {
    std::string text;
    while (bits != 0) {
        const auto index = static_cast<std::size_t>(std::countr_zero(bits));
        bits &= bits - 1;
        if (!text.empty()) text += bits == 0 ? last : ", ";
        text += schema.properties[index].name;
    }
    return text;
}

}  // namespace

std::string Place::text() const {
    std::string before = up != nullptr ? up->text() : std::string();
    if (index != kNoIndex) return fmt::format("{}[{}]", before, index);
    return before.empty() ? std::string(name) : fmt::format("{}.{}", before, name);
}

std::optional<std::string_view> Seen::text(std::string_view name) const {
    const std::uint8_t index = schema->find(name);
    std::string_view value;
    if (!has(index) || values[index].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}
std::optional<bool> Seen::boolean(std::string_view name) const {
    const std::uint8_t index = schema->find(name);
    bool value = false;
    if (!has(index) || values[index].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}
std::optional<Time> Seen::time(std::string_view name) const {
    const std::uint8_t index = schema->find(name);
    if (!has(index) || schema->properties[index].kind != Kind::kTime) return std::nullopt;
    return times[index];
}
std::optional<dom::array> Seen::list(std::string_view name) const {
    const std::uint8_t index = schema->find(name);
    dom::array value;
    if (!has(index) || values[index].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}
std::optional<dom::object> Seen::object(std::string_view name) const {
    const std::uint8_t index = schema->find(name);
    dom::object value;
    if (!has(index) || values[index].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

bool Check::wrong(const Place& at, std::string what, std::string mend) {
    return wrong(at.text(), std::move(what), std::move(mend));
}
bool Check::wrong(std::string_view property, std::string what, std::string mend) {
    error_ = {ErrorKind::kInvalid,
              property.empty() ? std::string(name_) : fmt::format("{}.{}", name_, property), std::move(what),
              std::move(mend)};
    return false;
}
void Check::advise(const Place& at, std::string what, std::string_view rule) {
    if (advice_ != nullptr) advise(at.text(), std::move(what), rule);
}
void Check::advise(std::string_view property, std::string what, std::string_view rule) {
    if (advice_ == nullptr) return;
    advice_->push_back({property.empty() ? std::string(name_) : fmt::format("{}.{}", name_, property),
                        std::move(what), std::string(rule)});
}

std::string Check::section(const Schema& schema) const {
    return spec_ == Spec::k20 ? std::string("STIX 2.0") : fmt::format("STIX 2.1 section {}", schema.section);
}

bool Check::object(const dom::object& json, Seen& seen) {
    return fields(json, seen, nullptr) && selectors(json, seen) && check_type_rules(*this, seen);
}

bool Check::fields(const dom::object& json, Seen& seen, const Place* up) {
    const Schema& schema = *seen.schema;
    Names others;
    for (const dom::key_value_pair field : json) {
        const Place at{.up = up, .name = field.key};
        const std::uint8_t index = schema.find(field.key);
        if (index == Schema::kNone) {
            if (!others.add(field.key)) return wrong(at, "stands in the object twice");
            if (!unknown(field, at, schema)) return false;
            continue;
        }
        if (seen.has(index)) return wrong(at, "stands in the object twice");
        seen.mask |= std::uint64_t{1} << index;
        seen.values[index] = field.value;
        if (!value(schema.properties[index], field.value, at, &seen.times[index])) return false;
    }
    if (const std::uint64_t missing = schema.required & ~seen.mask; missing != 0) {
        const Property& first = schema.properties[static_cast<std::size_t>(std::countr_zero(missing))];
        return wrong(Place{.up = up, .name = first.name},
                     fmt::format("is missing, and {} requires it",
                                 first.own ? section(schema) : "STIX 2.1 section 3.2"));
    }
    return rules(seen, up);
}

// Custom properties are taken as they are, but for their names and for keys that stand twice.
bool Check::unknown(const dom::key_value_pair& field, const Place& at, const Schema& schema) {
    if (!is_property_name(field.key)) {
        return wrong(at, "is no name of a property",
                     "3 to 250 of a-z, 0-9 and the underscore (STIX 2.1 sections 3.1 and 11.1)");
    }
    if (advice_ != nullptr && !field.key.starts_with("x_") && schema.name != "custom")
        advise(at, "is a custom property whose name does not begin with x_", "STIX 2.1 section 11.1");
    return no_key_twice(field.value, at);
}

bool Check::rules(const Seen& seen, const Place* up) {
    const Schema& schema = *seen.schema;
    const auto place = [&](std::uint8_t index) {
        return Place{.up = up, .name = schema.properties[index].name};
    };
    const auto here = [&] { return up != nullptr ? up->text() : std::string(); };
    for (const SchemaRule& rule : schema.rules) {
        const std::uint64_t there = rule.properties & seen.mask;
        const bool both = seen.has(rule.first) && seen.has(rule.second);
        switch (rule.kind) {
            case SchemaRule::Kind::kBefore:
                if (both && seen.times[rule.second] <= seen.times[rule.first]) {
                    return wrong(place(rule.second),
                                 fmt::format("is not after {} ({})", schema.properties[rule.first].name,
                                             section(schema)));
                }
                break;
            case SchemaRule::Kind::kNotAfter:
                if (both && seen.times[rule.second] < seen.times[rule.first]) {
                    return wrong(place(rule.second),
                                 fmt::format("is before {} ({})", schema.properties[rule.first].name,
                                             section(schema)));
                }
                break;
            case SchemaRule::Kind::kAny:
                if (there == 0) {
                    return wrong(here(),
                                 fmt::format("has none of {}, and {} requires one",
                                             names(schema, rule.properties, " and "), section(schema)));
                }
                break;
            case SchemaRule::Kind::kOne:
                if (std::popcount(there) != 1) {
                    return wrong(here(),
                                 fmt::format("has {} {}, and {} requires just one of them",
                                             there == 0 ? "none of" : "both",
                                             names(schema, rule.properties, " and "), section(schema)));
                }
                break;
            case SchemaRule::Kind::kWith:
                if (seen.has(rule.first) && !seen.has(rule.second)) {
                    return wrong(place(rule.second),
                                 fmt::format("is missing, and {} requires it beside {}", section(schema),
                                             schema.properties[rule.first].name));
                }
                break;
            case SchemaRule::Kind::kSome:
                if (there == 0 && !seen.has("extensions")) {
                    return wrong(here(), fmt::format("has no property of a {}, and {} requires one",
                                                     schema.name, section(schema)));
                }
                break;
        }
    }
    return true;
}

bool Check::value(const Property& property, const Element& element, const Place& at, Time* time) {
    if (!property.list) return one(property, element, at, time);
    dom::array list;
    if (element.get(list) != simdjson::SUCCESS) return wrong(at, "is no array");
    std::size_t index = 0;
    for (const Element item : list) {
        if (!one(property, item, Place{.up = &at, .index = index}, nullptr)) return false;
        ++index;
    }
    if (index == 0) return wrong(at, "is empty", "leave the property out (STIX 2.1 section 2.11)");
    return true;
}

bool Check::one(const Property& property, const Element& element, const Place& at, Time* time) {
    switch (property.kind) {
        case Kind::kString:
            if (!element.is_string()) return wrong(at, "is no string");
            return true;
        case Kind::kBoolean:
            if (!element.is_bool()) return wrong(at, "is neither true nor false");
            return true;
        case Kind::kInteger:
        case Kind::kNumber: {
            double number = 0;
            if (!element.is_number() || element.get(number) != simdjson::SUCCESS)
                return wrong(at, "is no number");
            if (property.kind == Kind::kInteger && element.type() == dom::element_type::DOUBLE)
                return wrong(at, "is no whole number");
            if (number < property.min || number > property.max) {
                return wrong(at, std::isinf(property.max)
                                     ? fmt::format("is {}, and may not be below {}", number, property.min)
                                     : fmt::format("is {}, and may be from {} to {}", number, property.min,
                                                   property.max));
            }
            return true;
        }
        case Kind::kDictionary:
            return dictionary(element, at);
        case Kind::kHashes:
            return hashes(element, at);
        case Kind::kContainer:
            return container(element, at);
        case Kind::kAnything:
            return property.name == "extensions" ? extensions(element, at) : no_key_twice(element, at);
        case Kind::kObject: {
            dom::object json;
            if (element.get(json) != simdjson::SUCCESS) return wrong(at, "is no object");
            Seen seen(*property.object);
            return fields(json, seen, &at);
        }
        default: {
            std::string_view text;
            if (element.get(text) != simdjson::SUCCESS) return wrong(at, "is no string");
            return text_form(property, text, at, time);
        }
    }
}

bool Check::text_form(const Property& property, std::string_view text, const Place& at, Time* into) {
    switch (property.kind) {
        case Kind::kTime:
            return time(text, at, into);
        case Kind::kReference:
            return reference(property, text, at);
        case Kind::kHex:
            if (!is_hex(text)) return wrong(at, quoted(text) + " is no hexadecimal", "pairs of 0-9 and a-f");
            return true;
        case Kind::kBinary:
            if (!is_base64(text)) return wrong(at, "is no base64", "RFC 4648 section 4, with its padding");
            return true;
        case Kind::kLanguage:
            if (!is_language(text))
                return wrong(at, quoted(text) + " is no language of RFC 5646", "such as en, fr or zh-Hans");
            return true;
        case Kind::kEnumeration:
            if (!has_word(property.words, text)) {
                return wrong(at, quoted(text) + " is no word of its vocabulary",
                             fmt::format("one of {} (STIX 2.1 section 10)", property.words));
            }
            return true;
        case Kind::kOpenVocabulary:
            if (advice_ != nullptr && spec_ == Spec::k21 && !has_word(property.words, text)) {
                advise(
                    at,
                    fmt::format("{} is not in the open vocabulary {}-ov", quoted(text), property.vocabulary),
                    "STIX 2.1 section 10");
            }
            return true;
        default:
            return true;
    }
}

bool Check::time(std::string_view text, const Place& at, Time* into) {
    constexpr std::string_view kRule = "STIX times are RFC 3339 in UTC, such as 2026-11-23T18:52:00.123Z";
    if (!text.ends_with('Z')) return wrong(at, quoted(text) + " does not end in Z", std::string(kRule));
    const auto parsed = parse_time(text);
    if (!parsed)
        return wrong(at, fmt::format("{} is no time: {}", quoted(text), parsed.error().what),
                     std::string(kRule));
    if (into != nullptr) *into = *parsed;
    return true;
}

bool Check::reference(const Property& property, std::string_view text, const Place& at) {
    std::string_view type;
    if (container_) {
        dom::element there;
        if (!spend(container_->size())) return wrong(at, "is one reference too many for one object");
        if ((*container_)[text].get(there) != simdjson::SUCCESS)
            return wrong(at, quoted(text) + " is no key of the objects around it");
        dom::object body;
        if (there.get(body) != simdjson::SUCCESS) return true;  // said where it stands
        if (!spend(body.size())) return wrong(at, "is one reference too many for one object");
        if (body["type"].get(type) != simdjson::SUCCESS) return true;
    } else {
        const auto id = view_identifier(text);
        if (!id) {
            const auto why = ObjectId::parse(text);
            return wrong(at,
                         fmt::format("{} is no identifier: {}", quoted(text), why ? "" : why.error().what));
        }
        type = id->type;
    }
    if (property.targets.allow(type)) return true;
    return wrong(at, fmt::format("{} is no {}", quoted(text), property.targets.text()));
}

bool Check::dictionary(const Element& element, const Place& at) {
    dom::object json;
    if (element.get(json) != simdjson::SUCCESS) return wrong(at, "is no object");
    bool empty = true;
    for (const dom::key_value_pair field : json) {
        empty = false;
        // 2.0 wanted three characters; a shorter key stands in its own example of a header.
        if (!is_dictionary_key(field.key, 1)) {
            return wrong(Place{.up = &at, .name = field.key}, "is no key of a dictionary",
                         "1 to 250 of a-z, A-Z, 0-9, the hyphen and the underscore (STIX 2.1 section 2.4)");
        }
        if (advice_ != nullptr &&
            field.key.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string_view::npos)
            advise(Place{.up = &at, .name = field.key}, "is a key with capitals", "STIX 2.1 section 2.4");
    }
    if (empty) return wrong(at, "is empty", "leave the property out (STIX 2.1 section 2.4)");
    return no_key_twice(element, at);
}

bool Check::hashes(const Element& element, const Place& at) {
    dom::object json;
    if (element.get(json) != simdjson::SUCCESS) return wrong(at, "is no object");
    bool empty = true;
    for (const dom::key_value_pair field : json) {
        empty = false;
        const Place here{.up = &at, .name = field.key};
        std::string_view text;
        if (!is_dictionary_key(field.key, 3)) {
            return wrong(here, "is no name of a hash",
                         "3 to 250 of a-z, A-Z, 0-9, the hyphen and the underscore (STIX 2.1 section 2.7)");
        }
        if (field.value.get(text) != simdjson::SUCCESS) return wrong(here, "is no string");
        if (const std::string_view form = wrong_hash(field.key, text); !form.empty())
            return wrong(here, quoted(text) + " is none",
                         fmt::format("it has {} (STIX 2.1 section 10.6)", form));
        if (advice_ != nullptr && !has_word(vocabulary("hash-algorithm"), field.key))
            advise(here, "is not in the open vocabulary hash-algorithm-ov", "STIX 2.1 section 10.6");
    }
    if (empty) return wrong(at, "is empty", "leave the property out (STIX 2.1 section 2.7)");
    return no_key_twice(element, at);
}

bool Check::extensions(const Element& element, const Place& at) {
    dom::object json;
    if (element.get(json) != simdjson::SUCCESS) return wrong(at, "is no object");
    constexpr std::string_view kDefined = "extension-definition--";
    bool empty = true;
    Names keys;
    for (const dom::key_value_pair field : json) {
        empty = false;
        const Place here{.up = &at, .name = field.key};
        if (!keys.add(field.key)) return wrong(here, "stands in the object twice");
        dom::object body;
        if (field.value.get(body) != simdjson::SUCCESS) return wrong(here, "is no object");
        if (body.begin() == body.end()) return wrong(here, "is empty (STIX 2.1 section 2.4)");
        if (const Schema* schema = part_schema(field.key, spec_);
            schema != nullptr && field.key.ends_with("-ext")) {
            Seen seen(*schema);
            if (!fields(body, seen, &here)) return false;
            continue;
        }
        if (!is_dictionary_key(field.key, 3))
            return wrong(here, "is no name of an extension",
                         "an extension-definition's id (STIX 2.1 section 3.2)");
        if (field.key.starts_with(kDefined)) {
            if (!view_identifier(field.key))
                return wrong(here, "is no identifier of an extension-definition");
            std::string_view type;
            dom::element told;
            if (body["extension_type"].get(told) == simdjson::SUCCESS &&
                (told.get(type) != simdjson::SUCCESS || !has_word(vocabulary("extension-type"), type))) {
                return wrong(Place{.up = &here, .name = "extension_type"}, "is no word of its vocabulary",
                             fmt::format("one of {} (STIX 2.1 section 7.3)", vocabulary("extension-type")));
            }
        } else if (advice_ != nullptr && spec_ == Spec::k21) {
            advise(here, "is a custom extension without an extension-definition", "STIX 2.1 section 11.3");
        }
        if (!no_key_twice(field.value, here)) return false;
    }
    if (empty) return wrong(at, "is empty", "leave the property out (STIX 2.1 section 2.4)");
    return true;
}

bool Check::container(const Element& element, const Place& at) {
    dom::object json;
    if (element.get(json) != simdjson::SUCCESS) return wrong(at, "is no object");
    if (json.begin() == json.end()) return wrong(at, "is empty");
    container_ = json;
    Names keys;
    for (const dom::key_value_pair field : json) {
        const Place here{.up = &at, .name = field.key};
        if (!keys.add(field.key)) return wrong(here, "stands in the object twice");
        if (!contained(field.value, here)) return false;
    }
    container_.reset();
    return true;
}

bool Check::contained(const Element& element, const Place& at) {
    dom::object json;
    if (element.get(json) != simdjson::SUCCESS) return wrong(at, "is no object");
    std::string_view type;
    dom::element told;
    if (json["type"].get(told) != simdjson::SUCCESS || told.get(type) != simdjson::SUCCESS)
        return wrong(Place{.up = &at, .name = "type"}, "is missing or no string (STIX 2.1 section 4.14)");
    // Of a container in an object of 2.1, which has them from 2.0, as of one in 2.0.
    const bool observable = rules_of(type).object_class == ObjectClass::kObservable;
    if (!observable) return no_key_twice(element, at);
    Seen seen(schema_of(type, Spec::k20));
    return fields(json, seen, &at);
}

bool Check::no_key_twice(const Element& element, const Place& at) {
    if (element.is_array()) {
        std::size_t index = 0;
        for (const Element item : dom::array(element)) {
            if ((item.is_object() || item.is_array()) &&
                !no_key_twice(item, Place{.up = &at, .index = index}))
                return false;
            ++index;
        }
        return true;
    }
    if (!element.is_object()) return true;
    Names keys;
    for (const dom::key_value_pair field : dom::object(element)) {
        const Place here{.up = &at, .name = field.key};
        if (!keys.add(field.key)) return wrong(here, "stands in the object twice");
        if ((field.value.is_object() || field.value.is_array()) && !no_key_twice(field.value, here))
            return false;
    }
    return true;
}

}  // namespace comity::intelligence
