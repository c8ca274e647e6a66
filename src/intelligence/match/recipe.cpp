#include "intelligence/match/recipe.h"

#include <algorithm>

#include "base/text.h"
#include "intelligence/indicator/domain.h"
#include "json/fields.h"
#include "json/words.h"

namespace comity::intelligence::match {
namespace {

constexpr std::size_t kMaxRecipeTexts = 10'000;
constexpr std::int64_t kMaxLeft = std::int64_t{1} << 53;

// Lists may hold any bytes.
std::string as_plain(std::string_view bytes) {
    std::string out = shown(bytes, kMaxLeftShown);
    if (is_plain_utf8(out)) return out;
    std::ranges::replace_if(
        out,
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f; },
        '?');
    return out;
}

Result<LeftOut> read_left(json::Fields& fields, std::string_view name) {
    LeftOut left;
    COMITY_TRY(const json::Object* const object, fields.optional_object(name));
    if (object == nullptr) return left;
    const json::Value value(*object);
    COMITY_TRY(json::Fields inside, json::Fields::of(value, fields.path(name)));
    COMITY_TRY(const std::int64_t count, inside.integer("count", 0, kMaxLeft));
    left.count = static_cast<std::uint64_t>(count);
    COMITY_TRY(const json::Array* const first, inside.array("first", 0, kMaxLeftNamed));
    for (const json::Value& each : *first) {
        COMITY_TRY(json::Fields one, json::Fields::of(each, inside.path("first")));
        LeftOut::One out;
        COMITY_TRY(out.what, one.text("what", 0, 1U << 16U));
        COMITY_TRY(out.why, one.text("why", 0, 1U << 16U));
        left.first.push_back(std::move(out));
    }
    return left;
}

Result<Recipe> read_fields(const json::Value& value) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, ""));
    Recipe recipe;
    COMITY_TRY(recipe.file_names, fields.boolean("file_names"));
    COMITY_TRY(const auto confidence, fields.optional_integer("min_confidence", 0, 100));
    if (confidence) recipe.min_confidence = static_cast<int>(*confidence);
    COMITY_TRY(recipe.lists, fields.optional_texts("lists", kMaxRecipeTexts));
    COMITY_TRY(recipe.patterns, fields.optional_texts("patterns", kMaxRecipeTexts));
    COMITY_TRY(recipe.not_now, read_left(fields, "not_now"));
    COMITY_TRY(recipe.unwatched, read_left(fields, "unwatched"));
    return recipe;
}

}  // namespace

void LeftOut::add(std::string_view what, std::string_view why) {
    ++count;
    if (first.size() < kMaxLeftNamed) first.push_back({as_plain(what), as_plain(why)});
}

json::Object left_out_json(const LeftOut& left) {
    json::Array first;
    for (const LeftOut::One& one : left.first)
        first.push_back(json::Object{{"what", one.what}, {"why", one.why}});
    return {{"count", left.count}, {"first", std::move(first)}};
}

std::string recipe_text(const Recipe& recipe) {
    json::Object out{{"file_names", recipe.file_names}};
    if (recipe.min_confidence) out["min_confidence"] = *recipe.min_confidence;
    out["lists"] = json::array_of(recipe.lists);
    out["patterns"] = json::array_of(recipe.patterns);
    out["not_now"] = left_out_json(recipe.not_now);
    out["unwatched"] = left_out_json(recipe.unwatched);
    return json::write(out);
}

Result<Recipe> read_recipe(std::string_view text) {
    if (text.empty()) return Recipe{};
    const auto value = json::parse(text);
    auto recipe = value ? read_fields(*value) : std::unexpected(value.error());
    if (!recipe)
        return corrupt("index", "its recipe is not as one is written: " + recipe.error().message(),
                       "build it anew: comity intel index build");
    return recipe;
}

}  // namespace comity::intelligence::match
