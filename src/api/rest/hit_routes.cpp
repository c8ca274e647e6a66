// What a member's own scans met, its policy for it, and who has seen an object (node/hit_desk.h).
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "node/hit_desk.h"
#include "node/seen_where.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxReportBody = 4u << 20;
constexpr std::size_t kMaxDecisionBody = 512 * 1024;
constexpr std::size_t kMaxPolicyBody = 64 * 1024;
constexpr std::string_view kUsualSightingDays = "30";

using HitAnswer = Result<json::Object> (*)(node::Node&, const std::string&, const json::Value&);

}  // namespace

void add_hit_routes(http::Router& router, node::Node& node) {
    using http::Method;
    const auto change = [&](Method method, std::string_view pattern, std::size_t max_body, HitAnswer answer) {
        router.add(
            method, pattern, {.max_body = max_body},
            guarded(node, [&node, answer](const http::Request& request, const Caller& caller) -> Answer {
                COMITY_TRY(const std::string member,
                           own_people(caller, accounts::Scope::kSubmit, "a scan's hits"));
                COMITY_TRY(const json::Value body, body_of(request));
                COMITY_TRY(const json::Object said, answer(node, member, body));
                return http::Response::json(200, json::write(said));
            }));
    };
    change(Method::kPost, "/api/v1/hits", kMaxReportBody, node::report_hits);
    change(Method::kPost, "/api/v1/hit-decisions", kMaxDecisionBody, node::decide_hits);
    change(Method::kPut, "/api/v1/hit-policy", kMaxPolicyBody, node::set_hit_policy);
    router.get(
        "/api/v1/hits", guarded(node, [&node](const http::Request& request, const Caller& caller) -> Answer {
            COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kRead, "a scan's hits"));
            COMITY_TRY(const json::Object hits,
                       node::list_hits(node, member, request.parameter("state").value_or("")));
            return http::Response::json(200, json::write(hits));
        }));
    router.get(
        "/api/v1/hit-policy", guarded(node, [&node](const http::Request&, const Caller& caller) -> Answer {
            COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kRead, "a scan's hits"));
            COMITY_TRY(const json::Object policy, node::hit_policy(node, member));
            return http::Response::json(200, json::write(policy));
        }));
    router.get("/api/v1/intel/objects/{id}/sightings",
               guarded(node, [&node](const http::Request& request, const Caller& caller) -> Answer {
                   COMITY_TRY(const auto session, node.database().snapshot());
                   COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
                   const auto roll = node.ledger().roll();
                   COMITY_TRY(const json::Object seen,
                              node::sightings_of(
                                  node, {*session, readable, {caller.viewer}, *roll, node.clock().now()},
                                  request.capture("id")));
                   return http::Response::json(200, json::write(seen));
               }));
    router.get("/api/v1/sightings",
               guarded(node, [&node](const http::Request& request, const Caller& caller) -> Answer {
                   COMITY_TRY(const std::uint64_t days,
                              number_of(request.parameter("days").value_or(kUsualSightingDays), "days",
                                        node::kMaxSightingDays));
                   COMITY_TRY(const auto session, node.database().snapshot());
                   COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
                   const auto roll = node.ledger().roll();
                   COMITY_TRY(const json::Object seen,
                              node::sightings_overview(
                                  {*session, readable, {caller.viewer}, *roll, node.clock().now()},
                                  static_cast<std::int64_t>(days)));
                   return http::Response::json(200, json::write(seen));
               }));
}

}  // namespace comity::api::rest
