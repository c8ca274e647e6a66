// How an index file was made, kept in the file (layout.h, kRecipe): `comity intel index update` makes it
// again in the same way, and whoever scans with it can say what it does not look for.
//
//     {"file_names":true,"min_confidence":60,"lists":["/etc/list.txt"],"patterns":["[...]"],
//      "not_now":{"count":2,"first":[{"what":"indicator--...","why":"is revoked"}]},
//      "unwatched":{"count":0,"first":[]}}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/value.h"

namespace comity::intelligence::match {

inline constexpr std::size_t kMaxLeftNamed = 20;
inline constexpr std::size_t kMaxLeftShown = 120;  // bytes

// What was not taken up: how many, and the first of them with the reason.
struct LeftOut {
    struct One {
        std::string what;
        std::string why;

        friend bool operator==(const One&, const One&) = default;
    };
    std::uint64_t count = 0;
    std::vector<One> first;  // kMaxLeftNamed at the most

    void add(std::string_view what, std::string_view why);
    friend bool operator==(const LeftOut&, const LeftOut&) = default;
};
json::Object left_out_json(const LeftOut& left);

struct Recipe {
    bool file_names = false;
    std::optional<int> min_confidence;
    std::vector<std::string> lists;  // files, by their whole paths; with patterns none: the node's indicators
    std::vector<std::string> patterns;  // texts, or files by their whole paths
    LeftOut not_now;                    // revoked, expired, not valid yet, not believed
    LeftOut unwatched;                  // valid, and looked for by nothing

    friend bool operator==(const Recipe&, const Recipe&) = default;
};
std::string recipe_text(const Recipe& recipe);
// Of no text: of an index that was made by something else. kCorrupt.
Result<Recipe> read_recipe(std::string_view text);

}  // namespace comity::intelligence::match
