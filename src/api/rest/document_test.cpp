#include <gtest/gtest.h>
#include <algorithm>

#include <functional>
#include <map>
#include <mutex>
#include <regex>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "api/rest/openapi.h"
#include "api/rest/test_document.h"
#include "testing/rest_server.h"

namespace comity::api::rest {
namespace {

using http::Method;

constexpr std::array kMethods{std::pair{"get", Method::kGet}, std::pair{"post", Method::kPost},
                              std::pair{"delete", Method::kDelete}, std::pair{"put", Method::kPut},
                              std::pair{"patch", Method::kPatch}};

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t slash = std::min(path.find('/', at), path.size());
        out.push_back(path.substr(at, slash - at));
        at = slash + 1;
    }
    return out;
}

bool matches(std::string_view pattern, std::string_view path) {
    const auto a = segments(pattern);
    const auto b = segments(path);
    return std::ranges::equal(a, b, [](std::string_view x, std::string_view y) {
        return x == y || (x.starts_with('{') && !y.empty());
    });
}

void close_objects(json::Value& value) {
    if (json::Array* array = value.if_array()) {
        for (json::Value& each : *array) close_objects(each);
    } else if (json::Object* object = value.if_object()) {
        if (object->contains("properties") && !object->contains("additionalProperties"))
            (*object)["additionalProperties"] = false;
        for (auto& [key, each] : *object) close_objects(each);
    }
}

std::mutex g_mutex;  // guards what follows
std::set<std::string> g_seen;
std::map<std::string, std::unique_ptr<valijson::Schema>> g_schemas;

}  // namespace

const Document& Document::instance() {
    static const Document document;
    return document;
}

Document::Document() {
    auto parsed = json::parse(openapi_document());
    EXPECT_TRUE(parsed) << parsed.error().message();
    close_objects(parsed->as_object()["components"].as_object()["schemas"]);
    close_objects(parsed->as_object()["paths"]);
    root_ = parsed->as_object();
    for (const auto& [path, item] : root_.at("paths").as_object()) {
        for (const auto& [name, method] : kMethods) {
            const json::Value* operation = item.as_object().if_contains(name);
            if (operation == nullptr) continue;
            Operation read{method, path, std::string(operation->at("operationId").as_string()), {}};
            for (const auto& [status, described] : operation->at("responses").as_object())
                read.statuses.insert(std::stoi(std::string(status)));
            operations_.push_back(std::move(read));
        }
    }
}

const json::Object& Document::resolve(const json::Object& object) const {
    const json::Value* reference = object.if_contains("$ref");
    if (reference == nullptr) return object;
    const json::Value* at = nullptr;
    for (const std::string_view step : segments(std::string_view(reference->as_string()).substr(2)))
        at = at == nullptr ? &root_.at(step) : &at->as_object().at(step);
    return resolve(at->as_object());
}

std::string Document::schema_fault(const json::Object& schema, const json::Value& value) const {
    const std::lock_guard lock(g_mutex);
    auto& compiled = g_schemas[json::write(schema)];
    if (!compiled) {
        json::Value whole(schema);
        whole.as_object()["components"] = root_.at("components");
        compiled = std::make_unique<valijson::Schema>();
        valijson::SchemaParser().populateSchema(valijson::adapters::BoostJsonAdapter(whole), *compiled);
    }
    valijson::ValidationResults results;
    if (valijson::Validator().validate(*compiled, valijson::adapters::BoostJsonAdapter(value), &results))
        return {};
    std::string fault;
    for (valijson::ValidationResults::Error error; results.popError(error);) {
        for (const std::string& step : error.context) fault += step;
        fault += ": " + error.description + "\n";
    }
    return fault + json::write(value);
}

std::string Document::answer_fault(const json::Object& described, const http::Response& response,
                                   bool with_body) const {
    if (const json::Value* headers = described.if_contains("headers")) {
        for (const auto& [name, header] : headers->as_object()) {
            const json::Object& object = resolve(header.as_object());
            const auto value = response.find(name);
            if (!value) {
                if (object.if_contains("required") != nullptr)
                    return fmt::format("{} is missing", std::string(name));
                continue;
            }
            const auto fault = schema_fault(object.at("schema").as_object(), json::Value(*value));
            if (!fault.empty()) return std::string(name) + ": " + fault;
        }
    }
    if (!with_body) return response.body.empty() ? "" : "there is a body";
    const json::Value* content = described.if_contains("content");
    if (content == nullptr) return response.body.empty() ? "" : "there is a body: " + response.body;
    const std::string_view type = response.find("Content-Type").value_or("");
    const json::Value* media = content->as_object().if_contains(type);
    if (media == nullptr) return fmt::format("the Content-Type {} is not in the document", type);
    const json::Value* schema = media->as_object().if_contains("schema");
    if (schema == nullptr) return {};
    if (type.find("json") == std::string_view::npos)
        return schema_fault(schema->as_object(), json::Value(response.body));
    const auto value = json::parse(response.body);
    if (!value) return "the body is no JSON: " + value.error().message();
    return schema_fault(schema->as_object(), *value);
}

std::string Document::fault(Method method, std::string_view target, const http::Response& response) const {
    const std::string_view path = target.substr(0, target.find('?'));
    if (!path.starts_with("/api/v1")) return {};
    const Operation* found = nullptr;
    bool path_is_there = false;
    for (const Operation& operation : operations_) {
        if (!matches(operation.path, path)) continue;
        path_is_there = true;
        if (operation.method == (method == Method::kHead ? Method::kGet : method)) found = &operation;
    }
    std::string fault;
    if (found == nullptr) {
        const int expected = path_is_there ? 405 : 404;
        if (response.status != expected)
            return fmt::format("its status is {}, not {}", response.status, expected);
        const auto& responses = root_.at("components").at("responses").as_object();
        fault = answer_fault(responses.at(path_is_there ? "MethodNotAllowed" : "NotFound").as_object(),
                             response, method != Method::kHead);
    } else if (!found->statuses.contains(response.status)) {
        fault = fmt::format("its status {} is not in the document", response.status);
    } else {
        {
            const std::lock_guard lock(g_mutex);
            g_seen.insert(fmt::format("{} {}", found->id, response.status));
        }
        const auto& item = root_.at("paths").as_object().at(found->path).as_object();
        const auto* name =
            std::ranges::find(kMethods, found->method, &std::pair<const char*, Method>::second);
        const auto& described = item.at(name->first).at("responses").at(std::to_string(response.status));
        fault = answer_fault(resolve(described.as_object()), response, method != Method::kHead);
        if (response.status >= 400 && fault.empty() && method != Method::kHead) {
            const auto problem = json::parse(response.body);
            if (problem->at("status") != response.status) fault = "the body tells another status";
        }
    }
    if (fault.empty()) return {};
    return fmt::format("{} {} answered {}: {}", http::to_string(method), target, response.status, fault);
}

std::string Document::body_fault(std::string_view operation_id, std::string_view body) const {
    for (const auto& [path, item] : root_.at("paths").as_object()) {
        for (const auto& [name, method] : kMethods) {
            const json::Value* operation = item.as_object().if_contains(name);
            if (operation == nullptr || operation->at("operationId").as_string() != operation_id) continue;
            const auto value = json::parse(body);
            if (!value) return "no JSON";
            return schema_fault(
                operation->at("requestBody").at("content").at("application/json").at("schema").as_object(),
                *value);
        }
    }
    return "there is no such operation";
}

std::vector<std::string> Document::unseen() const {
    const std::lock_guard lock(g_mutex);
    std::vector<std::string> out;
    for (const Operation& operation : operations_) {
        for (const int status : operation.statuses) {
            std::string name = fmt::format("{} {}", operation.id, status);
            if (!g_seen.contains(name)) out.push_back(std::move(name));
        }
    }
    return out;
}

namespace {

// When all tests have run: what the document promises and no test has provoked. A fault of the server's own
// (500) needs one to be planted; once is enough.
class EveryAnswerIsProvoked : public ::testing::Environment {
  public:
    void TearDown() override {
        if (::testing::GTEST_FLAG(filter) != "*" || ::testing::GTEST_FLAG(shuffle)) return;
        std::string missing;
        for (const std::string& name : Document::instance().unseen()) {
            if (!name.ends_with(" 500")) missing += name + "\n";
        }
        EXPECT_EQ(missing, "") << "no test provokes these documented answers";
    }
};
[[maybe_unused]] const ::testing::Environment* const kEnvironment =
    ::testing::AddGlobalTestEnvironment(new EveryAnswerIsProvoked);

// Calls each(place, value) for everything in the document.
void walk(const std::string& place, const json::Value& value,
          const std::function<void(const std::string&, const json::Value&)>& each) {
    each(place, value);
    if (const json::Array* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i)
            walk(fmt::format("{}/{}", place, i), (*array)[i], each);
    } else if (const json::Object* object = value.if_object()) {
        for (const auto& [key, inner] : *object) walk(place + "/" + std::string(key), inner, each);
    }
}

TEST(OpenApi, DescribesEveryRouteAndNoOther) {
    testing::RestServer server;
    std::set<std::string> routes;
    for (const auto& [method, pattern] : server.router().list()) {
        if (pattern.starts_with("/api/v1"))
            routes.insert(fmt::format("{} {}", http::to_string(method), pattern));
    }
    std::set<std::string> described;
    for (const Document::Operation& operation : Document::instance().operations())
        described.insert(fmt::format("{} {}", http::to_string(operation.method), operation.path));
    EXPECT_EQ(routes, described);
    EXPECT_GT(routes.size(), 15u);
}

TEST(OpenApi, RefersOnlyToWhatItHasAndHasOnlyWhatItRefersTo) {
    const json::Value root(Document::instance().root());
    std::set<std::string> named;
    std::set<std::string> used;
    walk("", root, [&](const std::string& place, const json::Value& value) {
        if (place.ends_with("/$ref")) used.insert(std::string(value.as_string()));
        const auto steps = segments(place);
        if (steps.size() == 4 && steps[1] == "components" && steps[2] != "securitySchemes")
            named.insert("#" + place);
    });
    // What other methods than a path's own are answered with belongs to no operation.
    used.insert("#/components/responses/MethodNotAllowed");
    EXPECT_EQ(named, used);
}

TEST(OpenApi, NamesParametersAsThePathsDo) {
    const json::Object& root = Document::instance().root();
    std::set<std::string> ids;
    for (const Document::Operation& operation : Document::instance().operations()) {
        EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
        EXPECT_TRUE(std::ranges::any_of(operation.statuses, [](int s) { return s < 300; })) << operation.id;
        std::set<std::string> in_path;
        for (const std::string_view segment : segments(operation.path)) {
            if (segment.starts_with('{')) in_path.emplace(segment.substr(1, segment.size() - 2));
        }
        std::set<std::string> described;
        const json::Object& item = root.at("paths").as_object().at(operation.path).as_object();
        if (const json::Value* parameters = item.if_contains("parameters")) {
            for (const json::Value& each : parameters->as_array()) {
                const json::Value* reference = each.as_object().if_contains("$ref");
                const json::Value& parameter =
                    reference == nullptr ? each : root.at("components").at("parameters").at("StatementId");
                EXPECT_EQ(parameter.at("in"), "path");
                described.insert(std::string(parameter.at("name").as_string()));
            }
        }
        EXPECT_EQ(in_path, described) << operation.path;
    }
}

TEST(OpenApi, SaysWhatEverythingIs) {
    const json::Object& root = Document::instance().root();
    walk("", json::Value(root), [&](const std::string& place, const json::Value& value) {
        if (place.ends_with("/security") && !place.starts_with("/components")) {
            for (const json::Value& choice : value.as_array()) {
                for (const auto& [scheme, scopes] : choice.as_object()) {
                    EXPECT_TRUE(root.at("components").at("securitySchemes").as_object().contains(scheme))
                        << place;
                }
            }
        }
        const json::Object* object = value.if_object();
        if (object == nullptr) return;
        if (object->contains("operationId")) {
            EXPECT_TRUE(object->contains("summary")) << place;
        }
        const json::Value* in = object->if_contains("in");
        if (in != nullptr && in->is_string()) {
            EXPECT_TRUE(object->contains("description")) << place;
        }
        if (object->contains("examples") && object->contains("pattern")) {
            for (const json::Value& example : object->at("examples").as_array()) {
                const std::string pattern(object->at("pattern").as_string());
                EXPECT_TRUE(std::regex_search(std::string(example.as_string()), std::regex(pattern)))
                    << place;
            }
        }
    });
}

TEST(OpenApi, IsServedAndRemembered) {
    testing::RestServer server;
    const http::Response first = server.ask(Method::kGet, "/api/v1/openapi.json");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.body, openapi_document());
    const http::Response second =
        server.ask(Method::kGet, "/api/v1/openapi.json",
                   {{"If-None-Match", std::string(first.find("ETag").value_or(""))}});
    EXPECT_EQ(second.status, 304);
    EXPECT_EQ(second.body, "");
}

// The check itself: it finds what is wrong.
TEST(OpenApi, HoldsAnswersToItsSchemas) {
    const Document& document = Document::instance();
    const auto fault = [&](std::string body, int status = 200, std::string_view type = "application/json") {
        return document.fault(Method::kGet, "/api/v1/groups?limit=3",
                              http::Response::text(status, std::move(body), type));
    };
    EXPECT_EQ(fault(R"({"items":[{"id":"cert-ke/x","members":["cert-ug"]}],"next":null})"), "");
    EXPECT_EQ(fault(R"({"items":[],"next":"cert-ke/x"})"), "");
    EXPECT_NE(fault(R"({"items":[]})"), "");
    EXPECT_NE(fault(R"({"items":[],"next":7})"), "");
    EXPECT_NE(fault(R"({"items":[],"next":null,"count":0})"), "");
    EXPECT_NE(fault(R"({"items":[{"id":"cert-ke","members":[]}],"next":null})"), "");
    EXPECT_NE(fault(R"({"items":[{"id":"cert-ke/x","members":["Cert-UG"]}],"next":null})"), "");
    EXPECT_NE(fault(R"({"items":[],"next":null})", 200, "text/plain"), "");
    EXPECT_NE(fault(R"({"items":[],"next":null})", 201), "");
    EXPECT_NE(fault("[]", 400, "application/problem+json"), "");
    EXPECT_NE(document.fault(Method::kPut, "/api/v1/groups", http::Response::json(200, "{}")), "");
    EXPECT_NE(document.fault(Method::kGet, "/api/v1/nothing", http::Response::json(200, "{}")), "");
    EXPECT_NE(document.body_fault("logIn", R"({"account":"a@b"})"), "");
    EXPECT_EQ(document.body_fault("logIn", R"({"account":"a@b","password":"c"})"), "");
}

}  // namespace
}  // namespace comity::api::rest
