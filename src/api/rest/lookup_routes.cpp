// Is this value listed? One by GET, many by POST (node/lookups.h).
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "json/fields.h"
#include "node/lookups.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxLookupBody = 4u << 20;

// The index, and what keeps it up to date: as long as the routes.
struct LookupDesk {
    explicit LookupDesk(node::Node& of) : node(of), lookups(of), keeper(of, lookups) {}
    node::Node& node;
    node::Lookups lookups;
    node::LookupKeeper keeper;
};

// ?value=, or {"values":["..."]}
Answer look_up_values(LookupDesk& desk, const http::Request& request, const Caller& caller) {
    if (caller.principal && !caller.principal->has(accounts::Scope::kRead))
        return refused("Authorization", "the token does not have the scope 'read'", "make one that has");
    std::vector<std::string> values;
    if (request.method == http::Method::kPost) {
        COMITY_TRY(const json::Value body, body_of(request));
        COMITY_TRY(json::Fields fields, json::Fields::of(body, ""));
        COMITY_TRY(values, fields.texts("values", 1, node::kMaxLookups));
        COMITY_CHECK(fields.nothing_else());
    } else {
        values.emplace_back(request.parameter("value").value_or(""));
    }
    COMITY_TRY(const auto session, desk.node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    const auto roll = desk.node.ledger().roll();
    COMITY_TRY(
        const json::Object body,
        desk.lookups.answer({*session, readable, {caller.viewer}, *roll, desk.node.clock().now()}, values));
    return http::Response::json(200, json::write(body));
}

}  // namespace

void add_lookup_routes(http::Router& router, node::Node& node) {
    auto desk = std::make_shared<LookupDesk>(node);
    const auto lookup = guarded(node, [desk](const http::Request& request, const Caller& caller) {
        return look_up_values(*desk, request, caller);
    });
    router.get("/api/v1/intel/lookup", lookup);
    router.add(http::Method::kPost, "/api/v1/intel/lookup", {.max_body = kMaxLookupBody}, lookup);
}

}  // namespace comity::api::rest
