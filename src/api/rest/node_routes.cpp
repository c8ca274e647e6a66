#include <algorithm>

#include "api/rest/caller.h"
#include "api/rest/openapi.h"
#include "api/rest/routes.h"
#include "crypto/sha256.h"
#include "governance/charter/charter_store.h"
#include "node/log_json.h"
#include "node/roll_json.h"
#include "node/version.h"

namespace comity::api::rest {
namespace {

json::Object log_json(const ledger::LogIdentity& identity) {
    return {{"origin", identity.origin},
            {"key", identity.key.public_part().text()},
            {"cosigner_key", identity.cosigner.public_part().text()}};
}

Answer show_node(node::Node& node) {
    const auto roll = node.ledger().roll();
    json::Object object{{"version", node::kVersion}, {"name", node.config().name}};
    object["community"] = nullptr;
    if (roll->founded()) {
        json::Object community = node::community_json(*roll);
        COMITY_TRY(const auto session, node.database().snapshot());
        COMITY_CHECK(governance::add_charter_now(community, *session, node.quorum(), *roll,
                                                 node.clock().now().seconds()));
        object["community"] = std::move(community);
    }
    object["log"] = log_json(node.ledger().identity());
    object["members"] = std::ranges::count_if(
        roll->members, [](const auto& entry) { return entry.second.left == ledger::kNever; });
    return http::Response::json(200, json::write(object));
}

Answer show_log(node::Node& node) {
    COMITY_TRY(const json::Object object, node::log_json(node));
    return http::Response::json(200, json::write(object));
}

// The document never changes while the program runs.
http::Response show_openapi() {
    static const auto document = std::make_shared<const std::string>(openapi_document());
    static const std::string etag = "\"" + crypto::sha256(as_bytes(*document)).hex().substr(0, 32) + "\"";
    http::Response response;
    response.shared_body = document;
    response.header("Content-Type", "application/json").header("ETag", etag);
    return std::move(response.header("Cache-Control", "no-cache"));
}

}  // namespace

void add_node_routes(http::Router& router, node::Node& node) {
    router.get("/api/v1/node",
               guarded(node, [&node](const auto&, const Caller&) { return show_node(node); }));
    router.get("/api/v1/log", guarded(node, [&node](const auto&, const Caller&) { return show_log(node); }));
    router.get("/api/v1/openapi.json", [](const http::Request&) { return show_openapi(); });
}

}  // namespace comity::api::rest
