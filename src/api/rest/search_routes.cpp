#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "intelligence/answer/answer.h"

namespace comity::api::rest {
namespace {

using intelligence::Asking;

template <typename Answerer>
Answer searched(node::Node& node, const Caller& caller, const Answerer& answer) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    const auto roll = node.ledger().roll();
    COMITY_TRY(std::string body,
               answer(Asking{*session, readable, {caller.viewer}, *roll, node.clock().now()}));
    return http::Response::json(200, std::move(body));
}

}  // namespace

void add_search_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern, auto answer) {
        router.get(
            pattern, guarded(node, [&node, answer](const http::Request& request, const Caller& caller) {
                return searched(node, caller, [&](const Asking& asking) { return answer(asking, request); });
            }));
    };
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
