// Bodies of the community and what goes on around its decisions (governance/answers.h): public, as governance
// is.
#include "api/rest/governance_answers.h"
#include "api/rest/routes.h"
#include "governance/answers.h"

namespace comity::api::rest {

void add_forum_routes(http::Router& router, node::Node& node) {
    const auto asking = [&node](db::Session& session) {
        return governance::GovernanceAsking{session, node.quorum(), node.clock().now().seconds()};
    };
    for (const std::string_view what : {"bodies"}) {
        const std::string path = "/api/v1/" + std::string(what);
        router.get(
            path, guarded(node, [&node, what, asking](const http::Request& request, const Caller&) -> Answer {
                COMITY_TRY(const auto session, node.database().snapshot());
                COMITY_TRY(const json::Array list,
                           governance::governance_list(asking(*session), what, request.query));
                return slice_of(request, list);
            }));
        router.get(
            path + "/{id}",
            guarded(node, [&node, what, asking](const http::Request& request, const Caller&) -> Answer {
                COMITY_TRY(const auto session, node.database().snapshot());
                COMITY_TRY(const json::Object form,
                           governance::governance_item(asking(*session), what, request.capture("id"),
                                                       request.query));
                return http::Response::json(200, json::write(form));
            }));
    }
}

}  // namespace comity::api::rest
