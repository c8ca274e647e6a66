// Every rule of the release schema of OCDS 1.1.5, walked from the root and broken: each must be told, at its
// place; and whatever the schema allows must pass. Valijson, which reads the schema itself, is asked the
// same.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "development/market/package.h"
#include "testing/shared_data.h"

namespace comity::development {
namespace {

// Without the form of texts, which the draft leaves open and Valijson 1.0 asks of null too.
json::Value without_formats(json::Value schema) {
    if (json::Array* list = schema.if_array()) {
        for (json::Value& each : *list) each = without_formats(std::move(each));
    } else if (json::Object* object = schema.if_object()) {
        if (const json::Value* format = object->if_contains("format");
            format != nullptr && format->is_string())
            object->erase("format");
        for (auto& [key, each] : *object) each = without_formats(std::move(each));
    }
    return schema;
}

class ByValijson {
  public:
    explicit ByValijson(const json::Value& whole) {
        const json::Value schema = without_formats(whole);
        valijson::SchemaParser().populateSchema(valijson::adapters::BoostJsonAdapter(schema), schema_);
    }
    bool takes(const json::Value& release) const {
        return valijson::Validator().validate(schema_, valijson::adapters::BoostJsonAdapter(release),
                                              nullptr);
    }

  private:
    valijson::Schema schema_;
};

class SchemaWalk {
  public:
    explicit SchemaWalk(const json::Value& schema) : root_(schema.as_object()), other_(schema) {}

    void run() { walk(root_, {}); }
    std::size_t rules = 0;
    std::size_t fields = 0;

  private:
    struct Step {
        std::string name;
        bool list = false;
    };
    using Path = std::vector<Step>;

    const json::Object& resolved(const json::Object& schema) const {
        const json::Value* ref = schema.if_contains("$ref");
        if (ref == nullptr) return schema;
        const std::string_view name = ref->get_string();
        return root_.at("definitions").at(name.substr(name.rfind('/') + 1)).as_object();
    }
    static std::vector<std::string> types_of(const json::Object& schema) {
        const json::Value& type = schema.at("type");
        if (type.is_string()) return {std::string(type.get_string())};
        std::vector<std::string> out;
        for (const json::Value& each : type.as_array()) out.emplace_back(each.get_string());
        return out;
    }
    static const json::Value* rule(const json::Object& schema, std::string_view name) {
        return schema.if_contains(name);
    }

    // The least that the schema takes, of one of its types.
    json::Value least(const json::Object& given, const std::string& type) const {
        const json::Object& schema = resolved(given);
        if (type == "object") {
            json::Object out;
            if (const json::Value* required = rule(schema, "required"))
                for (const json::Value& name : required->as_array()) {
                    const json::Object& inner =
                        resolved(schema.at("properties").at(name.get_string()).as_object());
                    out[name.get_string()] = least(inner, types_of(inner).front());
                }
            return out;
        }
        if (type == "array") {
            if (rule(schema, "minItems") == nullptr) return json::Array{};
            const json::Object& item = resolved(schema.at("items").as_object());
            return json::Array{least(item, types_of(item).front())};
        }
        if (type == "integer") return 7;
        if (type == "number") return 7.5;
        if (type == "boolean") return true;
        if (type == "null") return nullptr;
        if (const json::Value* codes = rule(schema, "enum")) return codes->as_array().front();
        const json::Value* format = rule(schema, "format");
        if (format != nullptr && format->get_string() == "date-time") return "2020-01-01T00:00:00Z";
        return format != nullptr ? "https://example.org/" : "x";
    }

    // A release that holds the value at the path, and besides what is required.
    json::Value with(const json::Object& given, const Path& path, std::size_t from,
                     const json::Value& value) const {
        if (from == path.size()) return value;
        json::Object out = least(given, "object").as_object();
        const json::Object& field =
            resolved(resolved(given).at("properties").at(path[from].name).as_object());
        const json::Object& inner = path[from].list ? resolved(field.at("items").as_object()) : field;
        json::Value child = with(inner, path, from + 1, value);
        out[path[from].name] =
            path[from].list ? json::Value(json::Array{std::move(child)}) : std::move(child);
        return out;
    }
    static std::string text_of(const Path& path) {
        std::string out;
        for (const Step& each : path) out += (out.empty() ? "" : ".") + each.name + (each.list ? "[0]" : "");
        return out;
    }

    void passes(const Path& path, const json::Value& value) {
        const json::Value release = with(root_, path, 0, value);
        if (asks_other()) {
            EXPECT_TRUE(other_.takes(release))
                << text_of(path) << " = " << json::write(value) << ": by Valijson";
        }
        const auto defects = check_release(release);
        EXPECT_TRUE(defects.empty()) << text_of(path) << " = " << json::write(value) << ": "
                                     << defects[0].where << " " << defects[0].what;
    }
    // `stated`: the schema says so in words that validators follow; the form of dates they leave open.
    void broken(const Path& path, const json::Value& release, const std::string& what, bool stated = true) {
        ++rules;
        if (asks_other()) {
            EXPECT_EQ(other_.takes(release), !stated) << text_of(path) << ": " << what << ": by Valijson";
        }
        const std::string place = text_of(path);
        const auto defects = check_release(release);
        EXPECT_TRUE(std::ranges::any_of(
            defects, [&](const ReleaseDefect& each) { return each.where.starts_with(place); }))
            << place << ": " << what << " was not told";
    }

    void walk(const json::Object& given, const Path& path) {
        const json::Object& schema = resolved(given);
        const json::Value* properties = rule(schema, "properties");
        if (properties == nullptr) return;
        for (const auto& [name, inner] : properties->as_object()) {
            Path at = path;
            at.push_back({std::string(name), false});
            field(given, inner.as_object(), path, at);
        }
    }

    void field(const json::Object& parent, const json::Object& given, const Path& up, const Path& at) {
        ++fields;
        const json::Object& schema = resolved(given);
        const auto types = types_of(schema);
        const auto has = [&](std::string_view type) { return std::ranges::find(types, type) != types.end(); };
        for (const std::string type : {"object", "array", "string", "integer", "number", "boolean", "null"}) {
            if (has(type) || (type == "integer" && has("number"))) {
                passes(at, least(schema, type));
            } else {
                const json::Object any{{"type", type}};
                broken(at, with(root_, at, 0, least(any, type)), "the type " + type);
            }
        }
        if (has("string")) of_text(schema, at);
        if (has("array")) of_list(schema, at);
        if (const json::Value* required = rule(resolved(parent), "required")) {
            const json::Value name(at.back().name);
            if (std::ranges::find(required->as_array(), name) != required->as_array().end()) {
                json::Object without = least(parent, "object").as_object();
                without.erase(at.back().name);
                broken(at, with(root_, up, 0, without), "that it is required");
            }
        }
        if (has("object")) walk(schema, at);
    }

    void of_text(const json::Object& schema, const Path& at) {
        if (const json::Value* codes = rule(schema, "enum")) {
            for (const json::Value& each : codes->as_array()) passes(at, each);
            broken(at, with(root_, at, 0, "no such code"), "the closed codelist");
        }
        if (rule(schema, "minLength") != nullptr) broken(at, with(root_, at, 0, ""), "minLength");
        const json::Value* format = rule(schema, "format");
        if (format != nullptr && format->get_string() == "date-time")
            broken(at, with(root_, at, 0, "yesterday"), "the date", false);
    }

    void of_list(const json::Object& schema, const Path& at) {
        if (rule(schema, "minItems") != nullptr)
            broken(at, with(root_, at, 0, json::Array{}), "that it has an item");
        const json::Value* items = rule(schema, "items");
        if (items == nullptr) return;
        const json::Object& item = resolved(items->as_object());
        const json::Value one = least(item, types_of(item).front());
        passes(at, json::Array{one});
        broken(at, with(root_, at, 0, json::Array{7.5}), "the items' type");
        if (rule(schema, "uniqueItems") != nullptr)
            broken(at, with(root_, at, 0, json::Array{one, one}), "that nothing stands there twice");
        if (const json::Value* codes = rule(item, "enum")) {
            for (const json::Value& each : codes->as_array()) passes(at, json::Array{each});
            broken(at, with(root_, at, 0, json::Array{"no such code"}), "the closed codelist");
        }
        Path inside = at;
        inside.back().list = true;
        walk(item, inside);
    }

    // One in seven: it takes its time.
    bool asks_other() { return ++asked_ % 7 == 0; }

    const json::Object& root_;
    ByValijson other_;
    std::size_t asked_ = 0;
};

constexpr std::size_t kLongest = 20'000;

json::Value release_schema(const std::filesystem::path& data) {
    return json::parse(comity::testing::file_text(data / "ocds/schema/release-schema.json"), 100).value();
}

TEST(OcdsSchema, IsHeldInEveryRule) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const json::Value schema = release_schema(data);
    SchemaWalk walk(schema);
    walk.run();
    EXPECT_GT(walk.fields, 500U);
    EXPECT_GT(walk.rules, 3000U);
}

// Of each release of real publishers and of the standard's examples: what breaks a rule of the schema is what
// Valijson refuses.
TEST(OcdsSchema, IsHeldAsValijsonHoldsIt) {
    COMITY_SHARED_DATA_OR_SKIP(data);
    const ByValijson other(release_schema(data));
    std::size_t releases = 0, refused = 0;
    const auto compare = [&](const json::Value& release, const std::string& file) {
        if (json::write(release).size() > kLongest) return;  // Valijson takes a second for some
        ++releases;
        const auto defects = check_release(release);
        // These the schema leaves open.
        const bool whole = std::ranges::all_of(defects, [](const ReleaseDefect& each) {
            return each.kind == ReleaseDefectKind::kBadDate || each.kind == ReleaseDefectKind::kNegative ||
                   (each.kind == ReleaseDefectKind::kDuplicateId && each.where.ends_with(".id"));
        });
        refused += whole ? 0 : 1;
        EXPECT_EQ(whole, other.takes(release))
            << file << ": " << (defects.empty() ? "" : json::write(defect_json(defects.front())));
    };
    for (const std::string folder : {"ocds/real", "ocds/examples"}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(data / folder)) {
            if (entry.path().extension() != ".json") continue;
            const auto read = json::parse(comity::testing::file_text(entry.path()), 100);
            if (!read || !read->is_object()) continue;
            for (const char* name : {"releases", "records"}) {
                const json::Value* list = read->get_object().if_contains(name);
                if (list == nullptr || !list->is_array()) continue;
                for (const json::Value& each : list->get_array()) {
                    const json::Value* compiled = each.get_object().if_contains("compiledRelease");
                    compare(compiled != nullptr ? *compiled : each, entry.path().filename());
                }
            }
        }
    }
    EXPECT_GT(releases, 60U);
    EXPECT_GT(refused, 20U);
    EXPECT_GT(releases - refused, 20U);
}

}  // namespace
}  // namespace comity::development
