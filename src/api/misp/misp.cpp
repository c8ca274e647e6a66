#include "api/misp/misp.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/misp/feed.h"
#include "crypto/md5.h"
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

Response tagged(std::string body, std::string_view type) {
    const std::string etag = fmt::format("\"{}\"", crypto::sha256(as_bytes(body)).hex());
    Response response = Response::text(200, std::move(body), type);
    response.header("ETag", etag)
        .header("Cache-Control", "private, no-cache")
        .header("Vary", "Authorization");
    return response;
}

Result<Response> manifest(node::Node& node, const ledger::Viewer& viewer) {
    json::Object entries;
    COMITY_CHECK(for_each_event(node, viewer, [&](const std::string& uuid, const auto& event) {
        entries[uuid] = manifest_entry(event.event);
    }));
    return tagged(json::write(entries), "application/json");
}

// MD5 of each value, and of each part of a value that has two: by these MISP knows what it has already.
Result<Response> hashes(node::Node& node, const ledger::Viewer& viewer) {
    std::string lines;
    COMITY_CHECK(for_each_event(node, viewer, [&](const std::string& uuid, const auto& event) {
        std::set<std::string> parts;
        for (const std::string& value : event.values) {
            for (std::size_t at = 0; at <= value.size();) {
                const std::size_t end = std::min(value.find('|', at), value.size());
                parts.insert(value.substr(at, end - at));
                at = end + 1;
            }
        }
        for (const std::string& part : parts)
            lines += fmt::format("{},{}\n", crypto::md5_hex(as_bytes(part)), uuid);
    }));
    return tagged(std::move(lines), "text/csv; charset=utf-8");
}

Result<Response> event(node::Node& node, const ledger::Viewer& viewer, std::string_view file) {
    if (!file.ends_with(".json")) return not_found("there is no such file", "see manifest.json");
    file.remove_suffix(5);
    COMITY_TRY(const auto found, find_event(node, viewer, std::string(file)));
    return tagged(json::write(json::Object{{"Event", found.event}}), "application/json");
}

}  // namespace

void add_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern, auto show) {
        router.get(pattern, [&node, show](const Request& request) {
            auto answer = [&]() -> Result<Response> {
                COMITY_TRY(const ledger::Viewer viewer, viewer_of(node, request));
                return show(request, viewer);
            }();
            if (answer) return *std::move(answer);
            Response response = http::problem(answer.error(), request);
            if (answer.error().kind == ErrorKind::kUnauthenticated)
                response.header("WWW-Authenticate", "Basic realm=\"comity\"");
            return response;
        });
    };
    route("/misp/feed/manifest.json",
          [&node](const Request&, const ledger::Viewer& viewer) { return manifest(node, viewer); });
    route("/misp/feed/hashes.csv",
          [&node](const Request&, const ledger::Viewer& viewer) { return hashes(node, viewer); });
    route("/misp/feed/{file}", [&node](const Request& request, const ledger::Viewer& viewer) {
        return event(node, viewer, request.capture("file"));
    });
}

}  // namespace comity::api::misp
