// JSON: what parses is written and parses to the same, and the slices of a document are its members' own
// bytes.
#include "fuzz/target.h"
#include "json/slices.h"
#include "json/value.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto value = json::parse(text);
    if (value) {
        const std::string written = json::write(*value);
        const auto again = json::parse(written);
        hold(again.has_value(), "what is written parses");
        hold(*again == *value, "what is written parses to the same value");
        hold(json::write(*again) == written, "writing is stable");
        const auto pretty = json::parse(json::write_pretty(*value));
        hold(pretty && *pretty == *value, "the indented form parses to the same value");
    }
    const auto objects = json::array_elements(text, "objects");
    if (objects) {
        for (const std::string_view element : *objects) {
            hold(
                element.data() >= text.data() && element.data() + element.size() <= text.data() + text.size(),
                "an element lies in the document");
            hold(!element.empty() && element.find_first_of(" \t\r\n") != 0,
                 "an element begins at its first byte");
        }
    }
    if (!value || !value->is_object()) return 0;
    for (const auto& [key, inner] : value->get_object()) {
        const auto raw = json::member(text, std::string_view(key.data(), key.size()));
        hold(raw.has_value(), "every member is found");
        const auto parsed = json::parse(*raw);
        hold(parsed && *parsed == inner, "a member's bytes are its value");
        if (key != "objects" || !inner.is_array()) continue;
        hold(objects && objects->size() == inner.get_array().size(), "as many elements as the array has");
        for (std::size_t i = 0; i < objects->size(); ++i) {
            const auto element = json::parse((*objects)[i]);
            hold(element && *element == inner.get_array()[i], "an element's bytes are its value");
        }
    }
    return 0;
}
