#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "intelligence/answer/answer.h"
#include "intelligence/answer/lookup.h"
#include "json/fields.h"

namespace comity::api::rest {
namespace {

using intelligence::Asking;

constexpr std::size_t kMaxLookups = 1000;  // values in one request
constexpr std::size_t kMaxLookupBody = 4u << 20;

template <typename Answerer>
Answer answered(node::Node& node, const Caller& caller, const Answerer& answer) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    const auto roll = node.ledger().roll();
    COMITY_TRY(std::string body,
               answer(Asking{*session, readable, {caller.viewer}, *roll, node.clock().now()}));
    return http::Response::json(200, std::move(body));
}

// {"values":["..."]}
Answer look_up(node::Node& node, const http::Request& request, const Caller& caller) {
    if (caller.principal && !caller.principal->has(accounts::Scope::kRead))
        return refused("Authorization", "the token does not have the scope 'read'", "make one that has");
    std::vector<std::string> values;
    if (request.method == http::Method::kPost) {
        COMITY_TRY(const json::Value body, body_of(request));
        COMITY_TRY(json::Fields fields, json::Fields::of(body, ""));
        COMITY_TRY(values, fields.texts("values", 1, kMaxLookups));
        COMITY_CHECK(fields.nothing_else());
    } else {
        values.emplace_back(request.parameter("value").value_or(""));
    }
    return answered(node, caller, [&](const Asking& asking) -> Result<std::string> {
        COMITY_TRY(const json::Object found, intelligence::answer_lookup(asking, values));
        return json::write(found);
    });
}

}  // namespace

void add_search_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern, auto answer) {
        router.get(
            pattern, guarded(node, [&node, answer](const http::Request& request, const Caller& caller) {
                return answered(node, caller, [&](const Asking& asking) { return answer(asking, request); });
            }));
    };
    const auto lookup = guarded(node, [&node](const http::Request& request, const Caller& caller) {
        return look_up(node, request, caller);
    });
    router.get("/api/v1/intel/lookup", lookup);
    router.add(http::Method::kPost, "/api/v1/intel/lookup", {.max_body = kMaxLookupBody}, lookup);
    route("/api/v1/intel/search", [](const Asking& asking, const http::Request& request) {
        return intelligence::answer_search(asking, request.query);
    });
    route("/api/v1/intel/objects/{id}", [](const Asking& asking, const http::Request& request) {
        return intelligence::answer_object(asking, request.capture("id"));
    });
    route("/api/v1/intel/objects/{id}/related", [](const Asking& asking, const http::Request& request) {
        return intelligence::answer_related(asking, request.capture("id"), request.query);
    });
    route("/api/v1/intel/objects/{id}/readers", [](const Asking& asking, const http::Request& request) {
        return intelligence::answer_readers(asking, request.capture("id"), request.query);
    });
}

}  // namespace comity::api::rest
