#include <algorithm>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "intelligence/collection.h"

namespace comity::api::rest {
namespace {

using intelligence::Collection;
using intelligence::Uuid;

Answer list_collections(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::size_t limit, limit_of(request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    COMITY_TRY(const auto found, intelligence::find_collections(*session, readable));
    auto it = found.begin();
    if (const auto cursor = request.parameter("cursor")) {
        const auto last = Uuid::parse(*cursor);
        if (!last) return bad_cursor();
        it = std::ranges::find_if(found, [&](const Collection& each) { return each.body.id == *last; });
        if (it == found.end()) return bad_cursor();
        ++it;
    }
    std::vector<std::string> items;
    for (; it != found.end() && items.size() < limit; ++it) {
        items.push_back(json::write(intelligence::collection_form(*it)));
    }
    std::optional<std::string> next;
    if (it != found.end()) next = std::prev(it)->body.id.text();
    return page_of(items, next);
}

Answer show_collection(node::Node& node, const http::Request& request, const Caller& caller) {
    const auto id = Uuid::parse(request.capture("id"));
    if (!id) return not_found("there is no such collection", "list them: GET /api/v1/collections");
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    COMITY_TRY(const Collection found, intelligence::find_collection(*session, readable, *id));
    return http::Response::json(200, json::write(intelligence::collection_form(found)));
}

}  // namespace

void add_collection_routes(http::Router& router, node::Node& node) {
    router.get("/api/v1/collections",
               guarded(node, [&node](const http::Request& request, const Caller& caller) {
                   return list_collections(node, request, caller);
               }));
    router.get("/api/v1/collections/{id}",
               guarded(node, [&node](const http::Request& request, const Caller& caller) {
                   return show_collection(node, request, caller);
               }));
}

}  // namespace comity::api::rest
