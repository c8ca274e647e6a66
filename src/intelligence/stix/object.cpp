#include "intelligence/stix/object.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/rules.h"

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxTextInError = 80;
constexpr std::size_t kKeptParserSize =
    64 * 1024;  // larger objects get a parser of their own, so that none keeps its memory

// Top-level keys must be unique: what is read here must be what every other reader reads.
std::optional<std::string_view> repeated_key(const dom::object& object) {
    constexpr std::size_t kFew = 32;
    std::array<std::string_view, kFew> few;
    std::size_t count = 0;
    std::unordered_set<std::string_view> many;
    for (const dom::key_value_pair field : object) {
        if (count < kFew) {
            const auto end = few.begin() + static_cast<std::ptrdiff_t>(count);
            if (std::find(few.begin(), end, field.key) != end) return field.key;
            few[count++] = field.key;
            continue;
        }
        if (many.empty()) many.insert(few.begin(), few.end());
        if (!many.insert(field.key).second) return field.key;
    }
    return std::nullopt;
}

// Reads one object's properties; every error names the object (as far as it has a name yet) and the property.
class Reader {
  public:
    explicit Reader(const dom::object& object) : object_(object) {}

    void call_it(std::string name) { name_ = std::move(name); }

    Failure wrong(std::string_view property, std::string what, std::string mend = {}) const {
        return invalid(name_.empty() ? std::string(property) : fmt::format("{}.{}", name_, property),
                       std::move(what), std::move(mend));
    }

    bool has(std::string_view property) const { return object_[property].error() == simdjson::SUCCESS; }

    Result<void> require(std::string_view property, std::string_view section) const {
        if (has(property)) return {};
        return wrong(property, fmt::format("is missing, and STIX 2.1 section {} requires it", section));
    }

    Result<std::optional<std::string_view>> text(std::string_view property) const {
        dom::element element;
        if (object_[property].get(element) != simdjson::SUCCESS) return std::nullopt;
        std::string_view value;
        if (element.get(value) != simdjson::SUCCESS) return wrong(property, "is no string");
        return value;
    }

    Result<std::optional<Time>> time(std::string_view property) const {
        COMITY_TRY(const std::optional<std::string_view> value, text(property));
        if (!value) return std::nullopt;
        const std::string_view rule = "STIX times are RFC 3339 in UTC, such as 2026-11-23T18:52:00.123Z";
        if (!value->ends_with('Z'))
            return wrong(property, fmt::format("\"{}\" does not end in Z", shown(*value, kMaxTextInError)),
                         std::string(rule));
        auto parsed = parse_time(*value);
        if (!parsed) {
            return wrong(
                property,
                fmt::format("\"{}\" is no time: {}", shown(*value, kMaxTextInError), parsed.error().what),
                std::string(rule));
        }
        return *parsed;
    }

    Result<bool> boolean(std::string_view property, bool otherwise) const {
        dom::element element;
        if (object_[property].get(element) != simdjson::SUCCESS) return otherwise;
        bool value = false;
        if (element.get(value) != simdjson::SUCCESS) return wrong(property, "is neither true nor false");
        return value;
    }

    // An identifier; where `type` is given, of that type.
    Result<ObjectId> identifier(std::string_view property, std::string_view value,
                                std::string_view type = {}) const {
        auto id = ObjectId::parse(value);
        if (!id)
            return wrong(property, fmt::format("\"{}\" is no identifier: {}", shown(value, kMaxTextInError),
                                               id.error().what));
        if (!type.empty() && id->type != type)
            return wrong(property, fmt::format("\"{}\" is no {}", shown(value, kMaxTextInError), type));
        return *std::move(id);
    }

    Result<std::optional<ObjectId>> reference(std::string_view property, std::string_view type = {}) const {
        COMITY_TRY(const std::optional<std::string_view> value, text(property));
        if (!value) return std::nullopt;
        COMITY_TRY(ObjectId id, identifier(property, *value, type));
        return id;
    }

    Result<std::optional<dom::array>> list(std::string_view property) const {
        dom::element element;
        if (object_[property].get(element) != simdjson::SUCCESS) return std::nullopt;
        dom::array value;
        if (element.get(value) != simdjson::SUCCESS) return wrong(property, "is no array");
        if (value.size() == 0)
            return wrong(property, "is empty", "leave the property out (STIX 2.1 section 2.11)");
        return value;
    }

    Result<void> references(std::string_view property) const {
        COMITY_TRY(const std::optional<dom::array> values, list(property));
        if (!values) return {};
        for (const dom::element element : *values) {
            std::string_view value;
            if (element.get(value) != simdjson::SUCCESS)
                return wrong(property, "holds something that is no string");
            COMITY_CHECK(identifier(property, value));
        }
        return {};
    }

  private:
    const dom::object& object_;
    std::string name_;
};

Result<void> read_identity(const Reader& reader, Object& object) {
    COMITY_TRY(const std::optional<std::string_view> type, reader.text("type"));
    if (!type)
        return reader.wrong("type", "is missing", "every STIX object says its type (STIX 2.1 section 3.2)");
    if (auto checked = check_type_name(*type); !checked) {
        return reader.wrong("type",
                            fmt::format("\"{}\": {}", shown(*type, kMaxTextInError), checked.error().what));
    }
    COMITY_TRY(const std::optional<std::string_view> id, reader.text("id"));
    if (*type == "bundle") {
        return reader.wrong("type", "a bundle is no object", "share the objects that it holds");
    }
    if (!id) return reader.wrong("id", fmt::format("is missing from an object of type {}", *type));
    COMITY_TRY(object.id, reader.identifier("id", *id));
    if (object.id.type != *type) {
        return reader.wrong("id",
                            fmt::format("\"{}\" does not begin with the object's type, {}", *id, *type));
    }
    return {};
}

Result<void> read_spec(const Reader& reader, const TypeRules& rules, Object& object) {
    COMITY_TRY(const std::optional<std::string_view> spec, reader.text("spec_version"));
    if (!spec) {
        // Only observables may leave it out in 2.1; the other classes had none in 2.0.
        const bool observable = rules.object_class == ObjectClass::kObservable ||
                                (rules.object_class == ObjectClass::kCustom && !reader.has("created"));
        object.spec = observable ? Spec::k21 : Spec::k20;
        return {};
    }
    if (*spec == "2.1") {
        object.spec = Spec::k21;
    } else if (*spec == "2.0") {
        object.spec = Spec::k20;
    } else {
        return reader.wrong(
            "spec_version",
            fmt::format("\"{}\" is no version of STIX known here", shown(*spec, kMaxTextInError)),
            "2.1 and 2.0 are");
    }
    return {};
}

Result<void> read_times(const Reader& reader, const TypeRules& rules, Object& object) {
    COMITY_TRY(object.created, reader.time("created"));
    COMITY_TRY(const std::optional<Time> modified, reader.time("modified"));
    object.version = modified ? modified : object.created;
    COMITY_TRY(const auto written, reader.text(modified ? "modified" : "created"));
    object.version_text = written.value_or("");
    switch (rules.object_class) {
        case ObjectClass::kDomain:
        case ObjectClass::kRelationship:
        case ObjectClass::kMeta:
            COMITY_CHECK(reader.require("created", "3.2"));
            COMITY_CHECK(reader.require("modified", "3.2"));
            break;
        case ObjectClass::kMarking:
            COMITY_CHECK(reader.require("created", "7.2.1"));
            break;
        case ObjectClass::kCustom:
            if (object.created.has_value() != modified.has_value()) {
                return reader.wrong(
                    object.created ? "modified" : "created",
                    "is missing: an object has both created and modified, or neither (STIX 2.1 section 3.2)");
            }
            break;
        case ObjectClass::kObservable:
            // An observable has neither by the specification: what a producer adds under these names is its
            // own.
            object.created.reset();
            object.version.reset();
            object.version_text.clear();
            return {};
    }
    if (object.created && modified && *modified < *object.created) {
        return reader.wrong("modified", "is before created (STIX 2.1 section 3.2)");
    }
    return {};
}

Result<void> read_markings(const Reader& reader, Object& object) {
    const auto mark = [&](std::string_view property, std::string_view value) -> Result<void> {
        COMITY_TRY(const ObjectId id, reader.identifier(property, value, "marking-definition"));
        object.marking = strictest(object.marking, tlp_of(id.uuid));
        return {};
    };
    COMITY_TRY(const std::optional<dom::array> refs, reader.list("object_marking_refs"));
    if (refs) {
        for (const dom::element element : *refs) {
            std::string_view value;
            if (element.get(value) != simdjson::SUCCESS) {
                return reader.wrong("object_marking_refs", "holds something that is no string");
            }
            COMITY_CHECK(mark("object_marking_refs", value));
        }
    }
    COMITY_TRY(const std::optional<dom::array> granular, reader.list("granular_markings"));
    if (!granular) return {};
    for (const dom::element element : *granular) {
        dom::object marking;
        if (element.get(marking) != simdjson::SUCCESS) {
            return reader.wrong("granular_markings", "holds something that is no object");
        }
        dom::element ref;
        if (marking["marking_ref"].get(ref) != simdjson::SUCCESS)
            continue;  // a language tag (STIX 2.1 section 7.2.3.1)
        std::string_view value;
        if (ref.get(value) != simdjson::SUCCESS)
            return reader.wrong("granular_markings.marking_ref", "is no string");
        COMITY_CHECK(mark("granular_markings.marking_ref", value));
    }
    return {};
}

Result<void> read_indicator(const Reader& reader, Object& object) {
    COMITY_CHECK(reader.require("pattern", "4.7"));
    COMITY_CHECK(reader.require("valid_from", "4.7"));
    COMITY_TRY(const std::optional<std::string_view> pattern, reader.text("pattern"));
    if (pattern->empty()) return reader.wrong("pattern", "is empty");
    COMITY_TRY(const std::optional<std::string_view> language, reader.text("pattern_type"));
    COMITY_TRY(const std::optional<Time> from, reader.time("valid_from"));
    COMITY_TRY(const std::optional<Time> until, reader.time("valid_until"));
    if (until && *until <= *from)
        return reader.wrong("valid_until", "is not after valid_from (STIX 2.1 section 4.7)");
    object.pattern = *pattern;
    object.pattern_type = language.value_or("stix");  // STIX 2.0 knew no other
    return {};
}

Result<void> read_ends(const Reader& reader, const Object& object) {
    if (object.id.type == "relationship") {
        COMITY_CHECK(reader.require("relationship_type", "5.1"));
        COMITY_CHECK(reader.text("relationship_type"));
        COMITY_CHECK(reader.require("source_ref", "5.1"));
        COMITY_CHECK(reader.require("target_ref", "5.1"));
        COMITY_CHECK(reader.reference("source_ref"));
        COMITY_CHECK(reader.reference("target_ref"));
    } else {
        COMITY_CHECK(reader.require("sighting_of_ref", "5.2"));
        COMITY_CHECK(reader.reference("sighting_of_ref"));
    }
    return {};
}

Result<Object> read_object(const dom::object& json) {
    Reader reader(json);
    if (const auto key = repeated_key(json))
        return invalid(shown(*key, kMaxTextInError), "stands in the object twice");
    Object object;
    COMITY_CHECK(read_identity(reader, object));
    reader.call_it(object.id.text());
    const TypeRules& rules = rules_of(object.id.type);
    COMITY_CHECK(read_spec(reader, rules, object));
    COMITY_CHECK(read_times(reader, rules, object));
    if (object.spec == Spec::k21) {
        for (const std::string_view property : rules.required)
            COMITY_CHECK(reader.require(property, rules.section));
    }
    COMITY_TRY(object.revoked, reader.boolean("revoked", false));
    COMITY_TRY(object.created_by, reader.reference("created_by_ref", "identity"));
    COMITY_CHECK(read_markings(reader, object));
    COMITY_CHECK(reader.references("object_refs"));
    if (object.id.type == "indicator") COMITY_CHECK(read_indicator(reader, object));
    if (rules.object_class == ObjectClass::kRelationship) COMITY_CHECK(read_ends(reader, object));
    dom::element name;
    std::string_view name_text;
    // Somebody's own type may mean something else by its name; it is only shown, so it is taken where it is a
    // text.
    if (json["name"].get(name) == simdjson::SUCCESS && name.get(name_text) == simdjson::SUCCESS)
        object.name = name_text;
    return object;
}

Result<Object> parse_with(dom::parser& parser, std::string_view bytes) {
    dom::element root;
    if (const auto error = parser.parse(bytes.data(), bytes.size()).get(root); error != simdjson::SUCCESS) {
        if (error == simdjson::MEMALLOC) return unavailable("object", "not enough memory to read it");
        return invalid("object", fmt::format("is no JSON: {}", simdjson::error_message(error)));
    }
    dom::object json;
    if (root.get(json) != simdjson::SUCCESS) return invalid("object", "is no JSON object");
    return read_object(json);
}

}  // namespace

std::string_view to_string(Spec spec) {
    return spec == Spec::k20 ? "2.0" : "2.1";
}

Result<Object> parse_object(std::string_view bytes) {
    if (bytes.size() > kMaxObjectSize) {
        return too_large("object",
                         fmt::format("has {} bytes; an object may have {}", bytes.size(), kMaxObjectSize));
    }
    if (bytes.size() > kKeptParserSize) {
        dom::parser parser;
        if (parser.allocate(bytes.size(), kMaxObjectDepth) != simdjson::SUCCESS)
            return unavailable("object", "not enough memory to read it");
        return parse_with(parser, bytes);
    }
    // simdjson copies what it reads, also of nothing, and a view of nothing may have no address.
    if (bytes.empty()) return invalid("object", "is no JSON: there is nothing in it");
    thread_local dom::parser kept;
    if (kept.capacity() == 0 && kept.allocate(kKeptParserSize, kMaxObjectDepth) != simdjson::SUCCESS) {
        return unavailable("object", "not enough memory to read it");
    }
    return parse_with(kept, bytes);
}

}  // namespace comity::intelligence
