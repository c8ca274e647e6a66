#include "api/rest/caller.h"
#include "api/rest/openapi.h"
#include "api/rest/routes.h"
#include "log/checkpoint.h"
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
    if (roll->founded()) {
        object["community"] = json::Object{{"id", roll->community.hex()},
                                           {"name", roll->name},
                                           {"purpose", roll->purpose},
                                           {"sponsors", roll->sponsors},
                                           {"founded", time_of(roll->founded_at)}};
    } else {
        object["community"] = nullptr;
    }
    object["log"] = log_json(node.ledger().identity());
    object["members"] = std::ranges::count_if(
        roll->members, [](const auto& entry) { return entry.second.left == ledger::kNever; });
    return http::Response::json(200, json::write(object));
}

Answer show_log(node::Node& node) {
    COMITY_TRY(const std::string note, node.ledger().checkpoint());
    const ledger::LogIdentity& identity = node.ledger().identity();
    COMITY_TRY(const auto open, log::open_checkpoint(note, identity.key.public_part()));
    json::Object object = log_json(identity);
    object["size"] = open.checkpoint.size;
    object["root"] = open.checkpoint.root.hex();
    object["checkpoint"] = note;
    object["witnessed"] = nullptr;
    const crypto::NamedKey cosigner = identity.cosigner.public_part();
    for (const crypto::NoteSignature& signature : open.note.signatures) {
        if (signature.name != cosigner.name || signature.id != cosigner.id()) continue;
        COMITY_TRY(const Time time, log::verify_cosignature(open.note.text, signature, cosigner));
        object["witnessed"] = time_of(time.seconds());
    }
    return http::Response::json(200, json::write(object));
}

}  // namespace

void add_node_routes(http::Router& router, node::Node& node) {
    router.get("/api/v1/node",
               guarded(node, [&node](const auto&, const Caller&) { return show_node(node); }));
    router.get("/api/v1/log", guarded(node, [&node](const auto&, const Caller&) { return show_log(node); }));
    router.get_fast("/api/v1/openapi.json", [](const http::Request&) {
        return http::Response::json(200, std::string(openapi_document()));
    });
    router.get_fast("/healthz", [](const http::Request&) { return http::Response::text(200, "ok\n"); });
    router.get("/readyz", [&node](const http::Request& request) {
        if (auto ready = node.ledger().ready(); !ready) return http::problem(ready.error(), request);
        return http::Response::text(200, "ready\n");
    });
}

}  // namespace comity::api::rest
