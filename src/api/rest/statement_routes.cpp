#include <fmt/format.h>

#include "api/rest/caller.h"
#include "api/rest/routes.h"
#include "api/rest/statement_form.h"
#include "crypto/dsse.h"
#include "node/witnessed_log.h"

namespace comity::api::rest {
namespace {

constexpr std::uint64_t kMaxEntryPackage = std::uint64_t{1} << 40;  // no log comes so far

// A cursor is the id of the page's last item: it tells nothing that the page does not.
Answer list_statements(node::Node& node, const http::Request& request, const Caller& caller) {
    ledger::ListQuery query;
    COMITY_TRY(query.limit, limit_of(request));
    query.type = request.parameter("type").value_or("");
    query.author = request.parameter("author").value_or("");
    const std::string_view order = request.parameter("order").value_or("desc");
    if (order != "desc" && order != "asc") return invalid("order", "is neither asc nor desc");
    query.newest_first = order == "desc";
    if (const auto cursor = request.parameter("cursor")) {
        auto id = Digest::from_hex(*cursor);
        if (!id) return bad_cursor();
        auto last = node.ledger().find(caller.viewer, *id);
        if (!last) return bad_cursor();
        query.after = last->seq;
    }
    COMITY_TRY(const ledger::ListPage page, node.ledger().list(caller.viewer, query));
    std::vector<std::string> items;
    for (const ledger::ListItem& item : page.items) {
        items.push_back(json::write(statement_form(item)));
    }
    return page_of(items, page.more ? std::optional(page.items.back().id.hex()) : std::nullopt);
}

Result<ledger::Kept> find(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const Digest id, node.ledger().resolve(caller.viewer, request.capture("id")));
    return node.ledger().find(caller.viewer, id);
}

Answer show_statement(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const ledger::Kept kept, find(node, request, caller));
    COMITY_TRY(const crypto::Envelope envelope, crypto::parse_envelope(kept.envelope));
    // Payload and envelope go out as they are kept.
    return http::Response::json(
        200, fmt::format(
                 R"({{"id":"{}","index":{},"witnessed":"{}","effective":{},"statement":{},"envelope":{}}})",
                 kept.statement.id.hex(), json::write(index_json(kept.index)), time_of(kept.witnessed),
                 kept.effective, envelope.payload, kept.envelope));
}

Answer show_envelope(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(ledger::Kept kept, find(node, request, caller));
    return http::Response::json(200, std::move(kept.envelope));
}

Answer show_proof(node::Node& node, const http::Request& request, const Caller& caller) {
    // Of one that was erased this is all there is.
    COMITY_TRY(const Digest id, node.ledger().resolve(caller.viewer, request.capture("id")));
    COMITY_TRY(const log::Proof proof, node::prove(node, id));
    http::Response response = http::Response::text(200, proof.write());
    response.header("Content-Disposition",
                    "attachment; filename=\"" + id.hex().substr(0, 16) + ".tlog-proof\"");
    return response;
}

Answer show_attachment(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const ledger::Kept kept, find(node, request, caller));
    auto sha256 = Digest::from_hex(request.capture("sha256"));
    if (!sha256) return within("sha256", std::move(sha256).error());
    COMITY_TRY(std::string data, node.ledger().attachment(caller.viewer, kept.statement.id, *sha256));
    // Whatever its author calls it, a browser is to save it, not to run it.
    http::Response response = http::Response::text(200, std::move(data), "application/octet-stream");
    response.header("Content-Disposition", "attachment");
    return response;
}

Answer list_envelopes(node::Node& node, const http::Request& request, const Caller& caller) {
    COMITY_TRY(const std::uint64_t package,
               number_of(request.capture("package"), "package", kMaxEntryPackage));
    COMITY_TRY(const auto envelopes, node.ledger().envelopes(caller.viewer, package * log::kTileWidth));
    std::vector<std::string> items;
    for (const auto& [index, envelope] : envelopes) {
        items.push_back(fmt::format(R"({{"index":{},"envelope":{}}})", index, envelope));
    }
    return page_of(items, std::nullopt);
}

}  // namespace

void add_statement_routes(http::Router& router, node::Node& node) {
    const auto route = [&](std::string_view pattern,
                           Answer (*handler)(node::Node&, const http::Request&, const Caller&)) {
        router.get(pattern,
                   guarded(node, [&node, handler](const http::Request& request, const Caller& caller) {
                       return handler(node, request, caller);
                   }));
    };
    route("/api/v1/statements", list_statements);
    route("/api/v1/statements/{id}", show_statement);
    route("/api/v1/statements/{id}/envelope", show_envelope);
    route("/api/v1/statements/{id}/proof", show_proof);
    route("/api/v1/statements/{id}/attachments/{sha256}", show_attachment);
    route("/api/v1/envelopes/{package}", list_envelopes);
}

}  // namespace comity::api::rest
