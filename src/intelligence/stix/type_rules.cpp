// The rules of single types that the short hand of schema_table.h has no words for.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "intelligence/pattern/pattern.h"
#include "intelligence/stix/check.h"
#include "intelligence/stix/forms.h"
#include "intelligence/stix/identifier.h"

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxTextShown = 80;

bool indicator(Check& check, const Seen& seen) {
    const auto pattern = seen.text("pattern");
    const auto language = seen.text("pattern_type");
    if (!pattern) return true;
    if (pattern->empty()) return check.wrong("pattern", "is empty");
    if (check.spec() == Spec::k21 && language != "stix") return true;
    const bool old = check.spec() == Spec::k20 || seen.text("pattern_version") == "2.0";
    const auto parsed = check_pattern(*pattern, old ? PatternGrammar::k20 : PatternGrammar::k21);
    if (parsed) return true;
    const Error& error = parsed.error();
    return check.wrong("pattern", fmt::format("{}: {}", error.where, error.what),
                       error.mend.empty() ? std::string("STIX 2.1 section 9") : error.mend);
}

bool relationship(Check& check, const Seen& seen) {
    const auto type = seen.text("relationship_type");
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (!type || (!type->empty() && std::ranges::all_of(*type, allowed))) return true;
    return check.wrong(
        "relationship_type",
        fmt::format("\"{}\" has other characters than a-z, 0-9 and hyphens", shown(*type, kMaxTextShown)),
        "STIX 2.1 section 5.1");
}

bool email_message(Check& check, const Seen& seen) {
    const bool multipart = seen.boolean("is_multipart").value_or(false);
    if (multipart && seen.has("body"))
        return check.wrong("body", "must not be there when is_multipart is true (STIX 2.1 section 6.6)");
    if (!multipart && seen.has("body_multipart"))
        return check.wrong("body_multipart",
                           "must not be there when is_multipart is false (STIX 2.1 section 6.6)");
    return true;
}

bool network_traffic(Check& check, const Seen& seen) {
    if (seen.boolean("is_active").value_or(false) && seen.has("end"))
        return check.wrong("end", "must not be there when is_active is true (STIX 2.1 section 6.12)");
    return true;
}

bool malware(Check& check, const Seen& seen) {
    if (seen.boolean("is_family").value_or(false) && !seen.has("name"))
        return check.wrong("name", "is missing, and a family of malware has one (STIX 2.1 section 4.11)");
    return true;
}

bool observed_data(Check& check, const Seen& seen) {
    const auto refs = seen.list("object_refs");
    if (!refs) return true;
    for (const dom::element ref : *refs) {
        std::string_view text;
        if (ref.get(text) != simdjson::SUCCESS) continue;
        const auto id = view_identifier(text);
        if (id && id->type != "relationship" && id->type != "sighting") return true;
    }
    return check.wrong("object_refs", "leads to no observable (STIX 2.1 section 4.14)");
}

bool extension_definition(Check& check, const Seen& seen) {
    if (!seen.has("extension_properties")) return true;
    const auto types = seen.list("extension_types");
    const bool top_level =
        types && std::any_of(types->begin(), types->end(), [](const dom::element type) {
            std::string_view text;
            return type.get(text) == simdjson::SUCCESS && text == "toplevel-property-extension";
        });
    if (top_level) return true;
    return check.wrong("extension_properties",
                       "are of toplevel-property-extension only (STIX 2.1 section 7.3)");
}

// Languages to properties of the object to their translations (section 7.1).
bool language_content(Check& check, const Seen& seen) {
    const auto contents = seen.object("contents");
    if (!contents) return check.wrong("contents", "is no object");
    if (contents->begin() == contents->end())
        return check.wrong("contents", "is empty (STIX 2.1 section 7.1)");
    for (const dom::key_value_pair language : *contents) {
        const std::string place = fmt::format("contents.{}", shown(language.key, kMaxTextShown));
        if (!is_language(language.key)) return check.wrong(place, "is no language of RFC 5646");
        dom::object properties;
        if (language.value.get(properties) != simdjson::SUCCESS) return check.wrong(place, "is no object");
        if (properties.begin() == properties.end())
            return check.wrong(place, "is empty (STIX 2.1 section 7.1)");
    }
    return true;
}

struct TlpDefinition {
    std::string_view id;
    std::string_view label;
};
constexpr std::array<TlpDefinition, 4> kTlp = {{
    {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"},
    {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"},
    {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber"},
    {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"},
}};

bool marking_definition(Check& check, const Seen& seen) {
    const auto id = seen.text("id");
    if (const auto refs = seen.list("object_marking_refs")) {
        for (const dom::element ref : *refs) {
            std::string_view text;
            if (ref.get(text) == simdjson::SUCCESS && id == text)
                return check.wrong("object_marking_refs", "leads to itself (STIX 2.1 section 7.2.1)");
        }
    }
    const bool extended = seen.has("extensions");
    for (const std::string_view property : {"definition_type", "definition"}) {
        if (!seen.has(property) && !extended) {
            return check.wrong(property, "is missing, and so is extensions",
                               "STIX 2.1 section 7.2.1 requires one or the other");
        }
    }
    const auto type = seen.text("definition_type");
    if (!type || !seen.has("definition")) return true;
    const auto definition = seen.object("definition");
    if (!definition) return check.wrong("definition", "is no object");
    const auto said = [&](std::string_view name) -> std::optional<std::string_view> {
        std::string_view text;
        if ((*definition)[name].get(text) != simdjson::SUCCESS) return std::nullopt;
        return text;
    };
    if (*type == "statement" && !said("statement"))
        return check.wrong("definition.statement", "is missing or no string (STIX 2.1 section 7.2.1.3)");
    if (*type != "tlp") return true;
    const auto label = said("tlp");
    const auto standard = std::ranges::find_if(kTlp, [&](const auto& one) { return label == one.label; });
    if (standard == kTlp.end())
        return check.wrong("definition.tlp", "is missing or none of white, green, amber and red");
    if (id != standard->id) {
        return check.wrong("id", fmt::format("is not that of TLP:{} (STIX 2.1 section 7.2.1.4)", *label),
                           fmt::format("use {}, and no other", standard->id));
    }
    return true;
}

struct Rule {
    std::string_view type;
    bool (*holds)(Check&, const Seen&);
};
// Sorted by type.
constexpr auto kRulesOfTypes = std::to_array<Rule>({
    {"email-message", email_message},
    {"extension-definition", extension_definition},
    {"indicator", indicator},
    {"language-content", language_content},
    {"malware", malware},
    {"marking-definition", marking_definition},
    {"network-traffic", network_traffic},
    {"observed-data", observed_data},
    {"relationship", relationship},
});
static_assert(std::ranges::is_sorted(kRulesOfTypes, {}, &Rule::type));

}  // namespace

bool check_type_rules(Check& check, const Seen& seen) {
    const auto found = std::ranges::lower_bound(kRulesOfTypes, seen.schema->name, {}, &Rule::type);
    return found == kRulesOfTypes.end() || found->type != seen.schema->name || found->holds(check, seen);
}

}  // namespace comity::intelligence
