// Planning networks (development/answer/network.h): out of what is asked alone, and nothing of it is kept.
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "development/answer/network.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxNetworkBody = 16u << 20;

// It costs time, so it is for who has an account.
Answer plan_network(const http::Request& request, const Caller& caller) {
    COMITY_CHECK(logged_in(caller));
    if (!caller.principal->has(accounts::Scope::kRead))
        return refused("Authorization", "the token does not have the scope 'read'", "make one that has");
    COMITY_TRY(const json::Value body, body_of(request));
    COMITY_TRY(const json::Object answer, development::answer_network(body));
    return http::Response::json(200, json::write(answer));
}

}  // namespace

void add_network_routes(http::Router& router, node::Node& node) {
    router.add(http::Method::kPost, "/api/v1/network/plan", {.max_body = kMaxNetworkBody},
               guarded(node, plan_network));
}

}  // namespace comity::api::rest
