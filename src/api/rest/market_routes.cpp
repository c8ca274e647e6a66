// Tenders, sealed bids, red flags with their replies, and the audit (development/answer/market.h).
#include <algorithm>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "development/answer/market.h"
#include "development/market/package.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxReleaseFile = 16u << 20;
constexpr std::size_t kMostDefects = 1000;

// A file of releases as the body -> what is wrong with it. It reads, whatever its method is called.
Answer check_file(const http::Request& request, const Caller& caller) {
    COMITY_CHECK(logged_in(caller));
    if (!caller.principal->has(accounts::Scope::kRead))
        return refused("Authorization", "the token does not have the scope 'read'", "make one that has");
    development::ReadReleases read;
    development::read_releases(request.body, "", read);
    json::Array defects;
    const std::size_t shown = std::min(read.defects.size(), kMostDefects);
    for (std::size_t i = 0; i < shown; ++i) {
        const development::ReleaseDefect& each = read.defects[i];
        defects.push_back(json::Object{{"kind", to_string(each.kind)},
                                       {"line", each.line},
                                       {"release", each.release},
                                       {"where", each.where},
                                       {"what", each.what},
                                       {"mend", each.mend},
                                       {"quarantined", each.quarantined}});
    }
    const json::Object body{{"releases", read.releases},
                            {"processes", read.processes.size()},
                            {"quarantined", read.quarantined},
                            {"more", read.defects.size() - shown},
                            {"defects", std::move(defects)}};
    return http::Response::json(200, json::write(body));
}

}  // namespace

void add_market_routes(http::Router& router, node::Node& node) {
    for (const std::string_view what : {"tenders", "tender", "call", "bids", "flags", "audit", "reply"}) {
        router.get(
            "/api/v1/market/" + std::string(what),
            guarded(node, [&node, what](const http::Request& request, const Caller& caller) -> Answer {
                COMITY_TRY(const auto session, node.database().snapshot());
                COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, caller.viewer));
                COMITY_TRY(
                    const json::Object body,
                    development::answer_market({{*session, readable}, node.quorum(), node.clock().now()},
                                               what, request.query));
                return http::Response::json(200, json::write(body));
            }));
    }
    router.add(http::Method::kPost, "/api/v1/market/check", {.max_body = kMaxReleaseFile},
               guarded(node, check_file));
}

}  // namespace comity::api::rest
