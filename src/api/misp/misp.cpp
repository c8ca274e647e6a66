#include "api/misp/misp.h"

#include <fmt/format.h>

#include <memory>

#include "api/misp/feed.h"
#include "api/misp/freshness.h"
#include "crypto/sha256.h"
#include "node/viewer.h"

namespace comity::api::misp {
namespace {

using http::Request;
using http::Response;

// Whoever asks, or why not.
Result<ledger::Viewer> viewer_of(node::Node& node, const Request& request) {
    COMITY_TRY(const auto principal, node::authenticate(node, request));
    if (principal && !principal->has(accounts::Scope::kRead))
        return refused("Authorization", "the token does not have the scope 'read'", "make one that has");
    return node::viewer_of(node, principal);
}

// What the doors share.
struct Doors {
    explicit Doors(node::Node& of) : node(of), feed(of) {}
    node::Node& node;
    Feed feed;
    Freshness freshness;
};

// Who asks for what: one reader's feed is not another's.
std::string asked(const Request& request, const ledger::Viewer& viewer) {
    return fmt::format("{}\n{}\n{}\n{}\n{}", request.path, viewer.member, viewer.person, viewer.staff,
                       fmt::join(viewer.groups, "\n"));
}

Response tagged(Doors& doors, const Request& request, const ledger::Viewer& viewer, std::string body,
                std::string_view type) {
    const std::string etag = fmt::format("\"{}\"", crypto::sha256(as_bytes(body)).hex());
    const auto modified =
        doors.freshness.last_modified(asked(request, viewer), etag, doors.node.clock().now());
    // If-None-Match, where it is sent, counts alone (RFC 9110 section 13.2.2).
    const bool same =
        modified && !request.header("If-None-Match") && request.header("If-Modified-Since") == *modified;
    Response response = same ? Response{.status = 304} : Response::text(200, std::move(body), type);
    response.header("ETag", etag)
        .header("Cache-Control", "private, no-cache")
        .header("Vary", "Authorization");
    if (modified) response.header("Last-Modified", *modified);
    return response;
}

Result<Response> manifest(Doors& doors, const Request& request, const ledger::Viewer& viewer) {
    COMITY_TRY(const Feed::Events events, doors.feed.list(viewer));
    std::string body = "{";
    for (const auto& event : events) {
        if (body.size() > 1) body += ',';
        body += event->entry;
    }
    return tagged(doors, request, viewer, body + "}", "application/json");
}

Result<Response> hashes(Doors& doors, const Request& request, const ledger::Viewer& viewer) {
    COMITY_TRY(const Feed::Events events, doors.feed.list(viewer));
    std::string lines;
    for (const auto& event : events) lines += event->hashes;
    return tagged(doors, request, viewer, std::move(lines), "text/csv; charset=utf-8");
}

Result<Response> event(Doors& doors, const Request& request, const ledger::Viewer& viewer) {
    std::string_view file = request.capture("file");
    if (!file.ends_with(".json")) return not_found("there is no such file", "see manifest.json");
    file.remove_suffix(5);
    COMITY_TRY(const auto found, doors.feed.find(viewer, std::string(file)));
    return tagged(doors, request, viewer, json::write(json::Object{{"Event", found.event}}),
                  "application/json");
}

}  // namespace

void add_routes(http::Router& router, node::Node& node) {
    const auto doors = std::make_shared<Doors>(node);
    const auto route = [&](std::string_view pattern, auto show) {
        router.get(pattern, [doors, show](const Request& request) {
            auto answer = [&]() -> Result<Response> {
                COMITY_TRY(const ledger::Viewer viewer, viewer_of(doors->node, request));
                return show(*doors, request, viewer);
            }();
            if (answer) return *std::move(answer);
            Response response = http::problem(answer.error(), request);
            if (answer.error().kind == ErrorKind::kUnauthenticated)
                response.header("WWW-Authenticate", "Basic realm=\"comity\"");
            return response;
        });
    };
    route("/misp/feed/manifest.json", manifest);
    route("/misp/feed/hashes.csv", hashes);
    route("/misp/feed/{file}", event);
}

}  // namespace comity::api::misp
