// Tenders, sealed bids, red flags with their replies, and the audit (development/answer/market.h).
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "development/answer/market.h"

namespace comity::api::rest {

void add_market_routes(http::Router& router, node::Node& node) {
    for (const std::string_view what : {"tenders", "tender", "call", "bids", "flags", "audit", "reply"}) {
        router.get(
            "/api/v1/market/" + std::string(what),
            guarded(node, [&node, what](const http::Request& request, const Caller& caller) -> Answer {
                COMITY_TRY(const auto session, node.database().snapshot());
                COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
                COMITY_TRY(
                    const json::Object body,
                    development::answer_market({{*session, readable}, node.quorum(), node.clock().now()},
                                               what, request.query));
                return http::Response::json(200, json::write(body));
            }));
    }
}

}  // namespace comity::api::rest
