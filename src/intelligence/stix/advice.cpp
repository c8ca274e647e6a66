// What STIX 2.1 says a producer SHOULD do, as far as it shows in one object.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "intelligence/stix/check.h"
#include "intelligence/stix/deterministic.h"
#include "intelligence/stix/identifier.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/relationships.h"

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

int version_of(const Uuid& uuid) {
    return uuid.bytes[6] >> 4;
}

void identifiers(Check& check, const Seen& seen, const ObjectId& id, ObjectClass object_class) {
    const int version = version_of(id.uuid);
    if (object_class != ObjectClass::kObservable) {
        if (object_class != ObjectClass::kCustom && version != 4)
            check.advise("id", fmt::format("has a UUID of version {}; 4 is random", version),
                         "STIX 2.1 section 2.9");
        return;
    }
    const auto right = deterministic_uuid(id.type, seen);
    if (version == 5 && right && *right != id.uuid) {
        check.advise(
            "id",
            fmt::format(
                "is not the identifier of these properties, {}--{}, and is wrong unless its UUID is of "
                "a namespace of its producer's",
                id.type, right->text()),
            "STIX 2.1 section 2.9");
    } else if (version != 5 && right) {
        check.advise("id",
                     fmt::format("has a UUID of version {}; that of these properties is {}--{}", version,
                                 id.type, right->text()),
                     "STIX 2.1 section 2.9");
    }
}

void times(Check& check, const Seen& seen) {
    for (const std::string_view property : {"created", "modified"}) {
        const auto text = seen.text(property);
        if (!text) continue;
        const std::size_t dot = text->find('.');
        const std::size_t digits = dot == std::string_view::npos ? 0 : text->size() - dot - 2;
        if (digits < 3)
            check.advise(property,
                         fmt::format("has {} digits of fraction; at least 3 tell versions apart", digits),
                         "STIX 2.1 section 3.2");
    }
}

void markings(Check& check, const Seen& seen) {
    const auto refs = seen.list("object_marking_refs");
    if (!refs) return;
    std::size_t labels = 0;
    std::string_view text;
    for (const dom::element ref : *refs) {
        if (ref.get(text) != simdjson::SUCCESS) continue;
        const auto id = view_identifier(text);
        if (id && tlp_of(id->uuid)) ++labels;
    }
    if (labels > 1)
        check.advise("object_marking_refs", "has more than one TLP label; the strictest counts", "TLP 2.0");
}

// Known catalogues have known forms of numbers (section 2.5).
void external_references(Check& check, const Seen& seen) {
    const auto references = seen.list("external_references");
    if (!references) return;
    std::size_t index = 0;
    for (const dom::element reference : *references) {
        const std::string place = fmt::format("external_references[{}]", index++);
        std::string_view source;
        std::string_view number;
        std::string_view url;
        if (reference["source_name"].get(source) != simdjson::SUCCESS) continue;
        const bool numbered = reference["external_id"].get(number) == simdjson::SUCCESS;
        for (const auto& [name, prefix] :
             {std::pair<std::string_view, std::string_view>{"cve", "CVE-"}, {"capec", "CAPEC-"}}) {
            if (source == name &&
                (!numbered || !number.starts_with(prefix) ||
                 number.find_first_not_of("0123456789-", prefix.size()) != std::string_view::npos)) {
                check.advise(place + ".external_id", fmt::format("is no number of {}, {}...", name, prefix),
                             "STIX 2.1 section 2.5");
            }
        }
        if (reference["url"].get(url) == simdjson::SUCCESS &&
            reference["hashes"].error() != simdjson::SUCCESS)
            check.advise(place + ".hashes", "is missing beside url", "STIX 2.1 section 2.5");
    }
}

void advise_relationship(Check& check, const Seen& seen) {
    const auto type = seen.text("relationship_type");
    const auto source = seen.text("source_ref");
    const auto target = seen.text("target_ref");
    if (!type || !source || !target) return;
    const auto from = view_identifier(*source);
    const auto to = view_identifier(*target);
    if (!from || !to || is_told_relationship(from->type, *type, to->type)) return;
    check.advise("relationship_type",
                 fmt::format("\"{}\" is not told of from {} to {}", shown(*type, 80), from->type, to->type),
                 "STIX 2.1 section 5.1 and appendix B");
}

}  // namespace

void advise_on(Check& check, const Seen& seen, const ObjectId& id) {
    const ObjectClass object_class = rules_of(id.type).object_class;
    if (object_class == ObjectClass::kCustom && !id.type.starts_with("x-") && !seen.has("extensions"))
        check.advise("type", "is a custom type whose name does not begin with x-", "STIX 2.1 section 11.2");
    if (check.spec() == Spec::k20) return;  // the sections are 2.1's
    identifiers(check, seen, id, object_class);
    times(check, seen);
    markings(check, seen);
    external_references(check, seen);
    if (id.type == "relationship") advise_relationship(check, seen);
    if (id.type == "indicator") {
        for (const std::string_view property : {"name", "description"}) {
            if (!seen.has(property))
                check.advise(property, "is missing, and says what to make of a match",
                             "STIX 2.1 section 4.7");
        }
    }
}

}  // namespace comity::intelligence
