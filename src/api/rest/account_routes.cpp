#include <fmt/format.h>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "http/parse.h"
#include "json/fields.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kSmallBody = 16 * 1024;
constexpr std::int64_t kMaxTokenDays = 3660;

json::Array scopes_json(const std::vector<accounts::Scope>& scopes) {
    json::Array list;
    for (const accounts::Scope scope : scopes) list.emplace_back(accounts::to_string(scope));
    return list;
}

json::Object principal_json(const accounts::Principal& principal) {
    json::Object object{{"account", principal.account.name},
                        {"member", principal.account.member},
                        {"staff", principal.account.staff},
                        {"scopes", scopes_json(principal.scopes)}};
    if (!principal.csrf.empty()) object["csrf"] = principal.csrf;
    return object;
}

std::string cookie(node::Node& node, const http::Request& request, std::string_view value, std::int64_t age) {
    const bool tls = request.tls || node.config().public_url.starts_with("https://");
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", node::kSessionCookie, value,
                       age, tls ? "; Secure" : "");
}

// A form of another site could log its visitor in under an account of that site's (a log-in forged across
// sites); a form can send no JSON.
bool says_json(const http::Request& request) {
    const auto media = http::parse_media_type(request.header("Content-Type").value_or(""));
    return media && media->type == "application" && media->subtype == "json";
}

Answer log_in(node::Node& node, const http::Request& request) {
    COMITY_TRY(const json::Value body, body_of(request));
    COMITY_TRY(json::Fields fields, json::Fields::of(body, ""));
    COMITY_TRY(const std::string account, fields.text("account", 1, 200));
    COMITY_TRY(const std::string password, fields.text("password", 1, 1000));
    COMITY_CHECK(fields.nothing_else());
    COMITY_TRY(const auto session, node.accounts().log_in(account, password, request.client));
    http::Response response = http::Response::json(200, json::write(principal_json(session.principal)));
    const std::int64_t age = session.expires.seconds() - node.clock().now().seconds();
    response.header("Set-Cookie", cookie(node, request, session.cookie, age));
    return response;
}

// Who may manage the account's tokens: not who has but one of them, for it could outlive itself.
Result<const accounts::Principal*> token_manager(const Caller& caller) {
    COMITY_TRY(const accounts::Principal* principal, logged_in(caller));
    if (principal->by_token) {
        return refused("Authorization", "a token does not manage tokens",
                       "log in, or send the account's password (HTTP Basic)");
    }
    return principal;
}

Answer create_token(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const accounts::Principal* principal, token_manager(caller));
    COMITY_TRY(const json::Value body, body_of(request));
    COMITY_TRY(json::Fields fields, json::Fields::of(body, ""));
    COMITY_TRY(const std::string name, fields.text("name", 1, 100));
    COMITY_TRY(const std::vector<std::string> names, fields.texts("scopes", 1, 2));
    COMITY_TRY(const auto days, fields.optional_integer("days", 1, kMaxTokenDays));
    COMITY_CHECK(fields.nothing_else());
    std::vector<accounts::Scope> scopes;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto scope = accounts::parse_scope(names[i]);
        if (!scope)
            return invalid(fmt::format("scopes[{}]", i), "is no scope", "write \"read\" or \"submit\"");
        scopes.push_back(*scope);
    }
    std::optional<Time> expires;
    if (days) expires = Time{node.clock().now().micros + *days * 86'400'000'000};
    COMITY_TRY(const auto created,
               node.accounts().create_token(principal->account.name, name, scopes, expires));
    json::Object object{{"id", created.token.id},
                        {"token", created.secret},
                        {"name", created.token.name},
                        {"scopes", scopes_json(created.token.scopes)},
                        {"expires", nullptr}};
    if (expires) object["expires"] = time_of(expires->seconds());
    return http::Response::json(201, json::write(object));
}

Answer list_tokens(node::Node& node, const Caller& caller) {
    COMITY_TRY(const accounts::Principal* principal, token_manager(caller));
    COMITY_TRY(const auto tokens, node.accounts().tokens(principal->account.name));
    const auto maybe = [](const std::optional<Time>& time) {
        return time ? json::Value(time_of(time->seconds())) : json::Value(nullptr);
    };
    std::vector<std::string> items;
    for (const accounts::Token& token : tokens) {
        items.push_back(json::write(json::Object{{"id", token.id},
                                                 {"name", token.name},
                                                 {"scopes", scopes_json(token.scopes)},
                                                 {"created", time_of(token.created.seconds())},
                                                 {"expires", maybe(token.expires)},
                                                 {"last_used", maybe(token.last_used)}}));
    }
    return page_of(items, std::nullopt);
}

}  // namespace

void add_account_routes(http::Router& router, node::Node& node) {
    using http::Method;
    router.add(Method::kPost, "/api/v1/session", {.max_body = kSmallBody},
               [&node](const http::Request& request) {
                   if (!says_json(request)) {
                       const Error error{ErrorKind::kInvalid, "Content-Type", "is not application/json",
                                         "send the header Content-Type: application/json"};
                       return http::problem(error, 415, request);
                   }
                   auto answer = log_in(node, request);
                   http::Response response = answer ? std::move(*answer) : refusal(answer.error(), request);
                   return std::move(response.header("Cache-Control", "no-store"));
               });
    router.get("/api/v1/session", guarded(node, [](const auto&, const Caller& caller) -> Answer {
                   if (!caller.principal) return http::Response::json(200, "{\"account\":null}");
                   return http::Response::json(200, json::write(principal_json(*caller.principal)));
               }));
    router.add(Method::kDelete, "/api/v1/session", {},
               guarded(node, [&node](const http::Request& request, const Caller& caller) -> Answer {
                   COMITY_CHECK(logged_in(caller));
                   if (const auto value = request.cookie(node::kSessionCookie))
                       COMITY_CHECK(node.accounts().log_out(*value));
                   http::Response response{.status = 204};
                   response.header("Set-Cookie", cookie(node, request, "", 0));
                   return response;
               }));
    router.get("/api/v1/tokens", guarded(node, [&node](const auto&, const Caller& caller) {
                   return list_tokens(node, caller);
               }));
    router.add(Method::kPost, "/api/v1/tokens", {.max_body = kSmallBody},
               guarded(node, [&node](const http::Request& request, const Caller& caller) {
                   return create_token(node, request, caller);
               }));
    router.add(Method::kDelete, "/api/v1/tokens/{id}", {},
               guarded(node, [&node](const http::Request& request, const Caller& caller) -> Answer {
                   COMITY_TRY(const accounts::Principal* principal, token_manager(caller));
                   COMITY_CHECK(node.accounts().revoke_token(principal->account.name, request.capture("id")));
                   return http::Response{.status = 204};
               }));
}

}  // namespace comity::api::rest
