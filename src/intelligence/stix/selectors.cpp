// Selectors of granular markings (STIX 2.1 section 7.2.3.1): "name", "labels.[1]",
// "external_references.[0].url".
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "intelligence/stix/check.h"

namespace comity::intelligence {
namespace {

namespace dom = simdjson::dom;

// Does the path lead to something in the object? Adds to `steps` how many names and items it passed.
bool leads(const dom::object& json, std::string_view selector, std::size_t& steps) {
    steps += json.size();
    dom::element at;
    bool first = true;
    while (true) {
        // A component ends at a dot. Keys hold none.
        const std::size_t dot = std::min(selector.find('.'), selector.size());
        const std::string_view part = selector.substr(0, dot);
        if (first) {
            if (json[part].get(at) != simdjson::SUCCESS) return false;
            first = false;
        } else if (part.starts_with('[')) {
            std::size_t index = 0;
            if (!part.ends_with(']')) return false;
            const auto [end, error] = std::from_chars(part.data() + 1, part.data() + part.size() - 1, index);
            if (error != std::errc() || end != part.data() + part.size() - 1) return false;
            dom::array list;
            if (at.get(list) != simdjson::SUCCESS) return false;
            steps += std::min(index, list.size());
            if (list.at(index).get(at) != simdjson::SUCCESS) return false;
        } else {
            dom::object inner;
            if (part.empty() || at.get(inner) != simdjson::SUCCESS) return false;
            steps += inner.size();
            if (inner[part].get(at) != simdjson::SUCCESS) return false;
        }
        if (dot == selector.size()) return true;
        selector.remove_prefix(dot + 1);
    }
}

}  // namespace

bool Check::selectors(const dom::object& json, const Seen& seen) {
    const auto markings = seen.list("granular_markings");
    if (!markings) return true;
    std::size_t index = 0;
    for (const dom::element marking : *markings) {
        dom::array selectors;
        ++index;
        if (marking["selectors"].get(selectors) != simdjson::SUCCESS) continue;
        for (const dom::element selector : selectors) {
            std::string_view text;
            std::size_t steps = 0;
            const bool found = selector.get(text) == simdjson::SUCCESS && leads(json, text, steps);
            if (!spend(steps))
                return wrong(fmt::format("granular_markings[{}].selectors", index - 1),
                             "are too many for one object");
            if (found) continue;
            return wrong(
                fmt::format("granular_markings[{}].selectors", index - 1),
                fmt::format("\"{}\" leads to nothing in the object", shown(text, 80)),
                "such as name, labels.[0] or external_references.[1].url (STIX 2.1 section 7.2.3.1)");
        }
    }
    return true;
}

}  // namespace comity::intelligence
