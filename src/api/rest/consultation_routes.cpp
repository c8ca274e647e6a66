// What is said of proposals, what changed between versions, and the calendar: public, as governance is.
#include "api/rest/governance_answers.h"
#include "api/rest/routes.h"
#include "governance/consultation/amendments.h"
#include "governance/consultation/discussion.h"

namespace comity::api::rest {
namespace {

Answer show_discussion(node::Node& node, const http::Request& request) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Object form, governance::discussion_answer(*session, request.capture("id")));
    return http::Response::json(200, json::write(form));
}

Answer show_amendments(node::Node& node, const http::Request& request) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Object form,
               governance::amendments_answer(*session, node.quorum(), request.capture("id"),
                                             node.clock().now().seconds()));
    return http::Response::json(200, json::write(form));
}

Answer show_diff(node::Node& node, const http::Request& request) {
    COMITY_TRY(const std::string language, language_of(request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(
        const json::Object form,
        governance::diff_answer(*session, request.capture("id"), request.parameter("from").value_or(""),
                                request.parameter("to").value_or(""), language));
    return http::Response::json(200, json::write(form));
}

Answer show_calendar(node::Node& node, const http::Request& request) {
    COMITY_TRY(const std::string language, language_of(request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(std::string calendar,
               governance::calendar_answer(*session, node.quorum(), node.clock().now().seconds(),
                                           node.ledger().identity().origin, language));
    return http::Response::text(200, std::move(calendar), "text/calendar");
}

}  // namespace

void add_consultation_routes(http::Router& router, node::Node& node) {
    const auto bound = [&](Answer (*handler)(node::Node&, const http::Request&)) {
        return guarded(node, [&node, handler](const http::Request& request, const Caller&) {
            return handler(node, request);
        });
    };
    router.get("/api/v1/proposals/{id}/discussion", bound(show_discussion));
    router.get("/api/v1/proposals/{id}/amendments", bound(show_amendments));
    router.get("/api/v1/proposals/{id}/diff", bound(show_diff));
    router.get("/api/v1/calendar", bound(show_calendar));
}

}  // namespace comity::api::rest
