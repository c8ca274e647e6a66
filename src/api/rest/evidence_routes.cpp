// Checkpoints that this node has seen, and evidence: for everybody, and told by everybody, for what a log has
// signed is its own word.
#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "json/fields.h"
#include "node/evidence_json.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxTold = 100;           // checkpoints in one request
constexpr std::size_t kMaxToldBody = 4u << 20;  // bytes
constexpr std::size_t kMaxOrigin = 1000;        // bytes of a log's name

Answer list_checkpoints(node::Node& node, const http::Request& request) {
    COMITY_TRY(const std::size_t limit, limit_of(request));
    const std::string_view origin = request.parameter("origin").value_or("");
    if (origin.size() > kMaxOrigin) return invalid("origin", "is longer than a log's name can be");
    COMITY_TRY(const auto seen, node.sightings().newest(origin, limit));
    std::vector<std::string> items;
    for (const federation::SeenCheckpoint& checkpoint : seen) {
        items.push_back(json::write(json::Object{{"origin", checkpoint.log.name},
                                                 {"log", checkpoint.log.text()},
                                                 {"size", checkpoint.size},
                                                 {"root", checkpoint.root.hex()},
                                                 {"seen", time_of(checkpoint.seen.seconds())},
                                                 {"checkpoint", checkpoint.note}}));
    }
    return page_of(items, std::nullopt);
}

// What each is worth, in their order.
Answer tell_checkpoints(node::Node& node, const http::Request& request, const Caller& caller) {
    if (caller.principal && !caller.principal->has(accounts::Scope::kSubmit)) {
        return refused("Authorization", "the token does not have the scope 'submit'", "make one that has");
    }
    COMITY_TRY(const json::Value body, body_of(request));
    COMITY_TRY(json::Fields fields, json::Fields::of(body, ""));
    COMITY_TRY(const auto notes, fields.texts("checkpoints", 1, kMaxTold));
    COMITY_CHECK(fields.nothing_else());
    std::vector<std::string> items;
    for (const std::string& note : notes) {
        json::Object item{{"outcome", "refused"}, {"detail", nullptr}, {"evidence", json::Array()}};
        const auto seen = node.sightings().saw(note);
        if (seen) {
            item["outcome"] = seen->fresh ? "new" : "known";
            for (const federation::Evidence& evidence : seen->evidence) {
                item["evidence"].get_array().emplace_back(evidence.id().hex());
            }
        } else {
            const ErrorKind kind = seen.error().kind;
            const bool theirs =
                kind == ErrorKind::kInvalid || kind == ErrorKind::kRefused || kind == ErrorKind::kNotFound;
            if (!theirs) return std::unexpected(seen.error());
            if (kind == ErrorKind::kNotFound) item["outcome"] = "unknown-log";
            item["detail"] = seen.error().message();
        }
        items.push_back(json::write(item));
    }
    return page_of(items, std::nullopt);
}

Answer list_evidence(node::Node& node, const http::Request& request) {
    COMITY_TRY(const std::size_t limit, limit_of(request));
    COMITY_TRY(const std::vector<json::Object> pieces, node::evidence_json(node, limit));
    std::vector<std::string> items;
    for (const json::Object& piece : pieces) items.push_back(json::write(piece));
    return page_of(items, std::nullopt);
}

// The file that anyone can check.
Answer show_evidence(node::Node& node, const http::Request& request) {
    const auto id = Digest::from_hex(request.capture("id"));
    if (!id) return not_found("there is no such evidence", "give the 64 digits of its id");
    COMITY_TRY(const federation::Evidence evidence, node::find_evidence(node, *id));
    return http::Response::json(200, evidence.write());
}

}  // namespace

void add_evidence_routes(http::Router& router, node::Node& node) {
    const auto bound = [&](Answer (*handler)(node::Node&, const http::Request&)) {
        return guarded(node, [&node, handler](const http::Request& request, const Caller&) {
            return handler(node, request);
        });
    };
    router.get("/api/v1/checkpoints", bound(list_checkpoints));
    router.add(http::Method::kPost, "/api/v1/checkpoints", {.max_body = kMaxToldBody},
               guarded(node, [&node](const http::Request& request, const Caller& caller) {
                   return tell_checkpoints(node, request, caller);
               }));
    router.get("/api/v1/evidence", bound(list_evidence));
    router.get("/api/v1/evidence/{id}", bound(show_evidence));
}

}  // namespace comity::api::rest
