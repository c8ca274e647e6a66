#include "ledger/exhibit.h"

#include <fmt/format.h>

#include "json/words.h"

namespace comity::ledger {
namespace {

constexpr std::size_t kMaxExhibits = 50;

Result<Exhibit> exhibit_of(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Exhibit exhibit;
    COMITY_TRY(exhibit.title, fields.text("title", 1, 300));
    COMITY_TRY(const auto url, fields.optional_text("url", 1, 1000));
    if (url && !url->starts_with("https://") && !url->starts_with("http://"))
        return invalid(fields.path("url"), "is no web address");
    exhibit.url = url.value_or("");
    if (fields.has("statement")) {
        COMITY_TRY(exhibit.statement, json::digest_of(fields, "statement"));
    }
    if (exhibit.url.empty() && !exhibit.statement)
        return invalid(path, "shows nothing", "give \"url\" or \"statement\"");
    COMITY_CHECK(fields.nothing_else());
    return exhibit;
}

}  // namespace

Result<std::vector<Exhibit>> exhibits_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const json::Array* array, fields.optional_array(name, 1, kMaxExhibits));
    std::vector<Exhibit> out;
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
        COMITY_TRY(out.emplace_back(), exhibit_of((*array)[i], fmt::format("{}[{}]", fields.path(name), i)));
    }
    return out;
}

json::Array exhibits_json(const std::vector<Exhibit>& exhibits) {
    json::Array out;
    for (const Exhibit& one : exhibits) {
        json::Object shown{{"title", one.title}};
        if (!one.url.empty()) shown["url"] = one.url;
        if (one.statement) shown["statement"] = one.statement->hex();
        out.push_back(std::move(shown));
    }
    return out;
}

}  // namespace comity::ledger
