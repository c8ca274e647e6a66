// Composite indices as data: what is measured, between which goalposts, with which weights, put together how.
// A definition is a JSON file, and the body of development.index:
//
//     {"id":"idi-2010", "title":"ICT Development Index", "edition":"MIS 2011", "source":"ITU, ...",
//     "revision"?:0,
//      "scale": 10,                          what a full score is written as: 1, 10 or 100
//      "root": NODE}
//     NODE is a part   {"id":"access", "title"?, "weight"?: 0.4, "aggregate"?: "arithmetic" | "geometric",
//                       "parts":[NODE, ...], "missing"?: 0.5}
//     or an indicator  {"id":"fixed", "title"?, "weight"?, "indicator":"fixed_tel_per_100",
//                       "low": 0, "high": 60, "log"?: true}
//
// An indicator's score is clip((x - low)/(high - low), 0, 1), on logarithms where `log` is set; low above
// high turns it round. Weights are taken as they are written and not made to add up to 1 (ITU's legacy index
// has 0.33 three times); without any weight in a part, its parts count alike. `missing` is the weight, as a
// share of all of the part's, that may be without a figure: the others then count for it; without `missing`
// one gap leaves the part without a score. Missing is never 0.
//
// Goalposts may stand apart (a definition whose source gives none: `low` and `high` left out), and are then
// loaded with set_goalposts(): {"edition", "source", "goalposts":{"<indicator>":{"low","high","log"?}}}.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/value.h"

namespace comity::development {

enum class Aggregate { kArithmetic, kGeometric };

struct Goalposts {
    double low = 0;
    double high = 0;
    bool log = false;
    friend bool operator==(const Goalposts&, const Goalposts&) = default;
};

struct IndexNode {
    std::string id;
    std::string title;
    double weight = 1;
    Aggregate aggregate = Aggregate::kArithmetic;
    double missing = 0;
    std::vector<IndexNode> parts;  // empty: an indicator
    std::string indicator;
    std::optional<Goalposts> goalposts;  // nothing: to be loaded
    friend bool operator==(const IndexNode&, const IndexNode&) = default;
};

struct IndexDefinition {
    std::string id;
    std::string title;
    std::string edition;
    std::string source;
    std::int64_t revision = 0;
    double scale = 100;
    IndexNode root;
    friend bool operator==(const IndexDefinition&, const IndexDefinition&) = default;
};

// kInvalid with the field. Ids of nodes are unique; 200 nodes and 8 levels at the most.
Result<IndexDefinition> parse_index(const json::Value& value, const std::string& path);
json::Object index_json(const IndexDefinition& definition);

// kInvalid with the field; kNotFound for an indicator that the definition has not.
Result<void> set_goalposts(IndexDefinition& definition, const json::Value& value);

// The indicators, in the order in which they stand, each once.
std::vector<std::string> indicators_of(const IndexDefinition& definition);
// Those without goalposts: it cannot be computed before they are loaded.
std::vector<std::string> without_goalposts(const IndexDefinition& definition);

}  // namespace comity::development
