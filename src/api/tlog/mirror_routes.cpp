#include "api/tlog/mirror_routes.h"

#include "api/tlog/tile_answer.h"
#include "federation/shelf.h"
#include "log/tile.h"

namespace comity::api::tlog {
namespace {

Result<http::Response> answer(node::Node& node, const http::Request& request) {
    COMITY_TRY(const Digest name, Digest::from_hex(request.capture("log")));
    federation::Shelf shelf(node.ledger(), node.mirrors());
    COMITY_TRY(const federation::HeldLog held, shelf.find(name));
    const std::string_view rest = request.capture("path");
    if (!rest.empty()) {
        COMITY_TRY(const log::TilePath path, log::TilePath::parse("tile/" + std::string(rest)));
        COMITY_TRY(const Bytes bytes, shelf.tile(held, path));
        return tile_answer(std::make_shared<const std::string>(as_text(bytes)));
    }
    http::Response response = http::Response::text(200, held.offer.checkpoint);
    response.header("Cache-Control", "public, max-age=1");
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
