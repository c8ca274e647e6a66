#include <fmt/format.h>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "base/encoding.h"
#include "base/text.h"
#include "json/slices.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxBody =
    ledger::kMaxSubmissionSize + ledger::kMaxSubmissionSize / 2;  // base64, and the rest
constexpr std::size_t kShownName = 64;                            // of an unknown field's name, in bytes

// An element of "attachments". Its text may carry JSON's escapes ("\/").
Result<std::string> decode_attachment(std::string_view element, const std::string& where) {
    auto value = json::parse(element);
    if (!value || !value->is_string()) return invalid(where, "is no text", "send base64");
    auto bytes = base64_decode(value->as_string());
    if (!bytes) return within(where, std::move(bytes).error());
    return std::string(as_text(*bytes));
}

// {"envelope":{...},"objects":[...],"attachments":["<base64>"]}: the bytes of envelope and objects are taken
// as they stand.
Result<ledger::Submission> parse_submission(std::string_view body) {
    auto members = json::members(body);
    if (!members) return within("body", std::move(members).error());
    ledger::Submission submission;
    for (const json::Member& member : *members) {
        if (member.name == "envelope") {
            submission.envelope = member.value;
        } else if (member.name == "objects") {
            COMITY_TRY(const auto objects, json::array_elements(body, member.name));
            submission.objects.assign(objects.begin(), objects.end());
        } else if (member.name == "attachments") {
            COMITY_TRY(const auto attachments, json::array_elements(body, member.name));
            for (std::size_t i = 0; i < attachments.size(); ++i) {
                COMITY_TRY(std::string bytes,
                           decode_attachment(attachments[i], fmt::format("attachments[{}]", i)));
                submission.attachments.push_back(std::move(bytes));
            }
        } else {
            return invalid(shown(member.name, kShownName), "is not a field of a submission",
                           "send envelope, objects and attachments");
        }
    }
    if (submission.envelope.empty()) {
        return invalid("envelope", "is missing", "send {\"envelope\":{...},\"objects\":[...]}");
    }
    return submission;
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
        return parse_submission(request.body);
    }();
    if (!submission) return respond(refusal(submission.error(), request));
    const std::string origin = node.ledger().identity().origin;
    node.ledger().submit(*submission, [request = std::move(request), respond = std::move(respond),
                                       origin](Result<ledger::Receipt> receipt) mutable {
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
