// Needs and offers, plans, and what becomes of them (development/answer/clearing.h).
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "development/answer/clearing.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMostPairs =
    20'000;  // of a plan that is asked for over the network: a tenth of a second

}  // namespace

void add_clearing_routes(http::Router& router, node::Node& node) {
    for (const std::string_view what : {"needs", "offers", "need", "offer", "choices", "revision", "overlaps",
                                        "plan", "plans", "commitments"}) {
        router.get(
            "/api/v1/clearing/" + std::string(what),
            guarded(node, [&node, what](const http::Request& request, const Caller& caller) -> Answer {
                COMITY_TRY(const auto session, node.database().snapshot());
                COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
                COMITY_TRY(const json::Object body,
                           development::answer_clearing(
                               {{*session, readable}, node.clock().now(), kMostPairs}, what, request.query));
                return http::Response::json(200, json::write(body));
            }));
    }
}

}  // namespace comity::api::rest
