// A member's exports in force, as its devices pull them (node/feed_desk.h).
#include <fmt/format.h>

#include <limits>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "node/feed_desk.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxFeedBody = 16 * 1024;
constexpr std::string_view kFeeds = "feeds";

// Every account of the member, a device's too.
Result<std::string> member_of(const Caller& caller) {
    COMITY_CHECK(logged_in(caller));
    if (caller.viewer.member.empty()) return refused("account", "feeds are for a member's accounts");
    return caller.viewer.member;
}

http::Response feed_answer(node::FeedText feed) {
    http::Response response =
        http::Response::text(200, std::move(feed.text), intelligence::media_type(feed.format));
    response.header("X-Comity-State", std::to_string(feed.state.n));
    response.header("X-Comity-Pinned", feed.pinned ? "true" : "false");
    response.header("X-Comity-Values", std::to_string(feed.state.values));
    response.header("ETag", fmt::format("\"{}\"", feed.state.sha256));
    response.header("Cache-Control", "private, no-cache");
    return response;
}

Answer show_state(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kRead, kFeeds));
    COMITY_TRY(const std::uint64_t n,
               number_of(request.capture("state"), "state", std::numeric_limits<std::int32_t>::max()));
    COMITY_TRY(auto feed,
               node::feed_text_of(node, member, request.capture("name"), static_cast<std::int64_t>(n)));
    return feed_answer(std::move(feed));
}

}  // namespace

void add_feed_routes(http::Router& router, node::Node& node) {
    using http::Method;
    using FeedHandler = Answer (*)(node::Node&, const http::Request&, const Caller&);
    const auto route = [&](Method method, std::string_view pattern, std::size_t max_body,
                           FeedHandler handler) {
        router.add(method, pattern, {.max_body = max_body},
                   guarded(node, [&node, handler](const http::Request& request, const Caller& caller) {
                       return handler(node, request, caller);
                   }));
    };
    const auto get = [&](std::string_view pattern, FeedHandler handler) {
        router.get(pattern,
                   guarded(node, [&node, handler](const http::Request& request, const Caller& caller) {
                       return handler(node, request, caller);
                   }));
    };
    get("/api/v1/feeds", [](node::Node& at, const http::Request&, const Caller& caller) -> Answer {
        COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kRead, kFeeds));
        COMITY_TRY(const json::Object feeds, node::feeds_of(at, member));
        return http::Response::json(200, json::write(feeds));
    });
    route(Method::kPost, "/api/v1/feeds", kMaxFeedBody,
          [](node::Node& at, const http::Request& request, const Caller& caller) -> Answer {
              COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kSubmit, kFeeds));
              COMITY_TRY(const json::Value body, body_of(request));
              COMITY_TRY(const json::Object feed, node::add_feed(at, member, body));
              return http::Response::json(201, json::write(feed));
          });
    get("/api/v1/feeds/{name}",
        [](node::Node& at, const http::Request& request, const Caller& caller) -> Answer {
            COMITY_TRY(const std::string member, member_of(caller));
            COMITY_TRY(auto feed, node::feed_text(at, member, request.capture("name")));
            return feed_answer(std::move(feed));
        });
    route(Method::kDelete, "/api/v1/feeds/{name}", 0,
          [](node::Node& at, const http::Request& request, const Caller& caller) -> Answer {
              COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kSubmit, kFeeds));
              COMITY_CHECK(node::remove_feed(at, member, request.capture("name")));
              return http::Response{.status = 204};
          });
    get("/api/v1/feeds/{name}/states",
        [](node::Node& at, const http::Request& request, const Caller& caller) -> Answer {
            COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kRead, kFeeds));
            COMITY_TRY(const json::Object states, node::feed_states_of(at, member, request.capture("name")));
            return http::Response::json(200, json::write(states));
        });
    get("/api/v1/feeds/{name}/states/{state}", show_state);
    route(Method::kPost, "/api/v1/feeds/{name}/rollback", kMaxFeedBody,
          [](node::Node& at, const http::Request& request, const Caller& caller) -> Answer {
              COMITY_TRY(const std::string member, own_people(caller, accounts::Scope::kSubmit, kFeeds));
              COMITY_TRY(const json::Value body, body_of(request));
              COMITY_TRY(const json::Object feed,
                         node::roll_back_feed(at, member, request.capture("name"), body));
              return http::Response::json(200, json::write(feed));
          });
}

}  // namespace comity::api::rest
