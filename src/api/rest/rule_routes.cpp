// The rulebook: public, as governance is. What a rule would have changed is told of the acts that the caller
// may read.
#include "api/rest/caller.h"
#include "api/rest/governance_answers.h"
#include "api/rest/routes.h"
#include "governance/rules/conformity.h"
#include "governance/rules/impact.h"
#include "governance/rules/rule_store.h"

namespace comity::api::rest {
namespace {

Result<governance::RuleQuery> query_of(node::Node& node, const http::Request& request) {
    governance::RuleQuery query;
    query.now = node.clock().now().seconds();
    if (const auto at = request.parameter("at")) {
        auto time = parse_time(*at);
        if (!time) return within("at", time.error());
        query.at = time->seconds();
    }
    query.topic = request.parameter("topic").value_or("");
    COMITY_TRY(query.language, language_of(request));
    const std::string_view all = request.parameter("all").value_or("false");
    if (all != "true" && all != "false") return invalid("all", "is neither true nor false");
    query.all = all == "true";
    return query;
}

Answer list_rules(node::Node& node, const http::Request& request) {
    COMITY_TRY(const governance::RuleQuery query, query_of(node, request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Array list, governance::rules_answer(*session, node.quorum(), query));
    return slice_of(request, list);
}

Answer show_rule(node::Node& node, const http::Request& request) {
    COMITY_TRY(const governance::RuleQuery query, query_of(node, request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Object form,
               governance::rule_answer(*session, node.quorum(), request.capture("number"), query));
    return http::Response::json(200, json::write(form));
}

Answer show_document(node::Node& node, const http::Request& request) {
    COMITY_TRY(const governance::RuleQuery query, query_of(node, request));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(std::string document,
               governance::rule_document(*session, node.quorum(), request.capture("number"), query));
    return http::Response::text(200, std::move(document), "application/akn+xml");
}

Answer show_conformity(node::Node& node, const http::Request& request) {
    COMITY_TRY(const governance::RuleQuery query, query_of(node, request));
    COMITY_TRY(const std::uint64_t days, number_of(request.parameter("within").value_or("30"), "within",
                                                   std::uint64_t{governance::kMostDueDays}));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const json::Object form, governance::conformity_answer(*session, node.quorum(), query,
                                                                      static_cast<std::int64_t>(days)));
    return http::Response::json(200, json::write(form));
}

Answer show_impact(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::uint64_t days, number_of(request.parameter("days").value_or("30"), "days",
                                                   std::uint64_t{governance::kMaxImpactDays}));
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    COMITY_TRY(const json::Object form,
               governance::impact_answer(*session, node.quorum(), readable, request.capture("id"),
                                         static_cast<std::int64_t>(days), node.clock().now().seconds()));
    return http::Response::json(200, json::write(form));
}

}  // namespace

void add_rule_routes(http::Router& router, node::Node& node) {
    const auto bound = [&](Answer (*handler)(node::Node&, const http::Request&)) {
        return guarded(node, [&node, handler](const http::Request& request, const Caller&) {
            return handler(node, request);
        });
    };
    router.get("/api/v1/rules", bound(list_rules));
    router.get("/api/v1/rules/{number}", bound(show_rule));
    router.get("/api/v1/rules/{number}/document", bound(show_document));
    router.get("/api/v1/conformity", bound(show_conformity));
    router.get("/api/v1/proposals/{id}/impact",
               guarded(node, [&node](const http::Request& request, const Caller& caller) {
                   return show_impact(node, request, caller);
               }));
}

}  // namespace comity::api::rest
