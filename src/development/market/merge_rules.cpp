#include <fmt/format.h>

#include "development/market/merge.h"

namespace comity::development {
namespace {

constexpr int kMaxSchemaLevels = 40;

bool is_true(const json::Object& schema, std::string_view name) {
    const json::Value* value = schema.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

bool has_type(const json::Object& schema, std::string_view name) {
    const json::Value* type = schema.if_contains("type");
    if (type == nullptr) return false;
    if (type->is_string()) return type->get_string() == name;
    if (!type->is_array()) return false;
    for (const json::Value& each : type->get_array())
        if (each.is_string() && each.get_string() == name) return true;
    return false;
}

const json::Object* member(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

class SchemaReader {
  public:
    explicit SchemaReader(const json::Object& root) : root_(root) {}

    Result<void> object(const json::Object& schema, const std::string& path, int level) {
        if (level > kMaxSchemaLevels) return invalid("schema", fmt::format("nests without end at {}", path));
        const json::Object* properties = member(schema, "properties");
        if (properties == nullptr) return {};
        for (const auto& [name, value] : *properties) {
            if (!value.is_object()) continue;
            const std::string at =
                path.empty() ? std::string(name) : fmt::format("{}.{}", path, std::string_view(name));
            COMITY_CHECK(property(value.get_object(), at, level));
        }
        return {};
    }

    MergeRules rules;

  private:
    // What stands beside a $ref (wholeListMerge, omitWhenMerged) counts as what it leads to does.
    Result<void> property(const json::Object& schema, const std::string& path, int level) {
        COMITY_TRY(const json::Object* target, resolve(schema));
        if (is_true(schema, "omitWhenMerged") || is_true(*target, "omitWhenMerged")) {
            rules.omitted_paths.insert(path);
            return {};
        }
        if (!has_type(*target, "array")) return object(*target, path, level + 1);
        const json::Object* items = member(*target, "items");
        if (is_true(schema, "wholeListMerge") || is_true(*target, "wholeListMerge")) {
            rules.whole_paths.insert(path);
            return {};
        }
        if (items == nullptr) return {};
        COMITY_TRY(const json::Object* item, resolve(*items));
        const json::Object* properties = member(*item, "properties");
        if (properties == nullptr || !properties->contains("id")) {
            rules.whole_paths.insert(path);
            return {};
        }
        return object(*item, path, level + 1);
    }

    Result<const json::Object*> resolve(const json::Object& schema) const {
        const json::Object* at = &schema;
        for (int hops = 0; hops < kMaxSchemaLevels; ++hops) {
            const json::Value* reference = at->if_contains("$ref");
            if (reference == nullptr) return at;
            std::string_view rest = reference->is_string() ? std::string_view(reference->get_string()) : "";
            if (!rest.starts_with("#/")) return invalid("schema", fmt::format("'{}' leads out of it", rest));
            const json::Object* found = &root_;
            for (rest.remove_prefix(2); found != nullptr && !rest.empty();) {
                const std::size_t slash = std::min(rest.find('/'), rest.size());
                found = member(*found, rest.substr(0, slash));
                rest.remove_prefix(std::min(slash + 1, rest.size()));
            }
            if (found == nullptr)
                return invalid("schema",
                               fmt::format("{} leads nowhere", std::string_view(reference->get_string())));
            at = found;
        }
        return invalid("schema", "a $ref leads round in a circle");
    }

    const json::Object& root_;
};

}  // namespace

const MergeRules& MergeRules::ocds_1_1() {
    static const MergeRules rules{.whole_names = {"additionalIdentifiers", "additionalClassifications"},
                                  .whole_paths = {},
                                  .omitted_paths = {"id", "date", "tag"}};
    return rules;
}

Result<MergeRules> MergeRules::from_schema(const json::Value& schema) {
    if (!schema.is_object()) return invalid("schema", "is no object");
    SchemaReader reader(schema.get_object());
    COMITY_CHECK(reader.object(schema.get_object(), "", 0));
    // A release's own, whatever the schema says.
    for (const std::string_view name : {"id", "date", "tag"}) reader.rules.omitted_paths.emplace(name);
    return std::move(reader.rules);
}

}  // namespace comity::development
