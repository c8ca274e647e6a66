// Bodies of the community and what goes on around its decisions (governance/answers.h): public, as governance
// is.
#include "api/rest/governance_answers.h"
#include "api/rest/routes.h"
#include "governance/answers.h"
#include "node/comment_door.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxCommentBody = 64 * 1024;

governance::GovernanceAsking asking_of(node::Node& node, db::Session& session) {
    return {session, node.quorum(), node.clock().now().seconds()};
}

// Needs no log-in; one that is shown must allow it.
Answer take_comment(node::CommentDoor& door, const http::Request& request, const Caller& caller) {
    if (caller.principal && !caller.principal->has(accounts::Scope::kSubmit)) {
        return refused("Authorization", "the token does not have the scope 'submit'", "make one that has");
    }
    COMITY_TRY(const json::Value body, body_of(request));
    COMITY_TRY(const json::Object taken, door.take_in(request.capture("id"), body, request.client));
    return http::Response::json(201, json::write(taken));
}

}  // namespace

void add_forum_routes(http::Router& router, node::Node& node) {
    for (const std::string_view what : {"bodies", "consultations", "charter", "moderation", "agenda"}) {
        const std::string path = "/api/v1/" + std::string(what);
        router.get(path, guarded(node, [&node, what](const http::Request& request, const Caller&) -> Answer {
                       COMITY_TRY(const auto session, node.database().snapshot());
                       COMITY_TRY(
                           const json::Array list,
                           governance::governance_list(asking_of(node, *session), what, request.query));
                       return slice_of(request, list);
                   }));
        if (what == "charter" || what == "moderation" || what == "agenda") continue;
        router.get(path + "/{id}",
                   guarded(node, [&node, what](const http::Request& request, const Caller&) -> Answer {
                       COMITY_TRY(const auto session, node.database().snapshot());
                       COMITY_TRY(const json::Object form,
                                  governance::governance_item(asking_of(node, *session), what,
                                                              request.capture("id"), request.query));
                       return http::Response::json(200, json::write(form));
                   }));
    }
    auto door = std::make_shared<node::CommentDoor>(node);
    router.add(http::Method::kPost, "/api/v1/consultations/{id}/comments", {.max_body = kMaxCommentBody},
               guarded(node, [door](const http::Request& request, const Caller& caller) {
                   return take_comment(*door, request, caller);
               }));
}

}  // namespace comity::api::rest
