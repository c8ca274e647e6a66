// The digital divide: figures, inequality, trends and indices (development/answer/answer.h).
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "development/answer/answer.h"

namespace comity::api::rest {

void add_divide_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern, std::string_view what) {
        router.get(pattern,
                   guarded(node, [&node, what](const http::Request& request, const Caller& caller) -> Answer {
                       COMITY_TRY(const auto session, node.database().snapshot());
                       COMITY_TRY(const ledger::Readable readable,
                                  ledger::readable_by(*session, caller.viewer));
                       COMITY_TRY(const json::Object body,
                                  development::answer({*session, readable}, what, request.query));
                       return http::Response::json(200, json::write(body));
                   }));
    };
    route("/api/v1/divide", "");
    route("/api/v1/divide/figures", "figures");
    route("/api/v1/divide/inequality", "inequality");
    route("/api/v1/divide/distance", "distance");
    route("/api/v1/divide/forecast", "forecast");
    route("/api/v1/divide/index", "index");
}

}  // namespace comity::api::rest
