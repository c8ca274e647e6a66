#include "development/index/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "development/observatory/names.h"
#include "json/fields.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxNodes = 200;
constexpr int kMaxLevels = 8;
constexpr std::size_t kMaxIndexText = 500;

Result<std::optional<double>> number(json::Fields& fields, std::string_view name, double low, double high) {
    const json::Value* value = fields.any(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) return invalid(fields.path(name), "is no number");
    const auto read = value->to_number<double>();
    if (!(read >= low && read <= high))
        return invalid(fields.path(name), fmt::format("is not between {} and {}", low, high));
    return read;
}

Result<std::optional<Goalposts>> parse_goalposts(json::Fields& fields) {
    constexpr double kMost = 1e18;
    COMITY_TRY(const auto low, number(fields, "low", -kMost, kMost));
    COMITY_TRY(const auto high, number(fields, "high", -kMost, kMost));
    COMITY_TRY(const bool log, fields.boolean("log", false));
    if (!low && !high) return std::nullopt;
    if (!low || !high)
        return invalid(fields.path(low ? "high" : "low"), "is missing", "give both goalposts, or none");
    if (*low == *high) return invalid(fields.path("high"), "is where `low` is: nothing lies between");
    if (log && (*low <= 0 || *high <= 0))
        return invalid(fields.path("low"), "goalposts on a logarithmic scale are above 0");
    return Goalposts{*low, *high, log};
}

struct NodeReader {
    std::set<std::string> ids;

    Result<IndexNode> node(const json::Value& value, const std::string& path, int level) {
        if (level > kMaxLevels) return invalid(path, fmt::format("lies deeper than {} levels", kMaxLevels));
        COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
        IndexNode out;
        COMITY_TRY(out.id, fields.text("id", 1, 64));
        COMITY_CHECK(check_name(out.id, fields.path("id")));
        if (!ids.insert(out.id).second)
            return invalid(fields.path("id"), fmt::format("'{}' stands there twice", out.id));
        if (ids.size() > kMaxNodes)
            return invalid(path, fmt::format("there are more than {} nodes", kMaxNodes));
        COMITY_TRY(auto title, fields.optional_text("title", 1, kMaxIndexText));
        out.title = std::move(title).value_or("");
        COMITY_TRY(const auto weight, number(fields, "weight", 0, 1000));
        out.weight = weight.value_or(1);
        if (const json::Value* indicator = fields.any("indicator"); indicator != nullptr) {
            COMITY_TRY(out.indicator, fields.text("indicator", 1, 64));
            COMITY_CHECK(check_name(out.indicator, fields.path("indicator")));
            COMITY_TRY(out.goalposts, parse_goalposts(fields));
        } else {
            COMITY_TRY(const auto aggregate, fields.optional_text("aggregate", 1, 20));
            if (aggregate && *aggregate != "arithmetic" && *aggregate != "geometric")
                return invalid(fields.path("aggregate"), fmt::format("'{}' is none", *aggregate),
                               "use arithmetic or geometric");
            if (aggregate == "geometric") out.aggregate = Aggregate::kGeometric;
            COMITY_TRY(const auto missing, number(fields, "missing", 0, 0.99));
            out.missing = missing.value_or(0);
            COMITY_TRY(const json::Array* parts, fields.array("parts", 1, kMaxNodes));
            double total = 0;
            for (std::size_t i = 0; i < parts->size(); ++i) {
                COMITY_TRY(IndexNode part,
                           node((*parts)[i], fmt::format("{}.parts[{}]", path, i), level + 1));
                total += part.weight;
                out.parts.push_back(std::move(part));
            }
            if (total <= 0) return invalid(fields.path("parts"), "have no weight at all");
            if (std::ranges::none_of(*parts, [](const json::Value& p) {
                    return p.is_object() && p.get_object().contains("weight");
                })) {
                for (IndexNode& part : out.parts) part.weight = 1.0 / static_cast<double>(parts->size());
            }
        }
        COMITY_CHECK(fields.nothing_else());
        return out;
    }
};

void walk(const IndexNode& node, const std::function<void(const IndexNode&)>& each) {
    each(node);
    for (const IndexNode& part : node.parts) walk(part, each);
}

json::Object node_json(const IndexNode& node) {
    json::Object out{{"id", node.id}};
    if (!node.title.empty()) out["title"] = node.title;
    out["weight"] = node.weight;
    if (node.parts.empty()) {
        out["indicator"] = node.indicator;
        if (node.goalposts) {
            out["low"] = node.goalposts->low;
            out["high"] = node.goalposts->high;
            if (node.goalposts->log) out["log"] = true;
        }
        return out;
    }
    if (node.aggregate == Aggregate::kGeometric) out["aggregate"] = "geometric";
    if (node.missing > 0) out["missing"] = node.missing;
    json::Array parts;
    for (const IndexNode& part : node.parts) parts.push_back(node_json(part));
    out["parts"] = std::move(parts);
    return out;
}

bool set_one(IndexNode& node, std::string_view indicator, const Goalposts& goalposts) {
    bool found = false;
    if (node.parts.empty() && node.indicator == indicator) {
        node.goalposts = goalposts;
        found = true;
    }
    for (IndexNode& part : node.parts) found = set_one(part, indicator, goalposts) || found;
    return found;
}

}  // namespace

Result<IndexDefinition> parse_index(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    IndexDefinition out;
    COMITY_TRY(out.id, fields.text("id", 1, 64));
    COMITY_CHECK(check_name(out.id, fields.path("id")));
    COMITY_TRY(out.title, fields.text("title", 1, kMaxIndexText));
    COMITY_TRY(out.edition, fields.text("edition", 1, 100));
    COMITY_TRY(out.source, fields.text("source", 1, kMaxIndexText));
    COMITY_TRY(const auto revision, fields.optional_integer("revision", 0, 1'000'000));
    out.revision = revision.value_or(0);
    COMITY_TRY(const auto scale, number(fields, "scale", 1, 1000));
    out.scale = scale.value_or(100);
    const json::Value* root = fields.any("root");
    if (root == nullptr) return invalid(fields.path("root"), "is missing");
    COMITY_TRY(out.root, NodeReader().node(*root, fields.path("root"), 1));
    if (out.root.parts.empty())
        return invalid(fields.path("root"), "is an indicator, not an index", "give it parts");
    COMITY_CHECK(fields.nothing_else());
    return out;
}

json::Object index_json(const IndexDefinition& definition) {
    json::Object out{{"id", definition.id},
                     {"title", definition.title},
                     {"edition", definition.edition},
                     {"source", definition.source}};
    if (definition.revision > 0) out["revision"] = definition.revision;
    out["scale"] = definition.scale;
    out["root"] = node_json(definition.root);
    return out;
}

Result<void> set_goalposts(IndexDefinition& definition, const json::Value& value) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, "goalposts"));
    COMITY_TRY(const std::string edition, fields.text("edition", 1, 100));
    COMITY_TRY(const std::string source, fields.text("source", 1, kMaxIndexText));
    COMITY_TRY(const json::Object* goalposts, fields.object("goalposts"));
    COMITY_CHECK(fields.nothing_else());
    for (const auto& [indicator, each] : *goalposts) {
        const std::string path = fmt::format("goalposts.{}", std::string_view(indicator));
        COMITY_TRY(json::Fields inner, json::Fields::of(each, path));
        COMITY_TRY(const auto read, parse_goalposts(inner));
        COMITY_CHECK(inner.nothing_else());
        if (!read) return invalid(path, "has no goalposts", "give low and high");
        if (!set_one(definition.root, std::string_view(indicator), *read))
            return not_found(
                fmt::format("{} has no indicator {}", definition.id, std::string_view(indicator)));
    }
    definition.edition += fmt::format("; goalposts {}", edition);
    definition.source += fmt::format("; goalposts: {}", source);
    return {};
}

std::vector<std::string> indicators_of(const IndexDefinition& definition) {
    std::vector<std::string> out;
    walk(definition.root, [&](const IndexNode& node) {
        if (node.parts.empty() && std::ranges::find(out, node.indicator) == out.end())
            out.push_back(node.indicator);
    });
    return out;
}

std::vector<std::string> without_goalposts(const IndexDefinition& definition) {
    std::vector<std::string> out;
    walk(definition.root, [&](const IndexNode& node) {
        if (node.parts.empty() && !node.goalposts) out.push_back(node.indicator);
    });
    return out;
}

}  // namespace comity::development
