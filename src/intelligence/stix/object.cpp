#include "intelligence/stix/object.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "intelligence/stix/check.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/rules.h"
#include "intelligence/stix/schema.h"

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxNameShown = 80;
constexpr std::size_t kKeptParserSize =
    64 * 1024;  // larger objects get a parser of their own, so that none keeps its memory

// What can be said of an object before it has a name.
Failure nameless(std::string_view property, std::string what, std::string mend = {}) {
    return invalid(std::string(property), std::move(what), std::move(mend));
}

Result<std::optional<std::string_view>> text_of(const dom::object& json, std::string_view property) {
    dom::element element;
    if (json[property].get(element) != simdjson::SUCCESS) return std::nullopt;
    std::string_view value;
    if (element.get(value) != simdjson::SUCCESS) return nameless(property, "is no string");
    return value;
}

Result<ObjectId> read_identity(const dom::object& json) {
    COMITY_TRY(const std::optional<std::string_view> type, text_of(json, "type"));
    if (!type)
        return nameless("type", "is missing", "every STIX object says its type (STIX 2.1 section 3.2)");
    if (auto checked = check_type_name(*type); !checked)
        return nameless("type", fmt::format("\"{}\": {}", shown(*type, kMaxNameShown), checked.error().what));
    if (*type == "bundle")
        return nameless("type", "a bundle is no object", "share the objects that it holds");
    COMITY_TRY(const std::optional<std::string_view> id, text_of(json, "id"));
    if (!id) return nameless("id", fmt::format("is missing from an object of type {}", *type));
    auto parsed = ObjectId::parse(*id);
    if (!parsed) {
        return nameless(
            "id", fmt::format("\"{}\" is no identifier: {}", shown(*id, kMaxNameShown), parsed.error().what));
    }
    if (parsed->type != *type)
        return nameless("id", fmt::format("\"{}\" does not begin with the object's type, {}", *id, *type));
    return *std::move(parsed);
}

Result<Spec> read_spec(const dom::object& json, std::string_view name, const TypeRules& rules) {
    const auto place = [&] { return fmt::format("{}.spec_version", name); };
    auto spec = text_of(json, "spec_version");
    if (!spec) return invalid(place(), std::move(spec).error().what);
    if (!*spec) {
        // Only observables may leave it out in 2.1; the other classes had none in 2.0.
        const bool observable =
            rules.object_class == ObjectClass::kObservable ||
            (rules.object_class == ObjectClass::kCustom && json["created"].error() != simdjson::SUCCESS);
        if (observable) return Spec::k21;
        if (!rules.type.empty() && is_only_21(rules.type)) {
            return invalid(place(),
                           fmt::format("is missing, and STIX 2.0, which had none, knew no {}", rules.type),
                           "STIX 2.1 section 3.2 requires \"spec_version\": \"2.1\"");
        }
        return Spec::k20;
    }
    if (**spec == "2.1") return Spec::k21;
    if (**spec == "2.0") return Spec::k20;
    return invalid(place(),
                   fmt::format("\"{}\" is no version of STIX known here", shown(**spec, kMaxNameShown)),
                   "2.1 and 2.0 are");
}

// The two times that make a version. False where they contradict each other.
bool read_times(Check& check, const Seen& seen, const TypeRules& rules, Object& object) {
    // What a producer adds to an observable under these names is its own: it has no versions.
    if (rules.object_class == ObjectClass::kObservable) return true;
    object.created = seen.time("created");
    const std::optional<Time> modified = seen.time("modified");
    if (rules.object_class == ObjectClass::kCustom && object.created.has_value() != modified.has_value()) {
        return check.wrong(
            object.created ? "modified" : "created",
            "is missing: an object has both created and modified, or neither (STIX 2.1 section 3.2)");
    }
    if (object.created && modified && *modified < *object.created)
        return check.wrong("modified", "is before created (STIX 2.1 section 3.2)");
    object.version = modified ? modified : object.created;
    object.version_text = seen.text(modified ? "modified" : "created").value_or("");
    return true;
}

void read_markings(const Seen& seen, Object& object) {
    const auto mark = [&](std::string_view value) {
        if (const auto id = view_identifier(value))
            object.marking = strictest(object.marking, tlp_of(id->uuid));
    };
    std::string_view value;
    if (const auto refs = seen.list("object_marking_refs")) {
        for (const dom::element element : *refs) {
            if (element.get(value) == simdjson::SUCCESS) mark(value);
        }
    }
    if (const auto granular = seen.list("granular_markings")) {
        for (const dom::element element : *granular) {
            // Without a marking_ref it is a language tag (STIX 2.1 section 7.2.3.1).
            if (element["marking_ref"].get(value) == simdjson::SUCCESS) mark(value);
        }
    }
}

Result<Object> read_object(const dom::object& json, std::vector<Advice>* advice) {
    Object object;
    COMITY_TRY(object.id, read_identity(json));
    const std::string name = object.id.text();
    const TypeRules& rules = rules_of(object.id.type);
    COMITY_TRY(object.spec, read_spec(json, name, rules));
    // An observable that stands alone is 2.1's, whatever it says: 2.0 had them in the container only.
    const Spec form = rules.object_class == ObjectClass::kObservable ? Spec::k21 : object.spec;
    Seen seen(schema_of(object.id.type, form));
    Check check(name, form, advice);
    if (!check.object(json, seen) || !read_times(check, seen, rules, object))
        return std::unexpected(check.error());
    object.revoked = seen.boolean("revoked").value_or(false);
    if (const auto by = seen.text("created_by_ref")) {
        if (const auto id = view_identifier(*by))
            object.created_by = ObjectId{std::string(id->type), id->uuid};
    }
    read_markings(seen, object);
    if (object.id.type == "indicator") {
        object.pattern = seen.text("pattern").value_or("");
        object.pattern_type = seen.text("pattern_type").value_or("stix");  // STIX 2.0 knew no other
    }
    std::string_view said;
    // Somebody's own type may mean something else by its name; it is only shown, so it is taken where it is a
    // text.
    if (json["name"].get(said) == simdjson::SUCCESS) object.name = said;
    if (advice != nullptr) advise_on(check, seen, object.id);
    return object;
}

Result<Object> parse_with(dom::parser& parser, std::string_view bytes, std::vector<Advice>* advice) {
    dom::element root;
    if (const auto error = parser.parse(bytes.data(), bytes.size()).get(root); error != simdjson::SUCCESS) {
        if (error == simdjson::MEMALLOC) return unavailable("object", "not enough memory to read it");
        return invalid("object", fmt::format("is no JSON: {}", simdjson::error_message(error)));
    }
    dom::object json;
    if (root.get(json) != simdjson::SUCCESS) return invalid("object", "is no JSON object");
    return read_object(json, advice);
}

}  // namespace

std::string_view to_string(Spec spec) {
    return spec == Spec::k20 ? "2.0" : "2.1";
}

Result<Object> parse_object(std::string_view bytes, std::vector<Advice>* advice) {
    if (bytes.size() > kMaxObjectSize) {
        return too_large("object",
                         fmt::format("has {} bytes; an object may have {}", bytes.size(), kMaxObjectSize));
    }
    if (bytes.size() > kKeptParserSize) {
        dom::parser parser;
        if (parser.allocate(bytes.size(), kMaxObjectDepth) != simdjson::SUCCESS)
            return unavailable("object", "not enough memory to read it");
        return parse_with(parser, bytes, advice);
    }
    // simdjson copies what it reads, also of nothing, and a view of nothing may have no address.
    if (bytes.empty()) return invalid("object", "is no JSON: there is nothing in it");
    thread_local dom::parser kept;
    if (kept.capacity() == 0 && kept.allocate(kKeptParserSize, kMaxObjectDepth) != simdjson::SUCCESS) {
        return unavailable("object", "not enough memory to read it");
    }
    return parse_with(kept, bytes, advice);
}

}  // namespace comity::intelligence
