#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "base/encoding.h"
#include "json/slices.h"

namespace comity::api::rest {
namespace {

constexpr std::size_t kMaxBody =
    ledger::kMaxSubmissionSize + ledger::kMaxSubmissionSize / 2;  // base64, and the rest

// {"envelope":{...},"objects":[...],"attachments":["<base64>"]}: the bytes of envelope and objects are taken
// as they stand.
Result<ledger::Submission> parse_submission(std::string_view body) {
    ledger::Submission submission;
    auto envelope = json::member(body, "envelope");
    if (!envelope) {
        if (envelope.error().kind == ErrorKind::kNotFound) {
            return invalid("envelope", "is missing", "send {\"envelope\":{...},\"objects\":[...]}");
        }
        return within("body", std::move(envelope).error());
    }
    submission.envelope = *envelope;
    const auto list = [&](std::string_view key) -> Result<std::vector<std::string_view>> {
        auto elements = json::array_elements(body, key);
        if (!elements && elements.error().kind == ErrorKind::kNotFound)
            return std::vector<std::string_view>{};
        return elements;
    };
    COMITY_TRY(const auto objects, list("objects"));
    submission.objects.assign(objects.begin(), objects.end());
    COMITY_TRY(const auto attachments, list("attachments"));
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        const std::string where = fmt::format("attachments[{}]", i);
        std::string_view text = attachments[i];
        if (text.size() < 2 || text.front() != '"') return invalid(where, "is no text", "send base64");
        text = text.substr(1, text.size() - 2);
        auto bytes = base64_decode(text);
        if (!bytes) return within(where, std::move(bytes).error());
        submission.attachments.emplace_back(as_text(*bytes));
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
    if (!submission) return respond(http::problem(submission.error(), request));
    const std::string origin = node.ledger().identity().origin;
    node.ledger().submit(*submission, [request = std::move(request), respond = std::move(respond),
                                       origin](Result<ledger::Receipt> receipt) mutable {
        if (!receipt) return respond(http::problem(receipt.error(), request));
        http::Response response =
            http::Response::json(201, json::write(json::Object{{"id", receipt->id.hex()},
                                                               {"index", receipt->index},
                                                               {"witnessed", time_of(receipt->witnessed)},
                                                               {"origin", origin}}));
        response.header("Location", "/api/v1/statements/" + receipt->id.hex());
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
