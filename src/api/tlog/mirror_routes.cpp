#include "api/tlog/mirror_routes.h"

#include "federation/shelf.h"
#include "log/tile.h"

namespace comity::api::tlog {
namespace {

Result<http::Response> answer(node::Node& node, const http::Request& request) {
    COMITY_TRY(const Digest name, Digest::from_hex(request.capture("log")));
    federation::Shelf shelf(node.ledger(), node.mirrors());
    COMITY_TRY(const federation::HeldLog held, shelf.find(name));
    const std::string_view rest = request.capture("path");
    http::Response response;
    if (rest.empty()) {
        response = http::Response::text(200, held.offer.checkpoint);
        response.header("Cache-Control", "public, max-age=1");
    } else {
        COMITY_TRY(const log::TilePath path, log::TilePath::parse("tile/" + std::string(rest)));
        COMITY_TRY(const Bytes bytes, shelf.tile(held, path));
        response.body = as_text(bytes);
        response.compressible = false;
        response.header("Content-Type", "application/octet-stream");
        response.header("Cache-Control", "public, max-age=31536000, immutable");
    }
    response.header("Access-Control-Allow-Origin", "*");
    return response;
}

}  // namespace

void add_mirror_routes(http::Router& router, node::Node& node) {
    const auto handler = [&node](const http::Request& request) {
        auto answered = answer(node, request);
        return answered ? *std::move(answered) : http::problem(answered.error(), request);
    };
    router.get("/mirror/{log}/checkpoint", handler);
    router.get("/mirror/{log}/tile/{path*}", handler);
}

}  // namespace comity::api::tlog
