#include "json/slices.h"

#include <simdjson.h>

#include <optional>
#include <unordered_set>

#include "base/text.h"
#include "json/alone.h"

namespace comity::json {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kWhiteSpace = " \t\n\r";

Failure no_json(simdjson::error_code code) {
    return invalid("JSON", simdjson::error_message(code));
}

// A document in simdjson's own padded memory, known to be JSON from end to end.
class Checked {
  public:
    static Result<Checked> of(std::string_view document) {
        Checked out(document);
        // On demand looks at nothing that is not asked for; the other parser looks at everything.
        simdjson::dom::parser whole;
        simdjson::dom::element ignored;
        if (const auto code = whole.parse(out.padded_).get(ignored)) return no_json(code);
        if (!ignored.is_object()) return invalid("JSON", "must be an object");
        return out;
    }

    // The same, but for elements of the array under `key`: of these, one may break JSON's rules inside.
    static Result<Checked> but_for(std::string_view document, std::string_view key);

    // Calls each(name, value) for every member of the top object. A second member of any one name is refused,
    // as json::parse would.
    template <typename Each>
    Result<void> each(const Each& each) {
        ondemand::parser parser;
        ondemand::document document;
        ondemand::object object;
        if (const auto code = parser.iterate(padded_).get(document)) return no_json(code);
        if (const auto code = document.get_object().get(object)) return no_json(code);
        std::unordered_set<std::string_view> seen;
        for (auto step : object) {
            ondemand::field field;
            std::string_view name;
            if (const auto code = std::move(step).get(field)) return no_json(code);
            if (const auto code = field.unescaped_key().get(name)) return no_json(code);
            if (!seen.insert(name).second) return invalid("JSON", "a key stands twice in the top object");
            ondemand::value value = field.value();
            COMITY_CHECK(each(name, value));
        }
        return {};
    }

    // Calls found(value) for the member under `key`; says whether there is one.
    template <typename Found>
    Result<bool> find(std::string_view key, const Found& found) {
        bool is_there = false;
        COMITY_CHECK(each([&](std::string_view name, ondemand::value& value) -> Result<void> {
            if (name != key) return {};
            is_there = true;
            return found(value);
        }));
        return is_there;
    }

    // The same bytes in the caller's document.
    Result<std::string_view> raw(ondemand::value& value) const {
        std::string_view text;
        if (const auto code = simdjson::to_json_string(value).get(text)) return no_json(code);
        text = trimmed(text, kWhiteSpace);
        return document_.substr(static_cast<std::size_t>(text.data() - padded_.data()), text.size());
    }

  private:
    explicit Checked(std::string_view document) : document_(document), padded_(document) {}
    std::string_view document_;
    simdjson::padded_string padded_;
};

// What may be wrong inside a value whose end is plain all the same.
bool is_inside(simdjson::error_code code) {
    return code == simdjson::NUMBER_ERROR || code == simdjson::STRING_ERROR;
}

Result<std::vector<std::string_view>> elements_of(Checked& checked, std::string_view key) {
    std::vector<std::string_view> out;
    COMITY_TRY(const bool is_there, checked.find(key, [&](ondemand::value& value) -> Result<void> {
        ondemand::array array;
        if (value.get_array().get(array)) return invalid(std::string(key), "must be an array");
        for (auto step : array) {
            ondemand::value element;
            if (const auto code = std::move(step).get(element)) return no_json(code);
            COMITY_TRY(const std::string_view raw, checked.raw(element));
            out.push_back(raw);
        }
        return {};
    }));
    if (!is_there) return not_found("the document has no \"" + std::string(key) + "\"");
    return out;
}

Result<Checked> Checked::but_for(std::string_view document, std::string_view key) {
    auto whole = of(document);
    if (whole) return whole;
    Checked unchecked(document);
    const auto elements = elements_of(unchecked, key);
    if (!elements) return whole;
    // Those that are broken out of the way, all the rest must be JSON.
    std::string rest;
    rest.reserve(document.size());
    std::size_t taken = 0;
    simdjson::dom::parser parser;
    for (const std::string_view element : *elements) {
        simdjson::dom::element ignored;
        const auto code = parser.parse(element.data(), element.size()).get(ignored);
        if (!code) continue;
        if (!is_inside(code)) return whole;
        const auto place = static_cast<std::size_t>(element.data() - document.data());
        rest.append(document.substr(taken, place - taken)).append("null");
        taken = place + element.size();
    }
    rest.append(document.substr(taken));
    if (!of(rest)) return whole;
    return unchecked;
}

Result<std::vector<Member>> members_of(Checked& checked) {
    std::vector<Member> out;
    COMITY_CHECK(checked.each([&](std::string_view name, ondemand::value& value) -> Result<void> {
        COMITY_TRY(const std::string_view raw, checked.raw(value));
        out.push_back({std::string(name), raw});
        return {};
    }));
    return out;
}

}  // namespace

Result<std::vector<std::string_view>> array_elements(std::string_view document, std::string_view key) {
    COMITY_TRY(Checked checked, Checked::of(document));
    return elements_of(checked, key);
}

Result<std::vector<std::string_view>> array_elements_alone(std::string_view document, std::string_view key) {
    COMITY_TRY(Checked checked, Checked::but_for(document, key));
    return elements_of(checked, key);
}

Result<std::string_view> member(std::string_view document, std::string_view key) {
    COMITY_TRY(Checked checked, Checked::of(document));
    std::string_view out;
    COMITY_TRY(const bool is_there, checked.find(key, [&](ondemand::value& value) -> Result<void> {
        COMITY_TRY(const std::string_view raw, checked.raw(value));
        out = raw;
        return {};
    }));
    if (!is_there) return not_found("the document has no \"" + std::string(key) + "\"");
    return out;
}

Result<std::vector<Member>> members(std::string_view document) {
    COMITY_TRY(Checked checked, Checked::of(document));
    return members_of(checked);
}

Result<std::vector<Member>> members_alone(std::string_view document, std::string_view key) {
    COMITY_TRY(Checked checked, Checked::but_for(document, key));
    return members_of(checked);
}

}  // namespace comity::json
