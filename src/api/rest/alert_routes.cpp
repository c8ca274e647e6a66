// Alerts as who calls may read them; the rules that a member's own people keep on this node.
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "intelligence/alert/answer.h"
#include "json/fields.h"
#include "node/alert_desk.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxRuleBody = 4u << 20;
constexpr std::size_t kMaxNoteBody = 16 * 1024;
constexpr std::int64_t kMaxTrialDays = 366;
constexpr std::int64_t kUsualTrialDays = 30;

template <typename Answerer>
Answer answered(node::Node& node, const Caller& caller, const Answerer& answer) {
    COMITY_TRY(const auto session, node.database().snapshot());
    COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
    const auto roll = node.ledger().roll();
    COMITY_TRY(const json::Object body,
               answer(intelligence::Asking{*session, readable, {caller.viewer}, *roll, node.clock().now()}));
    return http::Response::json(200, json::write(body));
}

Result<std::string> own_member(const Caller& caller, accounts::Scope scope) {
    return own_people(caller, scope, "alert rules");
}

Answer add_rule(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::string member, own_member(caller, accounts::Scope::kSubmit));
    COMITY_TRY(const json::Value body, body_of(request));
    COMITY_TRY(const json::Object rule, node::add_alert_rule(node, member, body));
    return http::Response::json(201, json::write(rule));
}

Answer try_rule(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::string member, own_member(caller, accounts::Scope::kRead));
    COMITY_TRY(const json::Value body, body_of(request));
    std::int64_t days = kUsualTrialDays;
    if (const auto text = request.parameter("days")) {
        COMITY_TRY(const std::uint64_t number, number_of(*text, "days", kMaxTrialDays));
        days = static_cast<std::int64_t>(number);
    }
    COMITY_TRY(const json::Object found, node::try_alert_rule(node, member, body, days));
    return http::Response::json(200, json::write(found));
}

Answer acknowledge(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_CHECK(own_member(caller, accounts::Scope::kSubmit));
    std::string note;
    if (!request.body.empty()) {
        COMITY_TRY(const json::Value body, body_of(request));
        COMITY_TRY(json::Fields fields, json::Fields::of(body, ""));
        COMITY_TRY(auto given, fields.optional_text("note", 1, 1000));
        note = std::move(given).value_or("");
        COMITY_CHECK(fields.nothing_else());
    }
    COMITY_TRY(const json::Object said,
               node::acknowledge_alert(node, caller.viewer, request.capture("id"), note));
    return http::Response::json(201, json::write(said));
}

}  // namespace

void add_alert_routes(http::Router& router, node::Node& node) {
    using http::Method;
    const auto change = [&](Method method, std::string_view pattern, std::size_t max_body,
                            Answer (*handler)(node::Node&, const http::Request&, const Caller&)) {
        router.add(method, pattern, {.max_body = max_body},
                   guarded(node, [&node, handler](const http::Request& request, const Caller& caller) {
                       return handler(node, request, caller);
                   }));
    };
    router.get("/api/v1/alerts", guarded(node, [&node](const http::Request& request, const Caller& caller) {
                   return answered(node, caller, [&](const intelligence::Asking& asking) {
                       return intelligence::answer_alerts(asking, request.query);
                   });
               }));
    router.get("/api/v1/alerts/{id}",
               guarded(node, [&node](const http::Request& request, const Caller& caller) {
                   return answered(node, caller, [&](const intelligence::Asking& asking) {
                       return intelligence::answer_alert(asking, request.capture("id"));
                   });
               }));
    change(Method::kPost, "/api/v1/alerts/{id}/acknowledgement", kMaxNoteBody, acknowledge);
    router.get("/api/v1/alert-rules",
               guarded(node, [&node](const http::Request&, const Caller& caller) -> Answer {
                   COMITY_TRY(const std::string member, own_member(caller, accounts::Scope::kRead));
                   COMITY_TRY(const json::Object rules, node::alert_rules(node, member));
                   return http::Response::json(200, json::write(rules));
               }));
    change(Method::kPost, "/api/v1/alert-rules", kMaxRuleBody, add_rule);
    change(Method::kPost, "/api/v1/alert-trials", kMaxRuleBody, try_rule);
    change(Method::kDelete, "/api/v1/alert-rules/{name}", 0,
           [](node::Node& at, const http::Request& request, const Caller& caller) -> Answer {
               COMITY_TRY(const std::string member, own_member(caller, accounts::Scope::kSubmit));
               COMITY_CHECK(node::remove_alert_rule(at, member, request.capture("name")));
               return http::Response{.status = 204};
           });
}

}  // namespace comity::api::rest
