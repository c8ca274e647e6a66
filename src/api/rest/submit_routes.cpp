#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "federation/refusal.h"
#include "node/submission_json.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxBody =
    ledger::kMaxSubmissionSize + ledger::kMaxSubmissionSize / 2;  // base64, and the rest

// A refusal with the reason signed, so that the member can show it to others (federation/refusal.h).
http::Response signed_refusal(node::Node& node, const Error& error, const Digest& statement,
                              const http::Request& request) {
    http::Response response = refusal(error, request);
    if (!federation::owes_reason(error.kind)) return response;
    auto problem = json::parse(response.bytes());
    if (!problem || !problem->is_object()) return response;
    const federation::Refusal said{node.ledger().roll()->community, statement, node.clock().now(),
                                   std::string(to_string(error.kind)), error.message()};
    problem->get_object()["refusal"] = said.sign(node.ledger().identity().key);
    response.body = json::write(*problem);
    return response;
}

void submit(node::Node& node, http::Request request, http::Respond respond) {
    const auto submission = [&]() -> Result<ledger::Submission> {
        // Whoever signed it may submit it anywhere (law 6): no log-in is needed, but one that is shown must
        // allow it.
        COMITY_TRY(const auto principal, node::authenticate(node, request));
        if (principal && !principal->has(accounts::Scope::kSubmit)) {
            return refused("Authorization", "the token does not have the scope 'submit'",
                           "make one that has");
        }
        return node::parse_submission(request.body);
    }();
    if (!submission) return respond(refusal(submission.error(), request));
    const std::string origin = node.ledger().identity().origin;
    const auto envelope = crypto::parse_envelope(submission->envelope);
    const std::optional<Digest> statement = envelope ? std::optional(envelope->digest()) : std::nullopt;
    node.ledger().submit(*submission, [request = std::move(request), respond = std::move(respond), origin,
                                       statement, &node](Result<ledger::Receipt> receipt) mutable {
        if (!receipt && statement) return respond(signed_refusal(node, receipt.error(), *statement, request));
        if (!receipt) return respond(refusal(receipt.error(), request));
        http::Response response =
            http::Response::json(201, json::write(json::Object{{"id", receipt->id.hex()},
                                                               {"index", receipt->index},
                                                               {"witnessed", time_of(receipt->witnessed)},
                                                               {"origin", origin}}));
        response.header("Location", "/api/v1/statements/" + receipt->id.hex());
        response.header("Cache-Control", "no-store");
        respond(std::move(response));
    });
}

}  // namespace

void add_submit_routes(http::Router& router, node::Node& node) {
    router.add_later(http::Method::kPost, "/api/v1/statements", {.max_body = kMaxBody},
                     [&node](http::Request request, http::Respond respond) {
                         submit(node, std::move(request), std::move(respond));
                     });
}

}  // namespace comity::api::rest
