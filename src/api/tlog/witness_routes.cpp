#include "api/tlog/witness_routes.h"

#include <charconv>

#include "base/digest.h"

namespace comity::api::tlog {
namespace {

http::Response add_checkpoint(node::Node& node, const http::Request& request) {
    auto answer = node.witness().add_checkpoint(request.body);
    if (!answer) return http::problem(answer.error(), request);
    http::Response response =
        http::Response::text(answer->status, std::move(answer->body), answer->content_type());
    response.header("Cache-Control", "no-store");
    if (answer->status == 429) response.header("Retry-After", "1");
    return response;
}

http::Response show_checkpoint(node::Node& node, const http::Request& request) {
    const auto origin = Digest::from_hex(request.capture("origin"));
    if (!origin) return http::problem(Error{ErrorKind::kNotFound, "", "there is no such log", ""}, request);
    auto note = node.witness().checkpoint(*origin);
    if (!note) return http::problem(note.error(), request);
    http::Response response = http::Response::text(200, std::move(*note));
    response.header("Cache-Control", "public, max-age=1");
    response.header("Access-Control-Allow-Origin", "*");
    return response;
}

// The witness' word on a second that has passed; who asks decides nothing by it.
http::Response show_seal(node::Node& node, const http::Request& request) {
    const auto community = Digest::from_hex(request.capture("community"));
    const std::string_view text = request.capture("close");
    std::int64_t close = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), close);
    if (!community || *community != node.ledger().roll()->community || error != std::errc{} ||
        end != text.data() + text.size() || close < 0) {
        return http::problem(Error{ErrorKind::kNotFound, "", "there is no such seal", ""}, request);
    }
    auto seal = node.witness().seal(*community, close);
    if (!seal) return http::problem(seal.error(), request);
    http::Response response = http::Response::json(200, json::write(seal->json()));
    response.header("Cache-Control", "public, max-age=31536000, immutable");
    response.header("Access-Control-Allow-Origin", "*");
    return response;
}

}  // namespace

void add_witness_routes(http::Router& router, node::Node& node) {
    router.add(http::Method::kPost, "/witness/add-checkpoint", {.max_body = federation::kMaxWitnessBody},
               [&node](const http::Request& request) { return add_checkpoint(node, request); });
    router.get("/witness/{origin}/checkpoint",
               [&node](const http::Request& request) { return show_checkpoint(node, request); });
    router.get("/witness/seals/{community}/{close}",
               [&node](const http::Request& request) { return show_seal(node, request); });
}

}  // namespace comity::api::tlog
